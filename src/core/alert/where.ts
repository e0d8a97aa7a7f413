// The one condition that routes, groups, silences, windows and inhibition share. All that it names must hold. Decides nothing by itself.
import { z } from 'zod';
import { remembering } from '../expression/remembered.ts';
import { compileExpression, type Expression } from '../playbook/expression.ts';
import { assertNever } from '../result.ts';
import type { Alert } from './alert.ts';
import { type Matcher, matcherText, parseMatchers } from './matcher.ts';
import { Severity } from './severity.ts';
import { isDuring, type TimeIntervals } from './time-interval.ts';

/** One thing, or a list of them. */
const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (given) => (given === undefined || Array.isArray(given) ? given : [given]),
    z.array(item).min(1, 'must name one at least; leave it out for all').max(200),
  );

const word = z.string().min(1).max(500);

const MatcherText = z.string({ error: 'must be a matcher such as team="payments"' }).superRefine((text, context) => {
  const matchers = parseMatchers(text);
  if (!matchers.ok) context.addIssue({ code: 'custom', message: matchers.error });
});

const Condition = z.string().superRefine((text, context) => {
  const expression = compileExpression(text);
  const strangers = expression.ok ? expression.value.references.filter(([root]) => root !== 'alert') : [];
  if (!expression.ok) context.addIssue({ code: 'custom', message: expression.error });
  else if (strangers.length > 0)
    context.addIssue({
      code: 'custom',
      message: `sees alert only, not ${strangers.map((path) => path.join('.')).join(', ')}`,
    });
});

/**
 * A condition over an alert, as plain data. Within a list one entry suffices, except in `match`, of which every matcher must hold; of what is
 * named all must hold; what is left out always holds. A label that is missing equals an empty one.
 */
export const AlertWhere = z.strictObject({
  /** Alertmanager's matchers over labels. */
  match: oneOrMore(MatcherText).exactOptional(),
  /** Severities of our scale. */
  severity: oneOrMore(Severity).exactOptional(),
  source: oneOrMore(word).exactOptional(),
  integration: oneOrMore(word).exactOptional(),
  service: oneOrMore(word).exactOptional(),
  /** The label `environment`, or `env` where there is none. */
  environment: oneOrMore(word).exactOptional(),
  /** The name of a time interval that the instant must be in. */
  during: z.string().min(1).exactOptional(),
  /** CEL over `alert`, which must give true. */
  when: Condition.exactOptional(),
});
export type AlertWhere = z.output<typeof AlertWhere>;

/** How a condition or a part of it stands. `unclear`: it could not be evaluated, which is never taken for a no. */
export type WhereOutcome = 'matches' | 'differs' | 'unclear';

/** The outcome, and for each part of the condition a sentence that says what matched, or what did not and why. */
export type WhereMatch = { readonly outcome: WhereOutcome; readonly because: readonly string[] };

/** What a condition is held against besides the alert. */
export type WhereMoment = { readonly at: string; readonly intervals: TimeIntervals };

type Part = {
  /** False for what depends on the instant and not on the alert. */
  readonly ofAlert: boolean;
  readonly holds: (alert: Alert, moment: WhereMoment) => WhereOutcome;
  readonly says: (alert: Alert, moment: WhereMoment) => string;
};

const compiled = new WeakMap<AlertWhere, readonly Part[]>();

/** The parts of a condition, compiled when it is first looked at. */
function partsOf(where: AlertWhere): readonly Part[] {
  const known = compiled.get(where);
  if (known) return known;
  const parts = [
    ...(where.match ?? []).flatMap(matcherParts),
    ...listPart('severity', where.severity, (alert) => alert.severity),
    ...listPart('source', where.source, (alert) => alert.source),
    ...listPart('integration', where.integration, (alert) => alert.integration),
    ...listPart('service', where.service, (alert) => alert.service),
    ...listPart('environment', where.environment, environmentOf),
    ...(where.during === undefined ? [] : [duringPart(where.during)]),
    ...(where.when === undefined ? [] : [whenPart(where.when)]),
  ];
  compiled.set(where, parts);
  return parts;
}

/** The environment that an alert names; null: it names none. */
const environmentOf = ({ labels }: Pick<Alert, 'labels'>): string | null =>
  labelOf(labels, 'environment') || labelOf(labels, 'env') || null;

/** The value of a label; '' if it is missing. */
export const labelOf = (labels: Alert['labels'], name: string): string =>
  Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';

/** Whether the condition holds for the alert at an instant, with the reasons in words, for whoever wants it explained. */
export function matchWhere(where: AlertWhere, alert: Alert, at: string, intervals: TimeIntervals): WhereMatch {
  const parts = partsOf(where);
  const moment = { at, intervals };
  const because = parts.map((part) => part.says(alert, moment));
  return {
    outcome: together(parts.map((part) => part.holds(alert, moment))),
    because: because.length > 0 ? because : ['it asks for nothing, so every alert matches'],
  };
}

/** Whether it holds, without the reasons: for every alert that comes in. */
export function whereOutcome(where: AlertWhere, alert: Alert, moment: WhereMoment): WhereOutcome {
  return outcomeOf(partsOf(where), alert, moment);
}

/** Whether what it says of the alert holds, whatever the instant. */
export const alertOutcome = (where: AlertWhere, alert: Alert): WhereOutcome =>
  outcomeOf(
    partsOf(where).filter(({ ofAlert }) => ofAlert),
    alert,
    timeless,
  );

/** Whether what it says of the instant holds, whatever the alert. */
export const momentHolds = ({ during }: AlertWhere, { at, intervals }: WhereMoment): boolean =>
  during === undefined || isDuring(intervalNamed(intervals, during), at);

const timeless: WhereMoment = { at: new Date(0).toISOString(), intervals: {} };

function outcomeOf(parts: readonly Part[], alert: Alert, moment: WhereMoment): WhereOutcome {
  let outcome: WhereOutcome = 'matches';
  for (const part of parts) {
    const held = part.holds(alert, moment);
    if (held === 'differs') return held;
    if (held === 'unclear') outcome = held;
  }
  return outcome;
}

/** What is certainly not so decides; then what is not known does. */
function together(outcomes: readonly WhereOutcome[]): WhereOutcome {
  if (outcomes.includes('differs')) return 'differs';
  return outcomes.includes('unclear') ? 'unclear' : 'matches';
}

/** Whether the condition could hold for an alert of which nothing is known: it asks for nothing that such an alert lacks. */
export function matchesNothing(where: AlertWhere): boolean {
  const { match = [], during: _, ...others } = where;
  return Object.keys(others).length === 0 && match.flatMap(matchersOf).every(({ holds }) => holds(''));
}

const matchersOf = (text: string): readonly Matcher[] => {
  const matchers = parseMatchers(text);
  if (!matchers.ok) throw new Error(`a matcher that was not checked: ${matchers.error}`);
  return matchers.value;
};

const shown = (value: string): string => (value === '' ? 'missing' : JSON.stringify(value.slice(0, 200)));
const outcome = (holds: boolean): WhereOutcome => (holds ? 'matches' : 'differs');

const matcherParts = (text: string): readonly Part[] =>
  matchersOf(text).map((matcher) => ({
    ofAlert: true,
    holds: ({ labels }) => outcome(matcher.holds(labelOf(labels, matcher.label))),
    says: ({ labels }) => {
      const value = labelOf(labels, matcher.label);
      const fits = matcher.holds(value) ? 'which fits' : 'which does not fit';
      return `the label ${matcher.label} is ${shown(value)}, ${fits} ${matcherText(matcher)}`;
    },
  }));

function listPart(
  name: string,
  wanted: readonly string[] | undefined,
  fieldOf: (alert: Alert) => string | null,
): readonly Part[] {
  if (wanted === undefined) return [];
  const holds = (alert: Alert) => wanted.includes(fieldOf(alert) ?? '');
  const one = wanted.length === 1 ? wanted[0] : `one of ${wanted.join(', ')}`;
  return [
    {
      ofAlert: true,
      holds: (alert) => outcome(holds(alert)),
      says: (alert) => {
        const value = fieldOf(alert) ?? '';
        const is = value === '' ? `the alert names no ${name}` : `the ${name} is ${shown(value)}`;
        return holds(alert) ? `${is}, which is wanted` : `${is}; wanted is ${one}`;
      },
    },
  ];
}

/** The entries of a named interval. A name that is not known holds never; the configuration refuses it. */
export const intervalNamed = (intervals: TimeIntervals, name: string) =>
  (Object.hasOwn(intervals, name) ? intervals[name] : undefined) ?? [];

const duringPart = (name: string): Part => ({
  ofAlert: false,
  holds: (_, { at, intervals }) => outcome(isDuring(intervalNamed(intervals, name), at)),
  says: (_, { at, intervals }) => {
    if (!Object.hasOwn(intervals, name)) return `there is no time interval ${name}`;
    return `${at} is ${isDuring(intervalNamed(intervals, name), at) ? '' : 'not '}in ${name}`;
  },
});

function whenPart(text: string): Part {
  const expression = compileExpression(text);
  if (!expression.ok) throw new Error(`a condition that was not checked: ${expression.error}`);
  const ask = remembering(expression.value);
  const run = (alert: Alert) => conditionOf(ask, alert);
  return {
    ofAlert: true,
    holds: (alert) => run(alert).outcome,
    says: (alert) => {
      const ran = run(alert);
      switch (ran.outcome) {
        case 'matches':
          return `\`${text}\` is true`;
        case 'differs':
          return `\`${text}\` is false`;
        case 'unclear':
          return `\`${text}\` could not be evaluated: ${ran.fault}`;
        default:
          return assertNever(ran);
      }
    },
  };
}

type Ran =
  | { readonly outcome: 'matches' }
  | { readonly outcome: 'differs' }
  | { readonly outcome: 'unclear'; readonly fault: string };

function conditionOf(ask: Expression['run'], alert: Alert): Ran {
  const value = ask({ alert });
  if (!value.ok) return { outcome: 'unclear', fault: value.error };
  if (typeof value.value === 'boolean') return { outcome: value.value ? 'matches' : 'differs' };
  return { outcome: 'unclear', fault: 'it gives no true or false' };
}
