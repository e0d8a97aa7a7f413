// Random configurations of Alertmanager with alerts and instants to ask about, in all of its notations. The same seed gives the same.
import fc from 'fast-check';
import { matcherText } from '../../../src/core/alert/matcher.ts';

/** What Alertmanager and Firebreak are asked. */
export type Question = {
  /** JSON, which is YAML too. */
  readonly config: string;
  readonly alerts: readonly { readonly [label: string]: string }[];
  readonly instants: readonly string[];
};

/** What Alertmanager says to a question. */
export type Answer = {
  readonly error?: string;
  /** For each alert where it goes, in order. */
  readonly receivers: readonly (readonly string[])[];
  readonly inhibited: readonly boolean[];
  /** For each named time interval and each instant whether it is in it. */
  readonly within: { readonly [name: string]: readonly boolean[] };
};

const names = ['team', 'severity', 'env', 'job'];
const values = [
  '',
  'x',
  'y',
  'xy',
  'prod',
  'prod-1',
  'dev',
  'PROD',
  '1',
  '10',
  'a"b',
  'ä',
  'x\ny',
  'back\\slash',
  'a,b',
  '{x}',
];
const patterns = [
  ...[
    'x|y',
    'prod.*',
    '.*',
    '.+',
    '',
    'p[a-z]+',
    '(?i)prod',
    'pro(d|x)-?[0-9]?',
    '^x$',
    'x.y',
    '(?s)x.y',
    '\\d+',
    '[^x]+',
    '\\w+',
  ],
  ...[
    '.*\\bprod\\b.*',
    'a"b',
    '\\pL+',
    '(?:x)y?',
    'x*',
    '((x|y)+)*',
    '[[:alpha:]]+',
    '(?P<n>x)y?',
    '\\x{e4}',
    '\\Qa"b\\E',
    'x{1,2}y{0,1}',
  ],
  ...[
    '.{2,3}',
    '[\\s\\S]*',
    '(?m)^x$',
    'a,b',
    '\\{x\\}',
    'back\\\\slash',
    '(x)(y)|1(0)?',
    '[^\\n]+',
    '(?U)x+y?',
    '\\PL+',
    'x$|^$',
    '\\Ax\\z',
  ],
];

const label = fc.constantFrom(...names);
const labels = fc.dictionary(label, fc.constantFrom(...values), { minKeys: 1, maxKeys: 4, noNullPrototype: true });
const equality = fc.record({
  label,
  operator: fc.constantFrom('=' as const, '!=' as const),
  value: fc.constantFrom(...values),
});
const pattern = fc.record({
  label,
  operator: fc.constantFrom('=~' as const, '!~' as const),
  value: fc.constantFrom(...patterns),
});
const matcher = fc.oneof(equality, pattern);

/** A matcher as a text: quoted, or bare where it may be, with space or without. */
const matcherAsText = fc.tuple(matcher, fc.boolean(), fc.constantFrom('', ' ')).map(([one, isBare, space]) => {
  const bare = /^[A-Za-z0-9.*+-]*$/.test(one.value);
  return isBare && bare
    ? `${one.label}${space}${one.operator}${space}${one.value}`
    : `${space}${matcherText(one)}${space}`;
});
const texts = fc.oneof(
  { weight: 5, arbitrary: fc.array(matcherAsText, { minLength: 1, maxLength: 2 }) },
  {
    weight: 1,
    arbitrary: fc.array(matcherAsText, { minLength: 1, maxLength: 2 }).map((list) => [`{${list.join(',')}}`]),
  },
);
const map = (of: readonly string[]) =>
  fc.dictionary(label, fc.constantFrom(...of), { minKeys: 1, maxKeys: 2, noNullPrototype: true });

/** One way, or several at once, to say which alerts are meant. */
const matching = (match: string, matchRe: string, matchers: string) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ [matchers]: texts }) },
    { weight: 2, arbitrary: fc.record({ [match]: map(values) }) },
    { weight: 2, arbitrary: fc.record({ [matchRe]: map(patterns) }) },
    { weight: 1, arbitrary: fc.record({ [match]: map(values), [matchRe]: map(patterns), [matchers]: texts }) },
  );

const receivers = ['r0', 'r1', 'r2', 'r3', 'r4', 'null'];
const groupBy = fc.constantFrom(undefined, ['team'], ['team', 'env'], ['...'], []);

type Node = { readonly [key: string]: unknown };
const node = (depth: number): fc.Arbitrary<Node> =>
  fc
    .tuple(
      fc.oneof(
        { weight: 12, arbitrary: matching('match', 'match_re', 'matchers') },
        { weight: 1, arbitrary: fc.constant({}) },
      ),
      fc.option(fc.constantFrom(...receivers), { nil: undefined }),
      fc.boolean(),
      groupBy,
      depth === 0 ? fc.constant([]) : fc.array(node(depth - 1), { maxLength: 3 }),
    )
    .map(([match, receiver, goesOn, by, routes]) => ({ ...match, receiver, continue: goesOn, group_by: by, routes }));

const route = fc
  .tuple(fc.constantFrom(...receivers), groupBy, fc.array(node(2), { minLength: 1, maxLength: 5 }))
  .map(([receiver, by, routes]) => ({ receiver, group_by: by, routes }));

const inhibition = fc
  .tuple(
    matching('source_match', 'source_match_re', 'source_matchers'),
    matching('target_match', 'target_match_re', 'target_matchers'),
    fc.uniqueArray(label, { maxLength: 2 }),
  )
  .map(([source, target, equal]) => ({ ...source, ...target, equal }));

/** A range of whole numbers or of words, as text. */
const range = (from: number, to: number, word: (n: number) => string = String) =>
  fc.tuple(fc.integer({ min: from, max: to }), fc.integer({ min: from, max: to })).map(([a, b]) => {
    const [first, last] = a < b ? [a, b] : [b, a];
    return first === last ? word(first) : `${word(first)}:${word(last)}`;
  });
const days = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');
const clock = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const times = fc
  .integer({ min: 0, max: 1439 })
  .chain((start) =>
    fc.integer({ min: start + 1, max: 1440 }).map((end) => ({ start_time: clock(start), end_time: clock(end) })),
  );
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/New_York',
];
const list = <T>(of: fc.Arbitrary<T>) => fc.array(of, { minLength: 1, maxLength: 2 });
const dayRange = fc.oneof(range(1, 31), range(-31, -1), fc.constantFrom('1:-1', '15:-8', '-3:-1', '31', '28:31'));
const interval = fc.record(
  {
    times: list(times),
    weekdays: list(range(0, 6, (n) => days[n] ?? '')),
    days_of_month: list(dayRange),
    months: list(range(1, 12)),
    years: list(range(2015, 2030)),
    location: fc.constantFrom(...zones),
  },
  { requiredKeys: [] },
);

const minute = fc.integer({ min: Date.UTC(2014, 0) / 60_000, max: Date.UTC(2031, 0) / 60_000 });
/** Around the changes of the clocks in Europe and America, and anywhere else. */
const instant = fc.oneof(
  minute,
  fc
    .tuple(fc.integer({ min: 2015, max: 2029 }), fc.constantFrom(2, 9, 10), fc.integer({ min: 0, max: 44_639 }))
    .map(([year, month, add]) => Date.UTC(year, month) / 60_000 + add),
);

const question = (alerts: number, instants: number): fc.Arbitrary<Question> =>
  fc
    .tuple(
      route,
      fc.array(inhibition, { minLength: 1, maxLength: 3 }),
      fc.array(list(interval), { minLength: 1, maxLength: 2 }),
      fc.array(labels, { minLength: alerts, maxLength: alerts }),
      fc.array(instant, { minLength: instants, maxLength: instants }),
    )
    .map(([tree, rules, intervals, sets, minutes]) => ({
      config: JSON.stringify({
        route: tree,
        inhibit_rules: [...sentinels, ...rules],
        time_intervals: intervals.map((time_intervals, n) => ({ name: `t${n}`, time_intervals })),
        receivers: receivers.map((name) =>
          name === 'null' ? { name } : { name, webhook_configs: [{ url: 'http://127.0.0.1:9/' }] },
        ),
      }),
      alerts: sets,
      instants: minutes.map((at) => new Date(at * 60_000).toISOString()),
    }));

/** Alerts that the helper puts around the others to know that it has seen them, and that may inhibit as any other. */
export const sentinelAlerts = [{ sentinel_first: '1' }, { sentinel_last: '1' }] as const;
const sentinels = ['sentinel_first', 'sentinel_last'].map((name) => ({
  source_matchers: [`${name}="1"`],
  target_matchers: [`${name}="target"`],
}));

/** Questions of a seed. */
export const randomQuestions = (
  seed: number,
  { configs, alerts, instants }: { readonly configs: number; readonly alerts: number; readonly instants: number },
): readonly Question[] => fc.sample(question(alerts, instants), { seed, numRuns: configs });
