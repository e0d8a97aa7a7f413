// What the rules alone make of an alert, where no record is to be asked: every alert is new there. Reads and writes nothing.
import type { EnrichAlert } from '../../core/alert/enrich.ts';
import { type Heartbeat, heartbeatsOf } from '../../core/alert/heartbeat.ts';
import { err, ok } from '../../core/result.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import type { AlertOperations } from '../../ports/operations.ts';
import { type AlertRules, createStages } from './stages.ts';

/** What explaining by the rules alone needs. */
export type RulesOnly = {
  readonly rules: AlertRules;
  readonly catalog: Pick<PlaybookCatalog, 'all'>;
  readonly enrich: EnrichAlert;
  readonly heartbeats: readonly Heartbeat[];
  readonly nowMs: () => number;
};

/** Explains alerts by the configuration alone. An alert cannot be named by its fingerprint here. */
export function explainByRules({ rules, catalog, enrich, heartbeats, nowMs }: RulesOnly): AlertOperations {
  const stages = createStages({
    rules,
    byPeople: () => ({ silences: [], windows: [] }),
    refresh: async () => undefined,
    firing: { put: async () => undefined, changedSince: async () => ({ alerts: [], look: '' }) },
    enrich,
  });
  return {
    async explainAlert({ alert, at = new Date(nowMs()).toISOString() }) {
      if (alert === undefined)
        return err({
          code: 'not_found',
          message: 'there is no database here, so that no alert is known: give it as a file',
        });
      const countsAs = heartbeatsOf(heartbeats, alert, { at, intervals: rules.intervals });
      const known = { incident: null, taken: false, group: null, playbooks: catalog.all(), heartbeats: countsAs };
      return ok({ at, knownAt: null, alert, stages: await stages.explain(alert, at, async () => known) });
    },
  };
}
