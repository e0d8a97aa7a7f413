// What a command works with: the settings, the store, the operations. Opens beside a running Firebreak or without one.
import { WebClient } from '@slack/web-api';
import { createActions } from '../../actions/registry.ts';
import { createAdapters, engineOptions, enginePorts, loadParts } from '../../adapters.ts';
import { type Config, environment, readConfig } from '../../config/environment.ts';
import { partSettings } from '../../config/parts.ts';
import { personOf } from '../../core/authority/membership.ts';
import type { Caller, Principal } from '../../core/authority/principal.ts';
import { formatFault } from '../../core/playbook/compile.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import { createRedactor } from '../../core/redact.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Result } from '../../core/result.ts';
import { localName } from '../../edges.ts';
import { createEngine } from '../../engine/engine.ts';
import { createLog } from '../../platform/log.ts';
import { realRuntime } from '../../platform/runtime.ts';
import type { Operations } from '../../ports/operations.ts';
import type { Log } from '../../ports/runtime.ts';
import { createDirectory } from '../../slack/directory.ts';
import { EmbeddedPostgresError } from '../../store/embedded/binaries.ts';
import { DataDirectoryInUseError } from '../../store/embedded/data-directory.ts';
import { addressOfRunning, hasEmbeddedDatabase } from '../../store/embedded/visitor.ts';
import { openStore, type Store } from '../../store/open.ts';
import { loadPlaybooks } from '../../store/playbook/playbook-files.ts';
import { SchemaMismatchError } from '../../store/postgres/migrate.ts';
import { CliError, say, withProgress } from './output.ts';
import { createBackgroundWakeups } from './wake.ts';

/** The settings; those of a server that does not run here count too, but only its errors are logged. */
export function configured(): Config {
  const config = readConfig(environment({ LOG_LEVEL: 'error' }));
  if (!config.ok) throw new CliError('configuration', config.error.join('\n'));
  return config.value;
}

/** The settings of actions and of Slack. */
export function configuredParts(config: Config) {
  const settings = partSettings(config);
  if (!settings.ok) throw new CliError('configuration', settings.error.join('\n'));
  return settings.value;
}

/** The playbooks in force, with their text. */
export function configuredPlaybooks(config: Config): readonly { readonly playbook: Playbook; readonly text: string }[] {
  const { playbooks, faults } = loadPlaybooks([config.playbooks], createActions(configuredParts(config).actions));
  if (faults.length > 0) throw new CliError('invalid_playbooks', faults.map(formatFault).join('\n'));
  return playbooks;
}

/** The store, open for one command. */
export type Session = {
  readonly config: Config;
  readonly log: Log;
  readonly store: Store;
  /** True: no Firebreak can be running on this database, because this command holds its data directory. */
  readonly alone: boolean;
};

const startingWithinMs = 5000;

/** Opens the store, lets `work` use it, and closes it. */
export async function withStore<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const config = configured();
  const { logLevel: level, logFormat: format, secretValues } = config;
  const log = createLog({ level, format, redact: createRedactor(secretValues) });
  const isNew = config.databaseUrl === null && !hasEmbeddedDatabase(config.dataDir);
  const { store, alone } = await withProgress('opening the database', () => open(config, log));
  try {
    if (isNew)
      say(`There was no database in ${config.dataDir}; an empty one was made. FIREBREAK_DATA_DIR names another.`);
    return await work({ config, log, store, alone });
  } catch (error) {
    if (alone || config.databaseUrl !== null || !isGone(error)) throw error;
    throw new CliError(
      'database',
      'the Firebreak whose database this is has just ended, and its database with it; `firebreak runs` shows where things stand',
    );
  } finally {
    await store.close();
  }
}

/** The server ends (57P01, PostgreSQL's appendix of error codes), or has ended. */
function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === '57P01' || code === 'ECONNREFUSED' || /Connection terminated/.test(messageOf(error));
}

async function open(config: Config, log: Log): Promise<{ store: Store; alone: boolean }> {
  try {
    return { store: await openStore(config, realRuntime, log), alone: config.databaseUrl === null };
  } catch (error) {
    if (error instanceof DataDirectoryInUseError) {
      const databaseUrl = await addressOfRunning(config.dataDir, startingWithinMs);
      return { store: await openStore({ ...config, databaseUrl }, realRuntime, log), alone: false };
    }
    if (error instanceof EmbeddedPostgresError || error instanceof SchemaMismatchError || config.databaseUrl === null)
      throw error;
    throw new CliError('database', `the database cannot be used: ${messageOf(error)}; check DATABASE_URL`);
  }
}

/** A session with everything that can be asked for, and who asks. */
export type OperatingSession = Session & {
  readonly operations: Operations;
  readonly caller: Caller;
  readonly playbooks: readonly Playbook[];
};

/** Opens the store for a command that changes something; afterwards the workers of a running Firebreak are woken. */
export async function withOperations<T>(work: (session: OperatingSession) => Promise<T>): Promise<T> {
  return withStore(async (session) => {
    const { config, store, log } = session;
    const parts = loadParts(config);
    if (!parts.ok) throw new CliError('configuration', parts.error.join('\n'));
    const { playbooks, catalog } = parts.value;
    const waking = createBackgroundWakeups(session);
    const adapters = createAdapters({
      config,
      log,
      store,
      parts: parts.value,
      runtime: realRuntime,
      wakeups: waking.wakeups,
    });
    const directory = createDirectory(config.file, slackAccess(config, log));
    const ports = { ...enginePorts(adapters, () => null), directory: () => directory };
    const worker = realRuntime.newId('wrk');
    const engine = createEngine(ports, engineOptions(config, { worker, pool: 'none', works: false }));
    await engine.start();
    for (const { playbook, text } of playbooks) await store.versions.keep(playbook, text);
    const caller = { principal: localPrincipal(config), cause: `cli/${realRuntime.newId('cmd')}` };
    try {
      return await work({ ...session, operations: engine.operations, caller, playbooks: catalog.all() });
    } finally {
      await waking.sent();
    }
  });
}

function slackAccess(config: Config, log: Log) {
  if (!config.slack) return null;
  const { botToken, apiUrl } = config.slack;
  const options = { timeout: 10_000, retryConfig: { retries: 1 }, ...(apiUrl ? { slackApiUrl: apiUrl } : {}) };
  return { client: new WebClient(botToken, options), nowMs: realRuntime.nowMs, log };
}

/** The user of this machine, who needs no other proof than being able to read the database. */
function localPrincipal({ file }: Config): Principal {
  const name = localName();
  return { type: 'local', name, person: personOf({ local: name }, file.people), via: 'cli' };
}

/** The value, or the refusal as the command's end. */
export function granted<T>(result: Result<T, Refusal>): T {
  if (result.ok) return result.value;
  throw new CliError(result.error.code, result.error.message);
}

/** What an error says; those of several addresses say it in their parts. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '')
    return [...new Set(error.errors.map(messageOf))].join('; ');
  return error instanceof Error ? error.message : String(error);
}
