// The sections `freezes:` and `environments:` of firebreak.yaml: what may not happen when, and what may be used where. Parses; holds nothing up.
import { z } from 'zod';
import { TimeInterval, type TimeIntervals } from '../core/alert/time-interval.ts';
import { matches } from '../core/authority/scope.ts';
import { Risk } from '../core/playbook/playbook.ts';
import { nearest } from '../core/playbook/suggest.ts';
import { DemandDocument, ruleName } from '../core/policy/document.ts';
import { demandOf } from '../core/policy/read-policy.ts';
import { Environment, type Freeze, ScopePatterns } from '../core/policy/rulebook.ts';
import { saysWhy } from '../core/says-why.ts';

const Instant = z.iso
  .datetime({ offset: true, error: 'must be an instant such as 2026-12-24T00:00:00Z' })
  .transform((text) => new Date(text).toISOString());
const texts = z.union([z.string().transform((one) => [one]), z.array(z.string()).min(1)]);

/** The name of an interval, or one or several written out. */
const During = z.union([
  z.string().min(1),
  z.preprocess((given) => (Array.isArray(given) ? given : [given]), z.array(TimeInterval).min(1)),
]);

/** One freeze as it is written. */
const FreezeSetting = z
  .strictObject({
    name: ruleName,
    reason: z.string().min(1).max(1000).refine(saysWhy, 'must say why'),
    environments: ScopePatterns,
    playbooks: ScopePatterns,
    labels: z.record(z.string(), texts).exactOptional(),
    risk: Risk.default('low'),
    from: Instant.exactOptional(),
    to: Instant.exactOptional(),
    during: During.exactOptional(),
    until: Instant.exactOptional(),
    then: z.enum(['deny', 'ask'], { error: 'must be deny or ask' }).default('deny'),
    approval: DemandDocument.exactOptional(),
    undo: z.enum(['allow', 'hold'], { error: 'must be allow or hold' }).default('allow'),
  })
  .refine(
    ({ from, to, during }) =>
      (from === undefined) === (to === undefined) && (from === undefined) !== (during === undefined),
    'must have either from and to, or during',
  )
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ['to'],
    error: 'must be later than from',
  })
  .refine(({ during, until }) => until === undefined || during !== undefined, {
    path: ['until'],
    error: 'goes with during; where there is `to`, that is the end',
  })
  .refine(({ then, approval }) => (then === 'ask') === (approval !== undefined), {
    path: ['approval'],
    error: 'goes with `then: ask`, and that with `approval`: it says who is asked',
  });

/** One environment as it is written: its name stands above it. */
const EnvironmentSetting = z.strictObject(Environment.omit({ name: true }).shape);

/** The shapes of the sections, by name. */
export const ruleSections = {
  freezes: z.array(FreezeSetting).max(200).default([]),
  environments: z.record(ruleName, EnvironmentSetting).default({}),
};

type Written = {
  readonly freezes: z.output<typeof ruleSections.freezes>;
  readonly environments: z.output<typeof ruleSections.environments>;
  readonly intervals: TimeIntervals;
  /** As they are written; `environment` of one says where its alerts belong, as `integrations` of an environment does. */
  readonly integrations?: { readonly [name: string]: { readonly [key: string]: unknown } };
};

/** What is wrong with them beyond their shape. */
export function ruleFaults({
  freezes,
  environments,
  intervals,
  secrets: there,
  integrations = {},
}: Written & { readonly secrets: { readonly [name: string]: unknown } }): readonly {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}[] {
  const known = Object.keys(environments);
  const secretNames = Object.keys(there);
  return [
    ...integrationFaults(integrations, environments),
    ...freezes.flatMap(({ name, during, environments: named = [] }, i) => [
      ...(freezes.findIndex((other) => other.name === name) === i
        ? []
        : [{ path: ['freezes', i, 'name'], message: `${name} is the name of another freeze` }]),
      ...(typeof during === 'string' && !Object.hasOwn(intervals, during)
        ? [
            {
              path: ['freezes', i, 'during'],
              message: `there is no interval ${during}${nearest(during, Object.keys(intervals))}`,
            },
          ]
        : []),
      ...named
        .filter((one) => known.length > 0 && !one.includes('*') && !known.includes(one))
        .map((one) => ({
          path: ['freezes', i, 'environments'],
          message: `there is no environment ${one}${nearest(one, known)}`,
        })),
    ]),
    ...Object.entries(environments).flatMap(([name, { secrets = [] }]) =>
      secrets
        .filter((secret) => !secretNames.includes(secret))
        .map((secret) => ({
          path: ['environments', name, 'secrets'],
          message: `there is no secret ${secret} under \`secrets:\`${nearest(secret, secretNames)}`,
        })),
    ),
  ];
}

function integrationFaults(
  integrations: NonNullable<Written['integrations']>,
  environments: Written['environments'],
): readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] {
  const known = Object.keys(environments);
  return Object.entries(integrations).flatMap(([name, { environment }]) => {
    const path = ['integrations', name, 'environment'];
    if (environment === undefined) return [];
    if (typeof environment !== 'string' || !known.includes(environment)) {
      const near = typeof environment === 'string' ? nearest(environment, known) : '';
      return [{ path, message: `there is no such environment under \`environments:\`${near}` }];
    }
    const other = Object.entries(environments).find(
      ([one, said]) => one !== environment && said.integrations?.some((pattern) => matches(pattern, name)),
    );
    return other ? [{ path, message: `contradicts environments.${other[0]}.integrations, which names it too` }] : [];
  });
}

/** The sections as they are asked. */
export const rulesOfFile = ({
  freezes,
  environments,
  intervals,
  integrations = {},
}: Written): { freezes: Freeze[]; environments: Environment[] } => ({
  freezes: freezes.map((freeze) => freezeOf(freeze, intervals)),
  environments: Object.entries(environments).map(([name, limits]) => {
    const own = Object.keys(integrations).filter((one) => integrations[one]?.['environment'] === name);
    const all = [...new Set([...(limits.integrations ?? []), ...own])];
    return { name, ...limits, ...(all.length > 0 && { integrations: all }) };
  }),
});

function freezeOf(
  { then: _, undo, approval, from, to, during, labels, ...same }: Written['freezes'][number],
  intervals: TimeIntervals,
): Freeze {
  const times = typeof during === 'string' ? (intervals[during] ?? []) : during;
  return {
    ...same,
    ...(labels && { labels }),
    ...(from !== undefined && { startsAt: from }),
    ...(to !== undefined && { endsAt: to }),
    ...(times && { during: [...times] }),
    ...(approval && { approval: demandOf(approval) }),
    ...(undo === 'hold' && { holdsUndo: true as const }),
  };
}
