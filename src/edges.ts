// The edges of one process, on its engine: Slack, and HTTP with webhooks, API and page. Joins them; holds no rule.
import { userInfo } from 'node:os';
import { shellRun } from './actions/shell/run.ts';
import type { Adapters } from './adapters.ts';
import type { Config } from './config/environment.ts';
import { traceUrlOf } from './config/tracing.ts';
import { slackUserOf } from './core/authority/membership.ts';
import type { Principal } from './core/authority/principal.ts';
import { traceIdOf } from './core/trace/place.ts';
import { loadOf, readDigestOf } from './digests.ts';
import { documentOptions } from './documents.ts';
import type { Engine } from './engine/engine.ts';
import type { EnginePorts } from './engine/engine-ports.ts';
import { maskedDelivery } from './engine/from-outside.ts';
import { leaseMs } from './engine/lease.ts';
import { createReadLives } from './engine/playbooks/read-lives.ts';
import { type ExportFormat, exportTimeline } from './engine/record/export-timeline.ts';
import { createFrames } from './engine/record/frames.ts';
import { createLearning } from './engine/record/learn.ts';
import { createReadPostmortem } from './engine/record/read-postmortem.ts';
import { createStuckJudge, type StuckJudge } from './engine/runs/look-for-stuck.ts';
import { createShowRuns } from './engine/runs/show-runs.ts';
import { createReadsFor } from './engine/sight.ts';
import { createLookAtSlo } from './engine/slo/look-at-slo.ts';
import type { Timer } from './engine/timers.ts';
import type { HttpParts } from './http/http.ts';
import { createNoteTaker } from './http/ingest/delivery-notes.ts';
import { localPeer } from './http/session/local-peer.ts';
import { createProviders, publicAddress } from './http/session/sign-in/providers.ts';
import type { QueueMeter } from './ports/metrics.ts';
import type { ReadsFor, ShowRuns } from './ports/reads.ts';
import type { JobPayload } from './queue/job-catalog.ts';
import type { JobQueue } from './queue/queue.ts';
import type { SlackEdge } from './slack/edge.ts';
import { sources } from './sources/registry.ts';

/** An engine and what it stands on. */
type EngineParts = { readonly adapters: Adapters; readonly engine: Engine; readonly ports: EnginePorts };

/** What edges are made of. `stuck`: one judge, for it remembers usual times. */
export type EdgeParts = EngineParts & { readonly stuck: StuckJudge };

const exporterOf =
  ({ store, signer, config }: Adapters) =>
  (incidentId: string, format: string) =>
    exportTimeline(
      {
        events: store.events,
        artifacts: store.artifacts,
        checkpoints: store.checkpoints,
        signer: () => signer,
        documents: documentOptions(config),
      },
      incidentId,
      format as ExportFormat,
    );

/** Where the trace of a run is looked at. */
const traceUrlFor =
  ({ file }: Pick<Config, 'file'>) =>
  (runId: string): string | null =>
    traceUrlOf(file.tracing.url, traceIdOf(runId));

/** The guard of everything that a surface reads. */
const readsForOf = ({ adapters, engine }: Pick<EdgeParts, 'adapters' | 'engine'>): ReadsFor =>
  createReadsFor({
    reads: adapters.store.reads,
    events: adapters.store.events,
    exportTimeline: exporterOf(adapters),
    readPostmortem: createReadPostmortem({
      events: adapters.store.events,
      documents: documentOptions(adapters.config),
    }),
    sight: engine.sight,
  });

/** The Slack edge; null where no Slack is configured. */
export async function slackEdge({ adapters, engine, ports, stuck }: EdgeParts): Promise<SlackEdge | null> {
  const { config, store, parts, runtime, log } = adapters;
  if (!config.slack) return null;
  // Slack's libraries take most of a second to load: a start without Slack is spared them.
  const { createSlack } = await import('./slack/app.ts');
  return createSlack({
    ...config.slack,
    settings: parts.slack,
    digestChannel: config.file.digest.channel,
    roles: config.file.roles,
    escalation: config.file.escalation,
    people: config.file.people,
    onCall: adapters.onCall,
    lookAtSlo: lookAtSloOf({ adapters, ports }),
    operations: engine.operations,
    authorised: engine.authorised,
    reads: store.reads,
    readsFor: readsForOf({ adapters, engine }),
    messages: store.messages,
    rates: store.slackRates,
    meter: adapters.metrics.slack,
    used: store.usedProofs,
    catalog: parts.catalog,
    versions: store.versions,
    stuckAmong: stuck.among,
    runtime,
    report: adapters.standing.report,
    redact: ports.redact,
    log,
    publicUrl: config.publicUrl,
    tracing: adapters.tracing,
    traceUrl: traceUrlFor(config),
    posted: () => ports.reach('slack.posted'),
  });
}

/** What the HTTP side is made of. */
export function httpParts({ adapters, engine, ports, stuck }: EdgeParts, slack: SlackEdge | null): HttpParts {
  const { config, store, parts, runtime, log, metrics, feed } = adapters;
  const { providers, signedIn } = signInParts({ adapters, engine, ports }, slack);
  const show = showRunsOf({ adapters, engine, ports });
  return {
    server: {
      runtime,
      log,
      ready: store.ready,
      parts: adapters.standing.list,
      metrics: metrics.expose,
      metricsArePublic: config.file.metrics === 'public',
      countRefused: metrics.countRefused,
      observeRequest: metrics.observeRequest,
      slack: slack?.handleHttp ?? null,
      ...(signedIn && { signInAt: publicAddress(config.publicUrl, '/sign-in') }),
    },
    webhooks: {
      sources,
      integrations: config.file.integrations,
      deliveries: {
        accept: engine.acceptDelivery,
        keepDead: (dead) => store.deliveries.keepDead(maskedDelivery(ports.masker, dead)),
      },
      metrics,
      tracing: adapters.tracing,
      runtime,
      log,
      notes: noteTaker({ adapters, ports }),
    },
    api: {
      tokens: engine.tokens,
      localName: config.apiToken === null ? machineUser() : null,
      localPeer,
      people: config.file.people,
      named: config.file,
      directory: ports.directory,
      signIn: signedIn,
      onCall: adapters.onCall,
      surface: 'api',
      readsFor: readsForOf({ adapters, engine }),
      sources,
      integrations: config.file.integrations,
      nowMs: runtime.nowMs,
      show,
      lookAtSlo: lookAtSloOf({ adapters, ports }),
      lookForStuck: stuck.look,
      deliveries: store.deliveries,
      deliveryNotes: store.deliveryNotes,
      mask: ports.redact.text,
      operations: engine.operations,
      rules: engine.rules,
      catalog: parts.catalog,
      ...pageReads({ adapters, ports }),
      readDigest: readDigestOf({ adapters, engine, lookForStuck: stuck.look }),
      digestZone: config.file.digest.timezone,
      load: loadOf(adapters),
      evidence: store.evidence,
      artifacts: store.artifacts,
      traits: ports.traits,
      roles: config.file.roles,
      history: store.playbookHistory,
      keys: store.keys,
      authorised: engine.authorised,
      log,
      feed,
    },
    signIn: {
      providers,
      sessions: engine.sessions,
      used: store.usedProofs,
      people: config.file.people,
      publicUrl: config.publicUrl,
      runtime: ports.runtime,
      log,
    },
  };
}

/** What the pages of an incident and of a playbook read, and what is learned from all incidents. */
function pageReads({ adapters: { store, signer, config }, ports }: Pick<EdgeParts, 'adapters' | 'ports'>) {
  const { ledger, measured, versions, lives, events, trials } = store;
  const { runtime } = ports;
  return {
    lives: createReadLives({ mode: config.file.changeControl, lives, events, versions, trials }),
    ledger,
    trials,
    frames: createFrames({ ledger, versions }),
    learning: createLearning({ measured, ledger, runtime, commandAction: shellRun.name }),
    recordState: async () => {
      const [newest, { head }] = await Promise.all([store.checkpoints.newest(), store.systemStream.load()]);
      const key = { id: signer.keyId, publicKey: signer.publicKey };
      return { newest, system: head && { version: head.version, hash: head.hash }, key, faults: store.faults() };
    },
  };
}
/** How promises stand. */
const lookAtSloOf = ({ adapters: { store, parts, config }, ports }: Pick<EdgeParts, 'adapters' | 'ports'>) =>
  createLookAtSlo({
    tallies: store.slo,
    catalog: parts.catalog,
    systemStream: ports.systemStream,
    runtime: ports.runtime,
    settings: config.file.slo,
    toldInSlack: config.slack !== null,
  });

/** How runs are shown: with what each waits for. */
const showRunsOf = ({ adapters: { store, config }, engine, ports }: EngineParts): ShowRuns =>
  createShowRuns({
    versions: store.versions,
    registry: store.registry,
    switches: engine.switches,
    runtime: ports.runtime,
    leaseMs,
    traceUrl: traceUrlFor(config),
  });

/** The parts of the edges, with the judge of what is stuck, for the API, metrics, digests and Slack. */
export const edgePartsOf = (parts: EngineParts): EdgeParts => ({
  ...parts,
  stuck: createStuckJudge({
    reads: parts.adapters.store.stuck,
    show: showRunsOf(parts),
    versions: parts.adapters.store.versions,
    catalog: parts.adapters.parts.catalog,
    runtime: parts.ports.runtime,
  }),
});

/** Takes down what was refused at the door, and which fields were not as expected. */
const noteTaker = ({ adapters: { store, metrics, runtime, log }, ports }: Pick<EdgeParts, 'adapters' | 'ports'>) =>
  createNoteTaker({
    store: store.deliveryNotes,
    countField: metrics.countFieldFault,
    nowMs: runtime.nowMs,
    log,
    mask: ports.redact.text,
    later: (callback, ms) => void setTimeout(callback, ms).unref(),
  });

/** The ways to sign in, and how their sessions are recognised; null where there is none. */
function signInParts({ adapters, engine, ports }: EngineParts, slackEdge: SlackEdge | null) {
  const { config } = adapters;
  const { publicUrl, slack } = config;
  const { people, signIn } = config.file;
  const slackTeam = async () => (await slackEdge?.teamId()) ?? null;
  const settings = { slack: signIn.slack, oidc: signIn.oidc, slackApiUrl: slack?.apiUrl ?? null, slackTeam, publicUrl };
  const providers = createProviders(settings, ports.runtime);
  const isActive = async (principal: Principal) => {
    const user = slackUserOf(principal, people);
    return user === null || (await ports.directory().standing(user)) !== 'gone';
  };
  const ids = providers.map(({ id }) => id);
  return {
    providers,
    signedIn: ids.length > 0 ? { sessions: engine.sessions, providers: ids, publicUrl, isActive } : null,
  };
}

/** The user of this machine that runs this process. */
export function machineUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number without a name.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

/** Connects the Slack edge in the background, and has incidents told through the queue. Answers what is to be done again and again. */
export async function startSlack(
  slack: SlackEdge,
  engine: Pick<Engine, 'tellOwed'>,
  queue: Pick<JobQueue, 'work'>,
  options: { readonly pool: string; readonly concurrency: number; readonly meter: QueueMeter },
): Promise<readonly Timer[]> {
  const begin = async ({ incidentId, version }: JobPayload<'incident.notify'>) =>
    slack.beginTelling(incidentId, version);
  await queue.work({ 'incident.notify': begin }, options);
  return [
    { name: 'follow-slack', pattern: '*/2 * * * * *', run: slack.follow },
    { name: 'tell-owed', pattern: '*/2 * * * * *', run: engine.tellOwed },
  ];
}
