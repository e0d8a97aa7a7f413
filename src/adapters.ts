// The adapters of one process: its parts as configured, its open store and queue, and all of it as the engine takes it. Holds no rule.

import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createEnrichment } from './actions/enrichment/enrichment.ts';
import { createFetchEvidence } from './actions/evidence/fetch-evidence.ts';
import { type AllowList, reachableBy } from './actions/http/allow-list.ts';
import { createOnCall } from './actions/on-call/on-call.ts';
import { createAskGate } from './actions/outside/ask-gate.ts';
import { createTellEndpoint } from './actions/outside/tell-endpoint.ts';
import { queryRange } from './actions/prometheus/query-range.ts';
import { actionTraits, createActions } from './actions/registry.ts';
import { changeControlPorts } from './change-control.ts';
import type { Config } from './config/environment.ts';
import { secretPassword } from './config/own-secrets.ts';
import { partSettings } from './config/parts.ts';
import { retentionAges } from './config/retention.ts';
import { formatFault } from './core/playbook/compile.ts';
import type { Rulebook } from './core/policy/rulebook.ts';
import { createRedactor } from './core/redact.ts';
import { err, ok, type Result } from './core/result.ts';
import { createMasker } from './core/secret/masker.ts';
import type { EnginePorts } from './engine/engine-ports.ts';
import { armFaultPoint } from './engine/fault-points.ts';
import { itemsSeen } from './engine/incidents/items-seen.ts';
import { leaseMs } from './engine/lease.ts';
import { createChangeFeed } from './http/api/change-feed.ts';
import { createRemap } from './http/ingest/remap.ts';
import { createDatabaseClock, type DatabaseClock } from './platform/database-clock.ts';
import type { LogState } from './platform/log-sink.ts';
import { createMetrics, type ProcessMetrics } from './platform/metrics/metrics.ts';
import { mintNonce, mintSession, mintToken } from './platform/mint-token.ts';
import { createPartStates } from './platform/parts.ts';
import { openTracing } from './platform/tracing/open.ts';
import { programVersion } from './platform/version.ts';
import type { OnCall } from './ports/on-call.ts';
import type { PartStates } from './ports/parts.ts';
import type { Log, Runtime } from './ports/runtime.ts';
import { noTracing, type OpenTracing, type Tracing } from './ports/tracing.ts';
import { closedRulebook, readRulebook } from './rulebook.ts';
import { createDirectory } from './slack/directory.ts';
import type { SlackEdge } from './slack/edge.ts';
import type { SlackSettings } from './slack/settings.ts';
import { sources } from './sources/registry.ts';
import type { Action } from './spi/action.ts';
import { readMadeLate } from './step-up.ts';
import { createOutsideWitnesses } from './store/ledger/outside-witnesses.ts';
import { openSigner, ownMaskKey } from './store/ledger/signing-key.ts';
import type { Store } from './store/open.ts';
import { catalogOf, type LiveCatalog, type LoadedPlaybooks, loadPlaybooks } from './store/playbook/playbook-files.ts';
import { storedPorts } from './stored-ports.ts';

/** What the configuration and the playbooks say, checked. */
export type Parts = {
  readonly slack: SlackSettings;
  readonly actions: ReadonlyMap<string, Action>;
  readonly playbooks: LoadedPlaybooks['playbooks'];
  /** The playbooks in force: those of the folder, or none until the ledger was asked which they are. */
  readonly catalog: LiveCatalog;
  /** What outgoing requests may reach beyond the public internet. */
  readonly reachable: AllowList;
  /** Policies, freezes and environments. */
  readonly rulebook: Rulebook;
};

/** Reads settings and playbooks; the error has a line per fault. `actions`: instead of all there are. */
export function loadParts(config: Config, actions?: ReadonlyMap<string, Action>): Result<Parts, readonly string[]> {
  const usable = loadUsableParts(config, actions);
  if (!usable.ok) return usable;
  const { parts, faults } = usable.value;
  return faults.length > 0 ? err(faults) : ok(parts);
}

/** As `loadParts`, for whoever has to do with the playbooks that can be used; `faults` are those of the others. */
export function loadUsableParts(
  config: Config,
  actions?: ReadonlyMap<string, Action>,
): Result<{ readonly parts: Parts; readonly faults: readonly string[] }, readonly string[]> {
  const settings = partSettings(config);
  if (!settings.ok) return settings;
  const known =
    actions ?? createActions(settings.value.actions, { installation: { privatePaths: config.privatePaths } });
  const rules = readRulebook(config);
  const rulebook = rules.ok ? rules.value : closedRulebook;
  const { playbooks, faults } = loadPlaybooks([config.playbooks], known, config.file.approvals);
  const { slack, actions: actionSettings } = settings.value;
  const reachable = reachableBy(actionSettings);
  const byFolder = config.file.changeControl === 'folder' ? playbooks.map(({ playbook }) => playbook) : [];
  const parts = { slack, actions: known, playbooks, catalog: catalogOf(byFolder), reachable, rulebook };
  return ok({ parts, faults: [...faults.map(formatFault), ...(rules.ok ? [] : rules.error)] });
}

/** The adapters of a process that runs. */
export type Adapters = {
  readonly config: Config;
  readonly log: Log;
  readonly runtime: Runtime;
  readonly parts: Parts;
  readonly store: Store;
  readonly wakeups: EnginePorts['wakeups'];
  readonly metrics: ProcessMetrics;
  readonly feed: ReturnType<typeof createChangeFeed>;
  readonly signer: ReturnType<typeof openSigner>;
  /** What the tags of masked secrets are made with. */
  readonly maskKey: Buffer;
  readonly standing: PartStates;
  readonly clock: DatabaseClock;
  readonly onCall: OnCall;
  readonly tracing: Tracing;
};

/** Counted at the utmost. */
const owedAtMost = 1000;

/** The adapters on an open store; `signerOf`: another signer than that of the settings or the data directory, which is made there. */
export function createAdapters(
  given: Omit<Adapters, 'metrics' | 'feed' | 'signer' | 'maskKey' | 'clock' | 'onCall' | 'tracing'> & {
    /** Absent: nothing is traced. */
    readonly tracing?: Tracing;
    /** How the log stands, where it can fail. */
    readonly logState?: () => LogState;
    /** Instead of asking the database. */
    readonly databaseNowMs?: () => Promise<number>;
  },
  signerOf: (config: Config) => Adapters['signer'] = openSigner,
): Adapters {
  const { store, runtime, log, config, standing, logState, databaseNowMs = store.nowMs } = given;
  const password = secretPassword(store.url);
  if (password !== null) config.known.learn({ name: 'database.password', value: password });
  return {
    ...given,
    tracing: given.tracing ?? noTracing,
    clock: createDatabaseClock({ runtime, ask: databaseNowMs }),
    metrics: createMetrics({
      parts: standing.list,
      logLinesDropped: () => logState?.().dropped ?? 0,
      recordFaults: () => store.faults().length,
      owed: async () => (config.slack ? store.messages.owed(owedAtMost) : []),
      gauges: () =>
        store.gauges({
          workerLeaseMs: leaseMs,
          faulty: store.faults().map(({ streamId }) => streamId),
          isTold: config.slack !== null,
        }),
      playbooks: given.parts.playbooks.map(({ playbook }) => playbook),
      isTraced: given.tracing?.isOn ?? false,
      monotonicMs: runtime.monotonicMs,
      sleep: (ms) => delay(ms, undefined, { ref: false }),
    }),
    feed: createChangeFeed({ changes: store.changes, runtime, log }),
    signer: signerOf(config),
    onCall: createOnCall(config.file.oncall, {
      people: config.file.people,
      allow: given.parts.reachable,
      runtime,
      log,
    }),
    // Without the key nothing can be put back; whoever has none runs no steps.
    maskKey: ownMaskKey(config) ?? randomBytes(32),
  };
}

/** The adapters as the engine takes them; `slack` is asked for each time, because it is made after the engine. */
export function enginePorts(adapters: Adapters, slack: () => SlackEdge | null): EnginePorts {
  const { config, store, parts, clock, log, metrics, tracing, feed, signer, maskKey, wakeups } = adapters;
  const offline = createDirectory({ ...config.file, onCall: adapters.onCall }, null);
  return {
    ...storedPorts(store),
    runtime: clock.runtime,
    clock,
    log,
    wakeups,
    metrics,
    tracing,
    actions: parts.actions,
    traits: actionTraits,
    catalog: parts.catalog,
    changeControl: changeControlPorts({ config, actions: parts.actions, catalog: parts.catalog, store }),
    enrich: createEnrichment(config.file.enrichment, {
      intervals: config.file.alerts.intervals,
      allow: parts.reachable,
      runtime: clock.runtime,
    }),
    mintToken() {
      const value = mintToken();
      config.known.learn({ name: 'service-token', value });
      return value;
    },
    // Not one of the known secrets: there is one for each sign-in, and it is shown to its browser alone.
    mintSession,
    stepUp: { ...store.stepUp, readMade: readMadeLate, mintNonce },
    remap: createRemap({ sources, integrations: config.file.integrations, log }),
    fetchEvidence: createFetchEvidence({
      query: parts.actions.get(queryRange.name),
      folders: [config.configDir, config.playbooks],
      privatePaths: config.privatePaths,
      chatFile: () => slack()?.fetchFile ?? null,
      log,
    }),
    secrets: (name) => config.file.secrets.get(name),
    masker: createMasker(config.known, maskKey),
    redact: createRedactor(config.known),
    approvals: {
      open: async () => (await store.reads.approvals({ status: 'open', limit: mostOpen, cursor: null })).items,
      askGate: createAskGate(parts.reachable),
      tell: createTellEndpoint(config.file.webhooks, { allow: parts.reachable, nowMs: clock.runtime.nowMs }),
    },
    directory: () => slack()?.directory ?? offline,
    chat: () => slack()?.chat ?? null,
    async announce(line) {
      if (!(await slack()?.announce(line))) log.info({ key: line.key }, line.text);
    },
    actionItems: () => itemsSeen(store.reads, []),
    nudgeFeed: feed.nudge,
    slackMessages: config.slack ? store.messages : null,
    sealing: {
      checkpoints: store.checkpoints,
      witness: store.witness,
      signer,
      outside: createOutsideWitnesses(config.file.record.witness, { log }),
    },
    retention: { store: store.retention, ages: retentionAges(config.file.retention), count: metrics.countRemoved },
    reach: armFaultPoint(config.faultPoint),
  };
}

/** Runs with open requests that one look takes. */
const mostOpen = 500;
/** The parts of a process with these settings; none is reported yet. */
export const partStatesOf = (config: Pick<Config, 'known'>, runtime: Runtime, log: Log): PartStates =>
  createPartStates({ runtime, log, redact: createRedactor(config.known) });

/** Tracing as the environment says; what of it cannot be used is said in the log, and is no reason not to start. */
export function openTraces({ tracing: { to, doubts }, known }: Config, log: Log): Promise<OpenTracing> {
  for (const doubt of doubts) log.warn(`tracing is off: ${doubt}`);
  return openTracing(to, { log, redact: createRedactor(known), version: programVersion });
}
