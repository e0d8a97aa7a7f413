// How everything that is promised stands now: what the store counts, held against what playbooks and configuration promise. Reads only.
import { defaultSlo, type SloSettings } from '../../core/slo/objective.ts';
import { sloReport } from '../../core/slo/report.ts';
import { type BurnedBudgets, sloKey } from '../../core/system/slos.ts';
import type { PlaybookCatalog, SystemStream } from '../../ports/ledger.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { AskedRuns, LookAtSlo, SloTallies } from '../../ports/slo.ts';
import { believed } from '../record/believed.ts';

/** What looking needs. `toldInSlack`: there is a Slack that messages go to. */
export type SloParts = {
  readonly tallies: SloTallies;
  readonly catalog: Pick<PlaybookCatalog, 'all'>;
  readonly systemStream: Pick<SystemStream, 'load'>;
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly settings: SloSettings | undefined;
  readonly toldInSlack: boolean;
};

/** Makes it. */
export function createLookAtSlo(parts: SloParts): LookAtSlo {
  const { tallies, catalog, systemStream, runtime, settings = defaultSlo, toldInSlack } = parts;
  return async () => {
    const at = new Date(runtime.nowMs()).toISOString();
    const playbooks = catalog.all();
    const asked = playbooks.flatMap(({ name, sla, slo }): AskedRuns[] => {
      const windows = new Set([settings.windowMs, slo?.windowMs ?? settings.windowMs]);
      return [...windows].map((windowMs) => ({ playbook: name, windowMs, slaMs: sla?.completeWithinMs ?? null }));
    });
    const longestMs = Math.max(settings.windowMs, ...asked.map(({ windowMs }) => windowMs));
    const whole = { at, windowMs: settings.windowMs };
    const { ingest, delivery } = settings;
    const counts = {
      runs: await tallies.runs(asked, at),
      approvals: await tallies.approvals({ at, windowMs: longestMs }),
      ingest: await tallies.ingest({ at, windowMs: settings.windowMs, withinMs: ingest.withinMs }),
      delivery: await tallies.delivery({ at, windowMs: settings.windowMs, withinMs: delivery.withinMs }),
    };
    const lines = sloReport({ playbooks, settings, toldInSlack }, counts, whole.at);
    // Of a record that cannot be believed nothing is known.
    const burned: BurnedBudgets = (await believed(systemStream.load()))?.state.slos ?? {};
    return { at, lines: lines.map((line) => ({ ...line, burnedSince: burned[sloKey(line)]?.since ?? null })) };
  };
}
