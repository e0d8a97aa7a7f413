// Runs one Firebreak until it is told to stop. Prints what is wrong with the settings, one line per fault, and nothing else.
import { type ProcessRole, startApp } from './app.ts';
import { readConfig } from './config/environment.ts';
import { createRedactor } from './core/redact.ts';
import { createLog } from './platform/log.ts';

/** Serves until a signal comes; answers the exit code. */
export async function serve(options: { readonly role: ProcessRole; readonly pool: string }): Promise<number> {
  const config = readConfig();
  if (!config.ok) return complain(config.error);
  const { logLevel, logFormat, secretValues } = config.value;
  const log = createLog({ level: logLevel, format: logFormat, redact: createRedactor(secretValues) });
  try {
    const app = await startApp(config.value, log, options);
    if (!app.ok) return complain(app.error);
    log.info({ url: app.value.url, role: options.role, pool: options.pool }, 'Firebreak is ready');
    const signal = await new Promise<string>((resolve) => {
      for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve(name));
    });
    log.info({ signal }, 'stopping');
    await app.value.stop();
    return 0;
  } catch (error) {
    return complain([error instanceof Error ? error.message : String(error)]);
  }
}

function complain(faults: readonly string[]): number {
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  return 1;
}
