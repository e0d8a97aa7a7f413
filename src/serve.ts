// Runs one Firebreak until it is told to stop, and says in its data directory where it listens. Prints what is wrong with the
// settings, one line per fault, and nothing else.
import { type ProcessRole, startApp } from './app.ts';
import { hideEnvironment, readConfig, startedByNpm } from './config/environment.ts';
import { createRedactor } from './core/redact.ts';
import { guarded } from './platform/lifecycle.ts';
import { beginLifetime } from './platform/lifetime.ts';
import { createLog } from './platform/log.ts';
import { createLogSink } from './platform/log-sink.ts';
import type { Log } from './ports/runtime.ts';
import { announceServer } from './store/embedded/server-address.ts';

/** Serves until it is told to stop; answers the exit code: 0 after a signal, 1 if it could not start or broke. */
export async function serve(options: { readonly role: ProcessRole; readonly pool: string }): Promise<number> {
  const config = readConfig();
  if (!config.ok) return complain(config.error);
  const { logLevel, logFormat, known } = config.value;
  // A terminal that is gone, or a full disk behind it, is no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const sink = createLogSink(2);
  const log = createLog({ level: logLevel, format: logFormat, redact: createRedactor(known) }, sink);
  // Where a terminal hangs up, whoever started it has gone.
  const hasTerminal = process.stdin.isTTY === true || process.stdout.isTTY === true;
  const late: { reload?: () => Promise<void> } = {};
  const onHangup = () => void guarded(log, async () => late.reload?.())();
  const { ended } = beginLifetime(log, { withParent: startedByNpm(), ...(hasTerminal ? {} : { onHangup }) });
  if (!hideEnvironment(known.list().map(({ value }) => value)))
    log.info('the environment that this process was started with stays readable for processes of its user');
  try {
    const app = await startApp(config.value, log, { ...options, logState: sink.state });
    if (!app.ok) return complain(app.error);
    late.reload = app.value.reload;
    const withdraw = announced(config.value.dataDir, app.value.url, log);
    const { url, metricsUrl } = app.value;
    log.info(
      { url, ...(url === null && metricsUrl !== null && { metricsUrl }), role: options.role, pool: options.pool },
      'Firebreak is ready',
    );
    const { reason, exitCode } = await ended;
    withdraw();
    await app.value.stop();
    log.info({ signal: reason }, 'stopped');
    return exitCode;
  } catch (error) {
    return complain([error instanceof Error ? error.message : String(error)]);
  }
}

/** Commands do without the server's address: where it cannot be kept they look into the database themselves. */
function announced(dataDir: string, url: string | null, log: Log): () => void {
  if (url === null) return () => undefined;
  try {
    return announceServer(dataDir, url, new Date().toISOString());
  } catch (error) {
    log.warn({ err: error, dataDir }, 'commands on this machine will not find this server by its data directory');
    return () => undefined;
  }
}

function complain(faults: readonly string[]): number {
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  return 1;
}
