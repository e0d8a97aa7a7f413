// Learning over the store: what was taken from incidents before is used as it is, what is behind is taken anew, as far as a question may
// take. Reads only, but for what it keeps for the next question.
import { insightsFrom } from '../../core/learning/insights.ts';
import { startMeasuring } from '../../core/learning/measure.ts';
import type { Measured } from '../../core/learning/measured.ts';
import { similarTo } from '../../core/learning/similar.ts';
import type { LedgerReads } from '../../ports/ledger-reads.ts';
import type { Learning, MeasuredIncidents, MeasuredRow } from '../../ports/measured.ts';
import type { Runtime } from '../../ports/runtime.ts';

/** What learning needs. */
export type LearningDeps = {
  readonly measured: MeasuredIncidents;
  readonly ledger: Pick<LedgerReads, 'eventsBetween'>;
  readonly runtime: Pick<Runtime, 'monotonicMs'>;
  /** The action that runs a command: what drafts of playbooks use. */
  readonly commandAction: string;
};

/** Incidents that are looked at for one answer. */
const maxIncidents = 10_000;
const maxRelated = 400;
/** So long records are read for one answer before it is given without the rest. */
const readForMs = 4000;

/** Learning over the store. */
export function createLearning({ measured, ledger, runtime, commandAction }: LearningDeps): Learning {
  async function take({ id, version }: Pick<MeasuredRow, 'id' | 'version'>): Promise<Measured | null> {
    const measuring = startMeasuring();
    for await (const part of ledger.eventsBetween(id, { after: 0, upTo: version }))
      for (const event of part) measuring.add(event);
    const taken = measuring.taken();
    if (taken) await measured.keep({ id, version, measured: taken });
    return taken;
  }

  async function known(rows: readonly MeasuredRow[]): Promise<{ all: readonly Measured[]; pending: number }> {
    const begunMs = runtime.monotonicMs();
    const all: Measured[] = [];
    let pending = 0;
    for (const row of rows) {
      if (row.measured) all.push(row.measured);
      else if (runtime.monotonicMs() - begunMs > readForMs) pending += 1;
      else all.push(...[await take(row)].filter((one) => one !== null));
    }
    return { all, pending };
  }

  return {
    async insights({ by, zone, ...filter }) {
      const rows = await measured.list({ ...filter, limit: maxIncidents + 1 });
      const { all, pending } = await known(rows.slice(0, maxIncidents));
      return { ...insightsFrom(all, { by, zone, commandAction }), pending, cut: rows.length > maxIncidents };
    },

    async similar(incident, { seen, limit }) {
      const one = (await measured.of(incident)) ?? (await take(incident));
      if (!one) return null;
      const { services, alerts, words } = one;
      const named = alerts.flatMap(({ name }) => name.split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length > 3);
      const to = { services, words: [...new Set([...named, ...words])].slice(0, 20) };
      const { all } = await known(await measured.related(to, { seen, limit: maxRelated }));
      return similarTo(one, all, limit);
    },
  };
}
