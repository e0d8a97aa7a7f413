// The composition root: the only file that makes the parts and joins them. Holds no rule.
import { createActions } from './actions/index.ts';
import type { Config } from './config/environment.ts';
import { partSettings } from './config/parts.ts';
import { formatFault } from './core/playbook/compile.ts';
import { createRedactor } from './core/redact.ts';
import { err, ok, type Result } from './core/result.ts';
import type { Offer } from './core/run/draft.ts';
import { elapsedMs } from './core/time.ts';
import { createAdmission } from './engine/admission.ts';
import { drainIntake } from './engine/alerts/drain-intake.ts';
import { armFaultPoint } from './engine/fault-points.ts';
import type { CommandDeps } from './engine/handle-command.ts';
import { createKeyedMutex } from './engine/keyed-mutex.ts';

import type { Committed } from './engine/ledger.ts';
import { createOperations } from './engine/operations.ts';
import { horizonMs, leaseMs, reconcile, takeUp, watchContact } from './engine/reconcile.ts';
import { type ExportFormat, exportTimeline } from './engine/record/export-timeline.ts';
import { sealCheckpoint } from './engine/record/seal-checkpoint.ts';
import { createDispatcher } from './engine/runs/dispatch-run.ts';
import { createDriver } from './engine/runs/drive-run.ts';
import { createShowRuns } from './engine/runs/show-runs.ts';
import { addApi } from './http/api/api.ts';
import { createChangeFeed } from './http/api/change-feed.ts';
import { addWebhooks } from './http/ingest/webhooks.ts';
import { addPage } from './http/page.ts';
import { createServer } from './http/server.ts';
import { every, guarded, stopAll } from './platform/lifecycle.ts';
import { createMetrics } from './platform/metrics.ts';
import { realRuntime } from './platform/runtime.ts';
import type { PlaybookCatalog } from './ports/ledger.ts';
import type { Operations } from './ports/operations.ts';
import type { Log, Runtime } from './ports/runtime.ts';
import type { Wakeups } from './ports/work.ts';
import { coalesce } from './queue/coalesce.ts';
import { connectQueue, queueBackend } from './queue/connection.ts';
import { createJobQueue } from './queue/queue.ts';
import { createSlack, type SlackEdge } from './slack/app.ts';
import { createDirectory } from './slack/directory.ts';
import { sources } from './sources/index.ts';
import type { Action } from './spi/action.ts';
import { openSigner } from './store/ledger/signing-key.ts';
import { openStore, type Store } from './store/open.ts';
import { loadPlaybooks } from './store/playbook/playbook-files.ts';

/** Which part of the work this process does. */
export type Role = 'web' | 'worker' | 'all';

/** A running Firebreak. */
export type App = {
  /** Where it listens; null for a worker. */
  readonly url: string | null;
  readonly store: Store;
  /** What people can order, for programs that run Firebreak in their own process. */
  readonly operations: Operations;
  readonly stop: () => Promise<void>;
};

const beatMs = 3000;
/** A queue hop costs several commits: one wake-up speaks for all that ask for it within these times. */
const intakeIntervalMs = 25;
const notifyIntervalMs = 200;
/** Steps under way in one process. */
const maxSteps = 100;
const stopGraceMs = 10_000;

/** What a start may bring along besides its settings; `actions`: what this process can do, by default all there is. */
export type StartOptions = {
  readonly role: Role;
  readonly pool: string;
  readonly runtime?: Runtime;
  readonly actions?: ReadonlyMap<string, Action>;
};

/** Starts Firebreak. The error lists what is wrong with the configuration or the playbooks; it rejects if a dependency is broken. */
export async function startApp(
  config: Config,
  log: Log,
  options: StartOptions,
): Promise<Result<App, readonly string[]>> {
  const runtime = options.runtime ?? realRuntime;
  const settings = partSettings(config);
  if (!settings.ok) return settings;
  const actions = options.actions ?? createActions(settings.value.actions);
  const { playbooks, faults } = loadPlaybooks([config.playbooks], actions);
  if (faults.length > 0) return err(faults.map(formatFault));
  const byName = new Map(playbooks.map(({ playbook }) => [playbook.name, playbook]));
  const catalog: PlaybookCatalog = { all: () => [...byName.values()], byName: (name) => byName.get(name) };

  const store = await openStore(config, runtime, log);
  const stoppers: (() => Promise<unknown>)[] = [() => store.close()];
  try {
    for (const { playbook, text } of playbooks) await store.versions.keep(playbook, text);
    const signer = openSigner(config);
    const sealing = { checkpoints: store.checkpoints, witness: store.witness, signer, runtime, log };
    stoppers.push(() => sealCheckpoint(sealing, { final: true }));
    const connection = connectQueue(queueBackend(config.redisUrl, store.url));
    await connection.ready();
    const queue = createJobQueue(connection, log);
    stoppers.push(() => queue.close());
    const metrics = createMetrics();
    const works = options.role !== 'web';
    const serves = options.role !== 'worker';
    const worker = runtime.newId('wrk');
    const reach = armFaultPoint(config.faultPoint);
    const nowIso = () => new Date(runtime.nowMs()).toISOString();
    let slack: SlackEdge | null = null;

    const intakeSoon = coalesce<null>(
      () => void queue.add('deliveries.process', {}, { id: runtime.newId('req') }),
      intakeIntervalMs,
    );
    const wakeups: Wakeups = {
      async wakeRun({ runId, version, pools, severity: priority }, delayMs) {
        for (const pool of pools)
          await queue.add('run.advance', { runId }, { id: `${runId}.${version}`, delayMs, pool, priority });
      },
      wakeIntake: () => intakeSoon('deliveries', null),
      wakeNotifier: (incidentId, version) =>
        queue.add('incident.notify', { incidentId }, { id: `${incidentId}.${version}` }),
    };
    const notifySoon = coalesce<number>(
      (incidentId, version) => void wakeups.wakeNotifier(incidentId, version),
      notifyIntervalMs,
    );
    const feed = createChangeFeed({ changes: store.changes, runtime, log });
    const committed = (change: Committed): void => {
      feed.nudge();
      metrics.count(change.events);
      if (config.slack) notifySoon(change.incident.id, change.head.version);
      if (change.events.some(({ type }) => type === 'approval.granted')) reach('approval.granted');
      if (change.events.some(({ type }) => type === 'run.started')) reach('run.started');
      driver.follow(change);
      for (const { state, wakeAt, pools } of change.runs) {
        void dispatcher
          .notifyDependents(state)
          .catch((error) => log.warn({ err: error }, 'another run was not told; it will look itself'));
        const held = Object.values(state.nodes).some((node) => node.status === 'running' && node.worker === worker);
        // A run that this process holds a step of is looked at again when that step ends.
        if (wakeAt === null || held) continue;
        const delayMs = Math.max(0, elapsedMs(nowIso(), wakeAt));
        const { version } = change.head;
        const { severity } = change.incident;
        if (delayMs <= horizonMs) void wakeups.wakeRun({ runId: state.runId, version, pools, severity }, delayMs);
      }
    };
    const commands: CommandDeps = {
      ...{ store: store.events, versions: store.versions, runtime, committed, mutex: createKeyedMutex() },
      library: catalog.byName,
    };
    const admission = createAdmission({
      ...{ store: store.admission, lookups: store.lookups, runtime, storm: config.file.policy.storm },
    });
    await admission.refresh();
    const redact = createRedactor(config.secretValues);
    const driver = createDriver({
      ...commands,
      ...{ actions, artifacts: store.artifacts, redact, log, worker, pool: options.pool, maxSteps, reach, admission },
      secrets: (name) => config.file.secrets.get(name),
      chat: () => slack?.chat ?? null,
    });
    const dispatcher = createDispatcher({ ...commands, lookups: store.lookups, driver });
    const offlineDirectory = createDirectory(config.file.roles, null);
    const offer = (): Offer | null => (works ? driver.offer() : null);
    const operations = createOperations({
      ...commands,
      ...{ catalog, correlation: store.correlation, env: config.playbookEnv, abort: driver.abort, offer, admission },
      lookups: store.lookups,
      directory: () => slack?.directory ?? offlineDirectory,
    });
    const exported = (incidentId: string, format: string) =>
      exportTimeline({ ...store, signer: () => signer }, incidentId, format as ExportFormat);
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
          runtime,
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
        runtime,
        log,
        ready: store.ready,
        metrics: metrics.text,
        slack: slack?.handleHttp ?? null,
      });
      addWebhooks(server, {
        ...{ sources, integrations: config.file.integrations, deliveries: store.deliveries, runtime, log },
        accepted: () => {
          reach('delivery.accepted');
          wakeups.wakeIntake();
        },
        count: (source, outcome) => metrics.deliveries.inc({ source, outcome }),
      });
      addApi(server, {
        token: config.apiToken,
        reads: store.reads,
        show: createShowRuns({ ...store, switches: admission.switches, runtime, leaseMs }),
        deliveries: store.deliveries,
        operations,
        catalog,
        exportTimeline: exported,
        events: store.events.readStream,
        ...{ keys: store.keys, feed, log },
      });
      addPage(server);
      url = await server.listen({ host: config.host, port: config.port });
      stoppers.push(() => server.close());
    }
    if (works) {
      await store.registry.beat(worker, options.pool, [...actions.keys()]);
      stoppers.push(
        () => store.registry.leave(worker),
        () => driver.stop(stopGraceMs),
      );
      const intake = {
        ...commands,
        ...{ deliveries: store.deliveries, correlation: store.correlation, reads: store.reads, catalog, log },
        ...{ env: config.playbookEnv, offer, room: driver.room, lookups: store.lookups, admission },
      };
      await queue.work(
        { 'deliveries.process': () => drainIntake(intake), 'run.advance': ({ runId }) => dispatcher.dispatch(runId) },
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

    const inContact = watchContact(runtime);
    const reconcileOnce = guarded(log, async () => {
      await admission.refresh();
      if (serves) await slack?.followHalts();
      await reconcile({
        ...commands,
        registry: store.registry,
        deliveries: store.deliveries,
        messages: serves && slack ? store.messages : null,
        wakeups,
        steady: inContact(),
      });
    });
    await reconcileOnce();
    stoppers.push(every('*/2 * * * * *', reconcileOnce));
    const sealMoved = guarded(log, async () => {
      await sealCheckpoint(sealing, { final: false });
    });
    await sealMoved();
    stoppers.push(every('0 * * * * *', sealMoved));
    if (works) {
      const beat = guarded(log, async () => {
        const { holding, cancelling } = await store.registry.beat(worker, options.pool, [...actions.keys()]);
        for (const runId of cancelling) driver.abort(runId);
        await driver.reclaim(holding);
      });
      const timer = setInterval(() => void beat(), beatMs);
      stoppers.push(async () => clearInterval(timer));
      void guarded(log, () => takeUp({ runtime, registry: store.registry }, options.pool, dispatcher.dispatch))();
    }
    return ok({ url, store, operations, stop: () => stopAll(stoppers, log) });
  } catch (error) {
    await stopAll(stoppers, log);
    throw error;
  }
}
