// The enrichment of one process: its rules with what they look into, maps that are in memory and look-ups by HTTP. Decides nothing.
import { type EnrichAlert, type EnrichmentRule, enrichAlert, type FoundForAlert } from '../../core/alert/enrich.ts';
import type { TimeIntervals } from '../../core/alert/time-interval.ts';
import { createLookUp, type LookUp, type LookUpParts } from './look-up.ts';
import type { LookUpSetting } from './look-up-setting.ts';

/** A row of a map by column; every row has all columns. */
export type MapRow = { readonly [column: string]: string };

/** A rule, and what it looks into. */
export type Enrichment = {
  readonly rule: EnrichmentRule;
  readonly from:
    | { readonly type: 'map'; readonly file: string; readonly rows: ReadonlyMap<string, MapRow> }
    | { readonly type: 'lookup'; readonly setting: LookUpSetting };
};

/** Makes it. Each process has one: its look-ups remember what they were answered. */
export function createEnrichment(
  enrichments: readonly Enrichment[],
  parts: LookUpParts & { readonly intervals: TimeIntervals },
): EnrichAlert {
  const rules = enrichments.map(({ rule }) => rule);
  const byRule = new Map(enrichments.map((one) => [one.rule.name, finderOf(one, parts)]));
  const nothing: FoundForAlert = { type: 'none', why: 'there is no such rule' };
  const find = async (rule: string, key: string) => (await byRule.get(rule)?.(key)) ?? nothing;
  return (alert, at) => enrichAlert(alert, at, { rules, intervals: parts.intervals, find });
}

function finderOf({ rule, from }: Enrichment, parts: LookUpParts): LookUp {
  if (from.type === 'lookup') return createLookUp(rule.name, from.setting, parts);
  return async (key) => {
    const row = from.rows.get(key);
    return row
      ? { type: 'row', row }
      : { type: 'none', why: `${from.file} has no ${JSON.stringify(key.slice(0, 80))}` };
  };
}
