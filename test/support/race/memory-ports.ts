// The ports of an engine on a ledger in memory. What a test steers itself (time, chance, actions, people, jobs) is handed in.

import { sha256 } from '../../../src/core/json.ts';
import type { Playbook } from '../../../src/core/playbook/playbook.ts';
import { createRedactor } from '../../../src/core/redact.ts';
import { err, ok } from '../../../src/core/result.ts';
import { createKnownSecrets } from '../../../src/core/secret/known-secrets.ts';
import { createMasker } from '../../../src/core/secret/masker.ts';
import type { EnginePorts } from '../../../src/engine/engine-ports.ts';
import type { Artifacts } from '../../../src/ports/ledger.ts';
import { noTracing } from '../../../src/ports/tracing.ts';
import { actions } from '../given/given.ts';
import { silentMetrics } from '../given/metrics.ts';
import { createMemoryGroups } from './memory-groups.ts';
import { createMemoryHeartbeats } from './memory-heartbeats.ts';
import { createMemoryLives, noChangeControl } from './memory-lives.ts';
import { createMemorySessions } from './memory-sessions.ts';
import { createMemoryStepUp } from './memory-step-up.ts';
import type { MemoryTables } from './memory-store.ts';
import { createMemorySwitches, createMemorySystemStream, createMemoryTokens } from './memory-system.ts';

/** What a test hands in. */
export type Steered = Pick<
  EnginePorts,
  'runtime' | 'log' | 'events' | 'lookups' | 'correlation' | 'registry' | 'wakeups' | 'actions' | 'directory'
> & {
  readonly deliveries: Pick<
    EnginePorts['deliveries'],
    | 'accept'
    | 'claim'
    | 'isOpen'
    | 'settle'
    | 'late'
    | 'waiting'
    | 'failed'
    | 'toldSince'
    | 'saidSince'
    | 'find'
    | 'requeue'
    | 'lastAlert'
  >;
  /** Without the kill switches, which the system stream leaves in the tables. */
  readonly admission: Omit<EnginePorts['admission'], 'standing' | 'keptSwitches'>;
  readonly tables: MemoryTables;
  readonly books: ReadonlyMap<string, Playbook>;
  /** Versions in force and those before. */
  readonly byDigest: (digest: string) => Playbook | null;
  /** Puts an adapter of this file behind the same wire as the others. */
  readonly remote?: <T extends object>(port: T) => T;
};

function readAlerts(text: string): ReturnType<EnginePorts['remap']> {
  try {
    return ok(JSON.parse(text));
  } catch {
    return err('the body is not JSON');
  }
}

/** The ports. */
export function memoryPorts({
  tables,
  books,
  byDigest,
  deliveries,
  admission,
  remote = (port) => port,
  ...steered
}: Steered): EnginePorts {
  const notHere = () => Promise.reject(new Error('nothing of the kind happens here'));
  return {
    ...steered,
    // One clock for all of them.
    clock: { settle: () => null, agrees: () => true },
    tracing: noTracing,
    // Named, because whoever waits for its turn has no members to copy.
    admission: {
      standing: remote(createMemorySwitches(tables)).standing,
      keptSwitches: remote(createMemorySwitches(tables)).keptSwitches,
      openBreakers: admission.openBreakers,
      targetFailed: admission.targetFailed,
      targetSucceeded: admission.targetSucceeded,
    },
    deliveries: { ...deliveries, releaseClaims: notHere },
    // A stored body is the alerts themselves.
    remap: ({ body }) => readAlerts(body.toString()),
    versions: { byDigest: async (digest) => byDigest(digest) },
    catalog: { all: () => [...books.values()], byName: (name) => books.get(name) },
    groups: remote(createMemoryGroups(tables)),
    lives: remote(createMemoryLives(tables)),
    changeControl: noChangeControl(byDigest),
    heartbeats: createMemoryHeartbeats(tables, steered.runtime),
    firing: { put: async () => undefined, changedSince: async () => ({ alerts: [], look: '' }) },
    enrich: async (alert) => ({ alert, steps: [] }),
    systemStream: remote(createMemorySystemStream(tables)),
    tokens: remote(createMemoryTokens(tables)),
    mintToken: countedTokens(),
    sessions: createMemorySessions(),
    mintSession: countedTokens(),
    stepUp: createMemoryStepUp(() => steered.runtime.nowMs()),
    traits: actions,
    artifacts: memoryArtifacts(),
    evidence: { bytesIn: async () => 0, holding: async () => [] },
    fetchEvidence: fetchNothing,
    secrets: () => undefined,
    masker: createMasker(createKnownSecrets(), Buffer.alloc(32)),
    redact: createRedactor([]),
    metrics: silentMetrics,
    chat: () => null,
    announce: async () => undefined,
    nudgeFeed: () => undefined,
    slackMessages: null,
    attention: null,
    witnessed: null,
    sealing: null,
    retention: null,
    reach: () => undefined,
  };
}

/** Tokens that are new each time, and the same in every test. */
function countedTokens(): EnginePorts['mintToken'] {
  let count = 0;
  return () => {
    count += 1;
    return `fbt_${String(count).padStart(40, '0')}`;
  };
}

/** Evidence in memory. */
/** A link is what it is; nothing else can be had here. */
const fetchNothing: EnginePorts['fetchEvidence'] = async ({ name, from }) =>
  from.type === 'link'
    ? { outcome: 'fetched', parts: [{ name, content: Buffer.from(from.url), declared: 'text', lostBytes: 0 }] }
    : { outcome: 'failed', reason: 'the target is away', mayPass: true };

/** Evidence in memory. */
export function memoryArtifacts(): Artifacts {
  const kept = new Map<string, { content: Buffer; name: string; type: string; incidents: readonly string[] }>();
  return {
    async put({ name, incidentId, evidence: { content, type, cutBytes } }) {
      const digest = `sha256:${sha256(content)}`;
      const incidents = [...new Set([...(kept.get(digest)?.incidents ?? []), incidentId])];
      kept.set(digest, { content, name, type, incidents });
      return { name, digest, bytes: content.length, type, ...(cutBytes > 0 ? { cutBytes } : {}) };
    },
    get: async (digest) => kept.get(digest)?.content ?? null,
    async find(digest) {
      const one = kept.get(digest);
      return one ? { ...one, bytes: one.content.length, isRedacted: false } : null;
    },
  };
}
