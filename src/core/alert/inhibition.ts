// Inhibition as Alertmanager has it: an alert is kept quiet while another one, with equal labels, says more. With an index of the firing
// alerts, so that one look costs the same however many fire. Decides nothing by itself.
import { z } from 'zod';
import type { Alert } from './alert.ts';
import type { Suppression } from './suppression.ts';
import type { TimeIntervals } from './time-interval.ts';
import { AlertWhere, alertOutcome, labelOf, matchWhere, momentHolds, type WhereMoment, whereOutcome } from './where.ts';

/**
 * While an alert that `source` fits fires, those that `target` fits and whose `equal` labels are the same are told to nobody. A label that is
 * missing equals an empty one. An alert that both fit is not inhibited by another that both fit, and so never by itself.
 */
export const InhibitionRule = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _'),
  source: AlertWhere,
  target: AlertWhere,
  equal: z.array(z.string().min(1).max(500)).max(50).default([]),
});
export type InhibitionRule = z.output<typeof InhibitionRule>;

/** The rule that holds, the fingerprint of the alert that inhibits, and the reasons. */
export type InhibitedBy = { readonly rule: string; readonly by: string; readonly because: readonly string[] };

/** Sources of one rule with the same values of its equal labels, by fingerprint. */
type Sources = {
  /** Those that the target does not fit. */
  readonly oneSided: Map<string, Alert>;
  /** Those that it fits as well. */
  readonly twoSided: Map<string, Alert>;
};

/** The firing alerts, ready to be asked. */
export type InhibitionIndex = {
  /** Takes an alert as it is now: a firing one is put in or replaced, a resolved one is taken out. Answers which sources could not be evaluated. */
  readonly put: (alert: Alert) => readonly string[];
  readonly remove: (fingerprint: string) => void;
  /** Whether a firing alert inhibits this one at an instant. The alert itself may be in the index or not. */
  readonly inhibitedBy: (alert: Alert, at: string) => Suppression<InhibitedBy>;
  readonly size: () => number;
};

const keyOf = ({ equal }: InhibitionRule, { labels }: Alert): string =>
  JSON.stringify(equal.map((name) => labelOf(labels, name)));

/** An index without alerts. */
export function createInhibitionIndex(rules: readonly InhibitionRule[], intervals: TimeIntervals): InhibitionIndex {
  const byRule = rules.map((rule) => ({ rule, sources: new Map<string, Sources>() }));
  /** Where each alert is, so that it can be taken out. */
  const places = new Map<string, (() => void)[]>();

  const remove = (fingerprint: string): void => {
    for (const take of places.get(fingerprint) ?? []) take();
    places.delete(fingerprint);
  };

  const put = (alert: Alert): readonly string[] => {
    const { fingerprint } = alert;
    remove(fingerprint);
    if (alert.status === 'resolved') return [];
    const unclear: string[] = [];
    const taken: (() => void)[] = [];
    for (const { rule, sources } of byRule) {
      const outcome = alertOutcome(rule.source, alert);
      if (outcome === 'unclear') unclear.push(doubt(rule, 'source', alert, { at: '', intervals }));
      if (outcome !== 'matches') continue;
      const key = keyOf(rule, alert);
      const found = sources.get(key) ?? { oneSided: new Map(), twoSided: new Map() };
      sources.set(key, found);
      // What cannot be evaluated is taken for two-sided: rather told once too often than kept quiet.
      const side = alertOutcome(rule.target, alert) === 'differs' ? found.oneSided : found.twoSided;
      side.set(fingerprint, alert);
      taken.push(() => {
        side.delete(fingerprint);
        if (found.oneSided.size + found.twoSided.size === 0) sources.delete(key);
      });
    }
    places.set(fingerprint, taken);
    return unclear;
  };

  const inhibitedBy = (alert: Alert, at: string): Suppression<InhibitedBy> => {
    const moment = { at, intervals };
    const unclear: string[] = [];
    for (const { rule, sources } of byRule) {
      if (!momentHolds(rule.source, moment)) continue;
      const outcome = whereOutcome(rule.target, alert, moment);
      if (outcome === 'unclear') unclear.push(doubt(rule, 'target', alert, moment));
      const found = outcome === 'matches' ? sources.get(keyOf(rule, alert)) : undefined;
      const isSource = found !== undefined && alertOutcome(rule.source, alert) !== 'differs';
      const by = found && (first(found.oneSided) ?? (isSource ? undefined : first(found.twoSided)));
      if (by) return { by: { rule: rule.name, by: by.fingerprint, because: reasons(rule, alert, by) }, unclear };
    }
    return { by: null, unclear };
  };

  return { put, remove, inhibitedBy, size: () => places.size };
}

const first = (alerts: ReadonlyMap<string, Alert>): Alert | undefined => alerts.values().next().value;

function doubt(rule: InhibitionRule, side: 'source' | 'target', alert: Alert, { at, intervals }: WhereMoment): string {
  // What it says of the instant plays no part here.
  const { during: _, ...ofAlert } = rule[side];
  const { because } = matchWhere(ofAlert, alert, at, intervals);
  return `the ${side} of the inhibition ${rule.name} does not hold: ${because.join('; ')}`;
}

function reasons({ equal }: InhibitionRule, { labels }: Alert, by: Alert): readonly string[] {
  const same = equal.map((name) => `${name} is ${JSON.stringify(labelOf(labels, name))} in both`);
  return [`"${by.title.slice(0, 200)}" fires`, ...same];
}

/** Whether one of the firing alerts inhibits this one. For many alerts keep an index instead. */
export function inhibitedBy(
  alert: Alert,
  at: string,
  about: {
    readonly firing: readonly Alert[];
    readonly rules: readonly InhibitionRule[];
    readonly intervals: TimeIntervals;
  },
): Suppression<InhibitedBy> {
  const index = createInhibitionIndex(about.rules, about.intervals);
  for (const one of about.firing) index.put(one);
  return index.inhibitedBy(alert, at);
}
