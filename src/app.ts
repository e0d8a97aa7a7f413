// The composition root: the only file that makes the parts and joins them. Holds no rule.
import { randomBytes } from 'node:crypto';
import { schedule } from 'node-cron';
import { ActionSettings, type ActionSettings as ActionSettingsType, createActions } from './actions/index.ts';
import type { Config } from './config.ts';
import { formatId } from './core/ids.ts';
import { formatFault } from './core/playbook/compile.ts';
import { playbookRef } from './core/playbook/playbook.ts';
import { createRedactor } from './core/redact.ts';
import { err, ok, type Result } from './core/result.ts';
import { elapsedMs } from './core/time.ts';
import { createDriver } from './engine/drive-run.ts';
import { type ExportFormat, exportTimeline } from './engine/export-timeline.ts';
import { armFaultPoint } from './engine/fault-points.ts';
import type { CommandDeps } from './engine/handle-command.ts';
import { processDelivery } from './engine/intake.ts';
import type { Committed } from './engine/ledger.ts';
import { createOperations } from './engine/operations.ts';
import { horizonMs, reconcile } from './engine/reconcile.ts';
import { addApi } from './http/api.ts';
import { createServer } from './http/server.ts';
import { addWebhooks } from './http/webhooks.ts';
import { createMetrics } from './metrics.ts';
import type { Host, Log, PlaybookCatalog, Wakeups } from './ports.ts';
import { connectQueue } from './queue/connection.ts';
import { createJobQueue } from './queue/queue.ts';
import { createSlack, type SlackEdge } from './slack/app.ts';
import { createDirectory } from './slack/directory.ts';
import { SlackSettings } from './slack/settings.ts';
import { sources } from './sources/index.ts';
import { openStore, type Store } from './store/open.ts';
import { loadPlaybooks } from './store/playbook-files.ts';

/** Which part of the work this process does. */
export type Role = 'web' | 'worker' | 'all';

/** A running Firebreak. */
export type App = {
  /** Where it listens; null for a worker. */
  readonly url: string | null;
  readonly store: Store;
  readonly stop: () => Promise<void>;
};

/** The real time, randomness and ids. */
export const realHost: Host = {
  nowMs: Date.now,
  random: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  newId: (prefix) => formatId(prefix, Date.now(), randomBytes(10)),
};

const leaseMs = 10_000;
const beatMs = 3000;
const maxTries = 5;
const stopGraceMs = 10_000;

/** Settings of the parts that have a section of their own in the configuration file. */
export function partSettings(
  config: Config,
): Result<{ actions: ActionSettingsType; slack: SlackSettings }, readonly string[]> {
  const actions = ActionSettings.safeParse(config.file.actions ?? {});
  const slack = SlackSettings.safeParse(config.file.slack ?? {});
  const faults = [
    ...(actions.error?.issues ?? []).map(
      (issue) => `firebreak.yaml: actions.${issue.path.join('.')}: ${issue.message}`,
    ),
    ...(slack.error?.issues ?? []).map((issue) => `firebreak.yaml: slack.${issue.path.join('.')}: ${issue.message}`),
    ...config.file.integrations.flatMap(({ name, source, mapping }) =>
      (
        sources.get(source)?.checkMapping(mapping) ?? [
          { path: 'source', message: `there is no source ${source}; there are ${[...sources.keys()].join(', ')}` },
        ]
      ).map(({ path, message }) => `firebreak.yaml: integrations.${name}.${path}: ${message}`),
    ),
  ];
  return actions.success && slack.success && faults.length === 0
    ? ok({ actions: actions.data, slack: slack.data })
    : err(faults);
}

/** Starts Firebreak. The error lists what is wrong with the configuration or the playbooks; it rejects if a dependency is broken. */
export async function startApp(
  config: Config,
  log: Log,
  options: { role: Role; pool: string; host?: Host },
): Promise<Result<App, readonly string[]>> {
  const host = options.host ?? realHost;
  const settings = partSettings(config);
  if (!settings.ok) return settings;
  const actions = createActions(settings.value.actions);
  const { playbooks, faults } = loadPlaybooks([config.playbooks], actions);
  if (faults.length > 0) return err(faults.map(formatFault));
  const byName = new Map(playbooks.map(({ playbook }) => [playbook.name, playbook]));
  const catalog: PlaybookCatalog = { all: () => [...byName.values()], byName: (name) => byName.get(name) };

  const store = await openStore(config, host, log);
  const stoppers: (() => Promise<unknown>)[] = [() => store.close()];
  try {
    for (const { playbook, text } of playbooks) await store.versions.keep(playbook, text);
    const connection = connectQueue(
      config.redisUrl
        ? { type: 'redis', url: config.redisUrl, prefix: '{firebreak}' }
        : { type: 'postgres', url: store.url, schema: 'bullmq' },
    );
    await connection.ready();
    const queue = createJobQueue(connection, log);
    stoppers.push(() => queue.close());
    const metrics = createMetrics();
    const works = options.role !== 'web';
    const serves = options.role !== 'worker';
    const worker = host.newId('wrk');
    const reach = armFaultPoint(config.faultPoint);
    const nowIso = () => new Date(host.nowMs()).toISOString();
    let slack: SlackEdge | null = null;

    const poolsOf = (digest: string): string[] => {
      const playbook = playbooks.find((candidate) => playbookRef(candidate.playbook).digest === digest)?.playbook;
      return [...new Set(playbook?.steps.map(({ runsOn }) => runsOn) ?? ['default'])];
    };
    const wakeups: Wakeups = {
      async wakeRun(runId, version, delayMs) {
        const row = await store.reads.run(runId);
        for (const pool of poolsOf(row?.state.playbook.digest ?? ''))
          await queue.add('run.advance', { runId }, { id: `${runId}.${version}`, delayMs, pool });
      },
      wakeIntake: (receipt) => queue.add('delivery.process', { receipt }, { id: receipt }),
      wakeNotifier: (incidentId, version) =>
        queue.add('incident.notify', { incidentId }, { id: `${incidentId}.${version}` }),
    };
    const notifySoon = throttle(
      (incidentId: string, version: number) => void wakeups.wakeNotifier(incidentId, version),
    );
    const committed = (change: Committed): void => {
      for (const { type } of change.events) metrics.events.inc({ type });
      if (config.slack) notifySoon(change.incident.id, change.head.version);
      for (const { state, wakeAt } of change.runs) {
        const held = Object.values(state.nodes).some((node) => node.status === 'running' && node.worker === worker);
        // A run that this process is driving is looked at again by the driver itself.
        if (wakeAt === null || held) continue;
        const delayMs = Math.max(0, elapsedMs(nowIso(), wakeAt));
        if (delayMs > horizonMs) continue;
        for (const pool of poolsOf(state.playbook.digest))
          void queue.add(
            'run.advance',
            { runId: state.runId },
            { id: `${state.runId}.${change.head.version}`, delayMs, pool },
          );
      }
      if (change.events.some(({ type }) => type === 'approval.granted')) reach('approval.granted');
      if (change.events.some(({ type }) => type === 'run.started')) reach('run.started');
    };
    const commands: CommandDeps = { store: store.events, versions: store.versions, host, committed };
    const redact = createRedactor(config.secretValues);
    const driver = createDriver({
      ...commands,
      ...{ actions, artifacts: store.artifacts, redact, log, worker, pool: options.pool, reach },
      secrets: (name) => config.file.secrets.get(name),
      chat: () => slack?.chat ?? null,
    });
    const offlineDirectory = createDirectory(config.file.roles, null, log);
    const operations = createOperations({
      ...commands,
      ...{ catalog, correlation: store.correlation, env: config.playbookEnv, abort: driver.abort },
      directory: () => slack?.directory ?? offlineDirectory,
    });
    const exported = (incidentId: string, format: string) =>
      exportTimeline(store.events, incidentId, format as ExportFormat);
    if (config.slack) {
      slack = createSlack({
        ...config.slack,
        ...{
          settings: settings.value.slack,
          roles: config.file.roles,
          operations,
          reads: store.reads,
          messages: store.messages,
          catalog,
          host,
          redact,
          log,
          publicUrl: config.publicUrl,
        },
        exportTimeline: (incidentId) => exported(incidentId, 'md'),
        posted: () => reach('slack.posted'),
      });
    }

    let url: string | null = null;
    if (serves) {
      const server = createServer({
        host,
        log,
        ready: store.ready,
        metrics: metrics.text,
        slack: slack?.handleHttp ?? null,
      });
      addWebhooks(server, {
        ...{ sources, integrations: config.file.integrations, deliveries: store.deliveries, host, log },
        accepted: (receipt) => {
          reach('delivery.accepted');
          void wakeups.wakeIntake(receipt);
        },
        count: (source, outcome) => metrics.deliveries.inc({ source, outcome }),
      });
      addApi(server, {
        token: config.apiToken,
        reads: store.reads,
        deliveries: store.deliveries,
        operations,
        catalog,
        exportTimeline: exported,
        events: store.events.readStream,
      });
      url = await server.listen({ host: config.host, port: config.port });
      stoppers.push(() => server.close());
    }
    if (works) {
      await store.registry.beat(worker, options.pool);
      stoppers.push(
        () => store.registry.leave(worker),
        () => driver.stop(stopGraceMs),
      );
      const intake = {
        ...commands,
        deliveries: store.deliveries,
        correlation: store.correlation,
        reads: store.reads,
        catalog,
        env: config.playbookEnv,
      };
      await queue.work(
        {
          async 'delivery.process'({ receipt }) {
            try {
              for (const change of await processDelivery(intake, receipt, driver.offer())) await driver.follow(change);
            } catch (error) {
              await store.deliveries.failed(receipt, error instanceof Error ? error.message : String(error), maxTries);
              throw error;
            }
          },
          'run.advance': ({ runId }) => driver.drive(runId),
        },
        { pool: options.pool, concurrency: 20 },
      );
    }
    if (serves && slack) {
      const edge = slack;
      await edge.start();
      stoppers.push(() => edge.stop());
      await queue.work(
        { 'incident.notify': ({ incidentId }) => edge.notify(incidentId) },
        // Who waits for Slack holds nothing; an approval must find a place however much else is waiting.
        { pool: options.pool, concurrency: 200 },
      );
    }

    const look = guarded(log, () =>
      reconcile({
        ...commands,
        registry: store.registry,
        deliveries: store.deliveries,
        messages: serves && slack ? store.messages : null,
        wakeups,
        leaseMs,
      }),
    );
    await look();
    const task = schedule('*/2 * * * * *', () => void look(), { noOverlap: true });
    stoppers.push(async () => task.stop());
    if (works) {
      const beat = guarded(log, async () => {
        const { cancelling } = await store.registry.beat(worker, options.pool);
        for (const runId of cancelling) driver.abort(runId);
      });
      const timer = setInterval(() => void beat(), beatMs);
      stoppers.push(async () => clearInterval(timer));
    }
    return ok({ url, store, stop: () => stopAll(stoppers, log) });
  } catch (error) {
    await stopAll(stoppers, log);
    throw error;
  }
}

async function stopAll(stoppers: readonly (() => Promise<unknown>)[], log: Log): Promise<void> {
  for (const stop of [...stoppers].reverse())
    await stop().catch((error) => log.warn({ err: error }, 'a part did not stop in order'));
}

/** Work that is done again and again: a failure is logged and the next time is another chance. */
function guarded(log: Log, work: () => Promise<void>): () => Promise<void> {
  return async () => {
    try {
      await work();
    } catch (error) {
      log.warn(
        { error: error instanceof Error ? error.message : String(error) },
        'a periodic look failed; the next one comes soon',
      );
    }
  };
}

/** Calls at once, then at most once per interval and key, the last call winning. */
function throttle(
  call: (key: string, version: number) => void,
  intervalMs = 200,
): (key: string, version: number) => void {
  const waiting = new Map<string, number | null>();
  return function push(key, version) {
    if (waiting.has(key)) {
      waiting.set(key, version);
      return;
    }
    waiting.set(key, null);
    call(key, version);
    setTimeout(() => {
      const last = waiting.get(key);
      waiting.delete(key);
      if (last !== null && last !== undefined) push(key, last);
    }, intervalMs).unref();
  };
}
