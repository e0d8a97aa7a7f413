// What the engine takes of the store as it is. Holds no rule, and makes nothing.
import type { EnginePorts } from './engine/engine-ports.ts';
import type { Store } from './store/open.ts';

/** The ports that are the store's own. */
export const storedPorts = (store: Store) =>
  ({
    events: store.events,
    groups: store.groups,
    lives: store.lives,
    firing: store.firing,
    heartbeats: store.heartbeats,
    systemStream: store.systemStream,
    tokens: store.tokens,
    sessions: store.sessions,
    versions: store.versions,
    lookups: store.lookups,
    rulebooks: store.rulebooks,
    correlation: store.correlation,
    deliveries: store.deliveries,
    registry: store.registry,
    attention: store.attention,
    admission: store.admission,
    artifacts: store.artifacts,
    evidence: store.evidence,
    sloTallies: store.slo,
    trustReads: { reads: store.trust, history: store.playbookHistory },
    witnessed: { checkpoints: store.checkpoints, witness: store.witness },
  }) satisfies Partial<EnginePorts>;
