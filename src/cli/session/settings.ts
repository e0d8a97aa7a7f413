// The settings as commands read them: those of a server that does not run here count too. Opens nothing.
import { type Config, environment, readConfig, readUsableConfig } from '../../config/environment.ts';
import type { SecretsWanted } from '../../config/file.ts';
import { createRedactor } from '../../core/redact.ts';
import { createLog } from '../../platform/log.ts';
import type { Log } from '../../ports/runtime.ts';
import { CliError } from './output.ts';

/**
 * The settings. Only errors are logged.
 * @param secrets `if_there` for every command that needs none: whoever must stop something in a hurry has not exported them
 */
export function configured(secrets: SecretsWanted = 'if_there'): Config {
  const config = readConfig(environment({ LOG_LEVEL: 'error' }), process.stderr.isTTY === true, secrets);
  if (!config.ok) throw new CliError('configuration', config.error.join('\n'));
  return config.value;
}

/** The settings as far as they can be used, with what is wrong with the rest: nobody must mend a file before they may halt. */
export function usable(): { readonly config: Config; readonly faults: readonly string[] } {
  const read = readUsableConfig(environment({ LOG_LEVEL: 'error' }));
  if (!read.ok) throw new CliError('configuration', read.error.join('\n'));
  return read.value;
}

/** The log of one command. */
export function logOf({ logLevel: level, logFormat: format, known }: Config): Log {
  return createLog({ level, format, redact: createRedactor(known) });
}
