// What a command works with: the settings, the store, the operations. Opens beside a running Firebreak or without one.
import { hostname, userInfo } from 'node:os';
import { WebClient } from '@slack/web-api';
import { actionTraits, createActions } from '../../actions/registry.ts';
import { type Config, environment, readConfig } from '../../config/environment.ts';
import { partSettings } from '../../config/parts.ts';
import type { Actor } from '../../core/events.ts';
import { formatFault } from '../../core/playbook/compile.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import { createRedactor } from '../../core/redact.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Result } from '../../core/result.ts';
import { createAdmission } from '../../engine/admission.ts';
import { createKeyedMutex } from '../../engine/keyed-mutex.ts';
import { createOperations } from '../../engine/operations.ts';
import { createLog } from '../../platform/log.ts';
import { realRuntime } from '../../platform/runtime.ts';
import type { Operations, Order } from '../../ports/operations.ts';
import type { Log } from '../../ports/runtime.ts';
import { createDirectory } from '../../slack/directory.ts';
import { EmbeddedPostgresError } from '../../store/embedded/binaries.ts';
import { DataDirectoryInUseError } from '../../store/embedded/data-directory.ts';
import { addressOfRunning, hasEmbeddedDatabase } from '../../store/embedded/visitor.ts';
import { openStore, type Store } from '../../store/open.ts';
import { loadPlaybooks } from '../../store/playbook/playbook-files.ts';
import { SchemaMismatchError } from '../../store/postgres/migrate.ts';
import { CliError, say, withProgress } from './output.ts';
import { wakeWorkers } from './wake.ts';

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

/** A session with everything people can order, and who orders. */
export type OperatingSession = Session & {
  readonly operations: Operations;
  readonly order: Order;
  readonly playbooks: readonly Playbook[];
};

/** Opens the store for a command that changes something; afterwards the workers of a running Firebreak are woken. */
export async function withOperations<T>(
  as: string | undefined,
  work: (session: OperatingSession) => Promise<T>,
): Promise<T> {
  return withStore(async (session) => {
    const { config, store, log } = session;
    const loaded = configuredPlaybooks(config);
    const playbooks = loaded.map(({ playbook }) => playbook);
    const waking: Promise<void>[] = [];
    const client = config.slack
      ? new WebClient(config.slack.botToken, {
          timeout: 10_000,
          retryConfig: { retries: 1 },
          ...(config.slack.apiUrl ? { slackApiUrl: config.slack.apiUrl } : {}),
        })
      : null;
    const slack = client && { client, nowMs: realRuntime.nowMs, log };
    const directory = createDirectory(config.file.roles, slack);
    const admission = createAdmission({
      ...{ store: store.admission, lookups: store.lookups, runtime: realRuntime, storm: config.file.policy.storm },
    });
    await admission.refresh();
    const operations = createOperations({
      store: store.events,
      versions: store.versions,
      runtime: realRuntime,
      mutex: createKeyedMutex(),
      traits: actionTraits,
      committed(change) {
        // A worker that is awake at once saves the reconciler's pause; without one nobody would take the job.
        if (!session.alone) waking.push(wakeWorkers(session, change));
      },
      catalog: { all: () => playbooks, byName: (name) => playbooks.find((playbook) => playbook.name === name) },
      correlation: store.correlation,
      env: config.playbookEnv,
      directory: () => directory,
      abort: () => undefined,
      offer: () => null,
      library: (name) => playbooks.find((playbook) => playbook.name === name),
      lookups: store.lookups,
      admission,
    });
    for (const { playbook, text } of loaded) await store.versions.keep(playbook, text);
    const order = { actor: actorOf(as), cause: `cli/${realRuntime.newId('cmd')}` };
    try {
      return await work({ ...session, operations, order, playbooks });
    } finally {
      await Promise.all(waking);
    }
  });
}

/** Who orders: the user of this machine, or the one named. Who really sat there stays in the record. */
function actorOf(as: string | undefined): Actor {
  const own = ownName();
  const name = `${as} (as ordered by ${own} on ${hostname()})`;
  return as === undefined || as === own
    ? { kind: 'user', id: own, via: 'cli' }
    : { kind: 'user', id: as, name, via: 'cli' };
}

function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number without a name.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
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
