// The system stream in memory, and what of it is read elsewhere, with the same optimistic concurrency as the real one.
// test/contract/system-stream.test.ts holds both to the same promises.
import type { PlannedRedaction } from '../../../src/core/redaction/plan-redaction.ts';
import { systemStreamId } from '../../../src/core/system/events.ts';
import { emptySystem } from '../../../src/core/system/state.ts';
import type { AdmissionStore } from '../../../src/ports/admission.ts';
import type { SystemStream } from '../../../src/ports/ledger.ts';
import type { TokenStore } from '../../../src/ports/tokens.ts';
import { copy } from './copy.ts';
import type { MemoryTables } from './memory-store.ts';

/** The system stream on tables in memory. */
export function createMemorySystemStream(tables: MemoryTables): SystemStream {
  return {
    load: async () => copy(tables.system ?? { state: emptySystem, head: null }),
    async append({ state, head, expected, events, engaged, released, tokens, archived, redacted }) {
      const end = tables.system?.head;
      if (end?.version !== expected?.version || end?.hash !== expected?.hash) return 'conflict';
      tables.system = copy({ state, head });
      tables.events.set(systemStreamId, [...(tables.events.get(systemStreamId) ?? []), ...copy(events)]);
      for (const one of engaged) tables.switches.set(one.scope, copy(one));
      for (const scope of released) tables.switches.delete(scope);
      for (const token of tokens) tables.tokens.set(token.hash, copy(token));
      for (const { streamId } of archived) {
        tables.events.delete(streamId);
        tables.incidents.delete(streamId);
        for (const [id, { incidentId }] of tables.runs) if (incidentId === streamId) tables.runs.delete(id);
      }
      if (redacted?.type === 'event') applyRedaction(tables, redacted.plan);
      return 'appended';
    },
  };
}

function applyRedaction(tables: MemoryTables, { redacted, states }: PlannedRedaction): void {
  const { streamId, seq } = redacted;
  const events = tables.events.get(streamId) ?? [];
  tables.events.set(
    streamId,
    events.map((event) => (event.seq === seq ? copy(redacted) : event)),
  );
  if (states.stream !== 'incident') return;
  const { head } = tables.incidents.get(streamId) ?? {};
  if (head) tables.incidents.set(streamId, copy({ incident: states.incident, head }));
  for (const state of states.runs) {
    const known = tables.runs.get(state.runId);
    if (known) tables.runs.set(state.runId, { ...known, state: copy(state) });
  }
}

/** The tokens that it wrote. */
export const createMemoryTokens = ({ tokens }: Pick<MemoryTables, 'tokens'>): TokenStore => ({
  byHash: async (hash) => copy(tokens.get(hash) ?? null),
});

/** The kill switches that it wrote. */
export function createMemorySwitches(
  tables: Pick<MemoryTables, 'switches' | 'system'>,
): Pick<AdmissionStore, 'standing' | 'keptSwitches'> {
  const keptSwitches = async () => copy([...tables.switches.values()].sort((a, b) => (a.scope < b.scope ? -1 : 1)));
  return {
    keptSwitches,
    standing: async () => ({ switches: await keptSwitches(), trust: tables.system?.state.trust ?? {} }),
  };
}
