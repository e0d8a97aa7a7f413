// The composition root: opens the adapters, gives them to the engine and the edges, and starts them in order. Holds no rule.
import { createAdapters, enginePorts, loadParts, openTraces, type Parts, partStatesOf } from './adapters.ts';
import { inFolder, watchFiles } from './change-control.ts';
import type { Config } from './config/environment.ts';
import { systemPrincipal } from './core/authority/principal.ts';
import { formatFault } from './core/playbook/compile.ts';
import { policyDoubts } from './core/policy/doubts.ts';
import { ok, type Result } from './core/result.ts';
import { digestTimers } from './digests.ts';
import { edgePartsOf, httpParts, slackEdge, startSlack } from './edges.ts';
import { createEngine, type Engine } from './engine/engine.ts';
import { engineOptions } from './engine-options.ts';
import { serveHttp, serveScrapes } from './http/http.ts';
import { guarded, stopAll } from './platform/lifecycle.ts';
import type { LogState } from './platform/log-sink.ts';
import { realRuntime } from './platform/runtime.ts';
import type { Operations } from './ports/operations.ts';
import type { Log, Runtime } from './ports/runtime.ts';
import { openQueue } from './queue/open.ts';
import { sourceOfRules } from './rulebook.ts';
import type { SlackEdge } from './slack/edge.ts';
import type { Action } from './spi/action.ts';
import { openStore, type Store } from './store/open.ts';
import { startTimers, watchedTimers, watchingStuck } from './watch.ts';

/** Which part of the work this process does. */
export type ProcessRole = 'web' | 'worker' | 'all';

/** A running Firebreak. */
export type App = {
  /** Where it listens; null for a worker. */
  readonly url: string | null;
  /** Where it answers scrapes: a worker only where a port is set for that. */
  readonly metricsUrl: string | null;
  readonly store: Store;
  /** What can be asked for, for programs that run Firebreak in their own process. */
  readonly operations: Operations;
  /** Seals whatever moved since the last checkpoint, at once. */
  readonly seal: () => Promise<void>;
  /** Reads playbooks and configuration anew; what was wrong is in the log, and then nothing has changed. */
  readonly reload: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** What a start may bring along besides its settings; `actions`: what this process can do, by default all there is. */
export type StartOptions = {
  readonly role: ProcessRole;
  readonly pool: string;
  readonly runtime?: Runtime;
  readonly actions?: ReadonlyMap<string, Action>;
  /** How the log stands, where it can fail. */
  readonly logState?: () => LogState;
  /** The time of the database, by default asked of it. */
  readonly databaseNowMs?: () => Promise<number>;
};

const soundLog = (): LogState => ({ dropped: 0, error: null });

/** Actions under way have this long to end when the process is told to stop, in milliseconds. */
const stopGraceMs = 10_000;
/** Jobs of a queue that are under way at once. */
const concurrency = 20;

/** Starts Firebreak. The error lists what is wrong with the configuration or the playbooks; it rejects if a dependency is broken. */
export async function startApp(
  config: Config,
  log: Log,
  { role, pool, runtime = realRuntime, actions, logState = soundLog, databaseNowMs }: StartOptions,
): Promise<Result<App, readonly string[]>> {
  const parts = loadParts(config, actions);
  if (!parts.ok) return parts;
  tellDoubts(parts.value, log);
  for (const doubt of policyDoubts(parts.value.rulebook, config.file))
    log.warn(`nobody can satisfy it, so what it holds waits until it expires: ${doubt}`);
  const traces = await openTraces(config, log);
  const store = await openStore(config, runtime, log);
  const stoppers: (() => Promise<unknown>)[] = [traces.close, store.close];
  try {
    for (const { playbook, text } of parts.value.playbooks) await store.versions.keep(playbook, text);
    const standing = partStatesOf(config, runtime, log);
    const queue = await openQueue(
      { redisUrl: config.redisUrl, databaseUrl: store.url },
      { runtime, log, report: standing.report },
    );
    const opened = { config, log, runtime, parts: parts.value, store, wakeups: queue.wakeups, standing };
    const { tracing } = traces;
    const adapters = createAdapters({ ...opened, logState, tracing, ...(databaseNowMs && { databaseNowMs }) });
    let slack: SlackEdge | null = null;
    const ports = enginePorts(adapters, () => slack);
    const [works, serves] = [role !== 'web', role !== 'worker'];
    const engine = createEngine(
      ports,
      engineOptions(config, parts.value.slack, {
        worker: runtime.newId('wrk'),
        pool,
        works,
        rulebook: parts.value.rulebook,
      }),
    );
    const edges = edgePartsOf({ adapters, engine, ports });
    stoppers.push(() => engine.seal({ final: true }), queue.close);
    slack = await slackEdge(edges);

    await engine.takeOverSwitches();
    await engine.takeOverRules(parts.value.rulebook, sourceOfRules(config));
    await engine.start();
    const http = serves ? await serveHttp(httpParts(edges, slack), config) : null;
    const scraped = http ?? (await serveScrapes(httpParts(edges, slack), config));
    if (scraped) stoppers.push(scraped.close);
    stoppers.push(() => engine.stop(stopGraceMs));
    if (works)
      await queue.work(
        { 'deliveries.process': engine.drainIntake, 'run.advance': ({ runId }) => engine.dispatch(runId) },
        { pool, concurrency, meter: adapters.metrics.queue },
      );
    const reload = reloadOf(engine);
    const timers = watchedTimers(engine, { adapters, works, serves: http, logState });
    timers.push(...watchingFiles(config, reload), watchingStuck(edges, serves ? slack : null));
    if (works) timers.push(...digestTimers({ adapters, engine, lookForStuck: edges.stuck.look }, slack));
    const connecting = serves && slack ? slack.start() : standing.report('slack', 'off');
    if (serves && slack) {
      stoppers.push(slack.stop);
      timers.push(...(await startSlack(slack, engine, queue, { pool, concurrency, meter: adapters.metrics.queue })));
    }
    stoppers.push(...(await startTimers(timers, log)));
    await engine.changeControl.recordFolder(inFolder(parts.value.playbooks));
    if (works) void guarded(log, engine.takeUp)();
    await connecting;
    const seal = async () => void (await engine.seal({ final: true }));
    const stop = () => stopAll(stoppers, log);
    return ok({
      url: http?.url ?? null,
      metricsUrl: scraped?.url ?? null,
      store,
      operations: engine.operations,
      seal,
      reload,
      stop,
    });
  } catch (error) {
    await stopAll(stoppers, log);
    throw error;
  }
}

/** A playbook that will go wrong in a run must not keep the others, and the alerts, waiting. */
function tellDoubts({ playbooks }: Pick<Parts, 'playbooks'>, log: Log): void {
  for (const { doubts } of playbooks)
    for (const doubt of doubts) log.warn({ playbook: doubt.file }, `will go wrong in a run: ${formatFault(doubt)}`);
}

/** Reads files anew for whoever may stop this process anyway. */
const reloadOf = (engine: Engine) => async () =>
  void (await engine.changeControl.reload({ principal: systemPrincipal, cause: 'reload' }));

/** What looks whether files have changed, where that is asked for. */
const watchingFiles = (config: Config, reload: () => Promise<void>) =>
  config.file.reload === 'watch'
    ? [{ name: 'watch-files', pattern: '*/3 * * * * *', run: watchFiles(config, reload) }]
    : [];
