// One entry of `groups:` in firebreak.yaml: which alerts are one problem, and when people hear of it. Checks and reads it; applies no rule.
import { z } from 'zod';
import type { Alert } from '../alert/alert.ts';
import { boundedKey } from '../alert/group-key.ts';
import type { TimeIntervals } from '../alert/time-interval.ts';
import { AlertWhere, labelOf, matchWhere, whereOutcome } from '../alert/where.ts';
import { groupOf } from '../incident/decide-alerts.ts';
import { compileExpression } from '../playbook/expression.ts';
import { Duration } from '../time.ts';
import { defaultGroupSettings, type GroupSettings } from './settings.ts';

const Key = z.string().superRefine((text, context) => {
  const expression = compileExpression(text);
  if (!expression.ok) context.addIssue({ code: 'custom', message: expression.error });
});

const count = z.number().int().min(1).max(10_000);
const d = defaultGroupSettings;

const Pause = z.union(
  [
    Duration.transform((ms) => ({ critical: ms, error: ms, warning: ms, info: ms })),
    z.strictObject({
      critical: Duration.default(d.pauseMs.critical),
      error: Duration.default(d.pauseMs.error),
      warning: Duration.default(d.pauseMs.warning),
      info: Duration.default(d.pauseMs.info),
    }),
  ],
  { error: 'must be a duration such as 2m, or one for each severity, such as { warning: 2m }' },
);

const Flapping = z.union(
  [
    z.literal('off').transform(() => null),
    z
      .strictObject({
        start: count.min(2).default(4),
        stop: z.number().int().min(0).default(1),
        within: Duration.default(1_800_000),
      })
      .refine(({ start, stop }) => stop < start, { path: ['stop'], error: 'must be lower than start' })
      .transform(({ start, stop, within }) => ({ start, stop, withinMs: within })),
  ],
  { error: 'must be off, or { start: 4, stop: 1, within: 30m }' },
);

/** One entry of `groups:`. What it leaves out is as the table of defaults says. */
export const GroupRule = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _'),
    /** Absent: every alert that no entry before it takes. */
    where: AlertWhere.exactOptional(),
    /** Labels whose values its alerts have in common; none and no key: what the sender groups. */
    by: z.array(z.string().min(1).max(200)).max(20).exactOptional(),
    /** CEL over `alert`, in place of `by`. */
    key: Key.exactOptional(),
    wait: Duration.default(d.waitMs),
    window: z
      .strictObject({ rolling: Duration.default(d.window.rollingMs), cap: Duration.default(d.window.capMs) })
      .transform(({ rolling, cap }) => ({ rollingMs: rolling, capMs: cap }))
      .prefault({}),
    threshold: z
      .strictObject({ count, within: Duration.default(d.threshold.withinMs) })
      .transform(({ count: needed, within }) => ({ count: needed, withinMs: within }))
      .default(d.threshold),
    pause: Pause.default(d.pauseMs),
    resolve: z
      .strictObject({
        on: z.enum(['first', 'last', 'all', 'never'], { error: 'must be first, last, all or never' }).default('all'),
        settle: Duration.default(0),
      })
      .transform(({ on, settle }) => ({ on, settleMs: settle }))
      .prefault({}),
    reopenWithin: Duration.nullable().default(null),
    flapping: Flapping.default(d.flapping),
  })
  .refine(({ by, key }) => by === undefined || key === undefined, { path: ['key'], error: 'must not stand beside by' });
export type GroupRule = z.output<typeof GroupRule>;

/** The settings of a rule. */
export const settingsOf = (rule: GroupRule): GroupSettings => ({
  waitMs: rule.wait,
  window: rule.window,
  threshold: rule.threshold,
  pauseMs: rule.pause,
  resolve: rule.resolve,
  reopenWithinMs: rule.reopenWithin,
  flapping: rule.flapping,
});

/** The group that an alert belongs to; `rule` null: no entry takes it, and it is grouped as its sender does. */
export type Grouped = {
  readonly rule: GroupRule | null;
  readonly key: string;
  /** What could not be evaluated, in sentences: those entries were passed over. */
  readonly unclear: readonly string[];
};

/** Finds the first rule that takes an alert. */
export function groupAlert(
  alert: Alert,
  at: string,
  { rules, intervals }: { readonly rules: readonly GroupRule[]; readonly intervals: TimeIntervals },
): Grouped {
  const unclear: string[] = [];
  for (const rule of rules) {
    const outcome = rule.where === undefined ? 'matches' : whereOutcome(rule.where, alert, { at, intervals });
    if (outcome === 'unclear') {
      const { because } = matchWhere(rule.where ?? {}, alert, at, intervals);
      unclear.push(`the group ${rule.name} was passed over: ${because.join('; ')}`);
    }
    if (outcome !== 'matches') continue;
    const { key, fault } = keyOf(rule, alert);
    if (fault !== null) unclear.push(`the key of the group ${rule.name}: ${fault}; it is grouped as its sender does`);
    return { rule, key: boundedKey(`${rule.name}: ${key}`), unclear };
  }
  return { rule: null, key: groupOf(alert), unclear };
}

function keyOf({ by, key }: GroupRule, alert: Alert): { readonly key: string; readonly fault: string | null } {
  if (by !== undefined)
    return { key: by.map((name) => `${name}=${JSON.stringify(valueIn(alert, name))}`).join(', '), fault: null };
  if (key === undefined) return { key: groupOf(alert), fault: null };
  const expression = compileExpression(key);
  const value = expression.ok ? expression.value.run({ alert }) : expression;
  if (!value.ok) return { key: groupOf(alert), fault: value.error };
  return { key: typeof value.value === 'string' ? value.value : JSON.stringify(value.value), fault: null };
}

/** A label, or what the alert says of itself where it has no such label. */
function valueIn(alert: Alert, name: string): string {
  const label = labelOf(alert.labels, name);
  if (label !== '') return label;
  if (name === 'service') return alert.service ?? '';
  if (name === 'source' || name === 'integration' || name === 'severity') return alert[name];
  return '';
}
