// What queries of dashboards and rules name, held against the metrics that docs/metrics.md lists. Parses no more of PromQL than names.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Labels that Prometheus adds, or that a kind of metric has. */
const added = ['job', 'instance', 'le'];
/** Metrics of the process, of Prometheus itself; with the labels that queries may use of them. */
const others: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(process|nodejs)_\w+$/, []],
  [/^up$/, []],
  [/^ALERTS$/, ['alertname', 'severity', 'alertstate', 'playbook']],
];

/** Each metric with its labels. */
function documented(): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(fileURLToPath(new URL('../../../docs/metrics.md', import.meta.url)), 'utf8');
  const found = new Map<string, readonly string[]>();
  for (const [, name = '', type = '', labels = ''] of text.matchAll(
    /^\| `(firebreak_\w+)` \| (counter|gauge|histogram)(?: \(DB\))? \| ([^|]*)\|/gm,
  )) {
    const has = [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label);
    for (const suffix of type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']) found.set(name + suffix, has);
  }
  return found;
}

const metrics = documented();

/** Words that are no metric: functions and operators, labels in `by (…)`, durations. */
const namesIn = (query: string): readonly (readonly [name: string, matchers: string])[] =>
  [...query.matchAll(/\b(firebreak_\w+|process_\w+|nodejs_\w+|up|ALERTS)\b(?:\{([^}]*)\})?/g)].map(
    ([, name = '', matchers = '']) => [name, matchers],
  );

/** Metrics and labels that a query names and that are not there. @param recorded names of recording rules, which it may use */
export function unknownIn(query: string, recorded: ReadonlySet<string> = new Set()): readonly string[] {
  const unknown: string[] = [...query.matchAll(/\bfirebreak:[\w:]+/g)]
    .map(([name]) => name)
    .filter((n) => !recorded.has(n));
  const labels = new Set(added);
  for (const [name, matchers] of namesIn(query)) {
    const has = metrics.get(name) ?? others.find(([pattern]) => pattern.test(name))?.[1];
    if (has === undefined) {
      unknown.push(name);
      continue;
    }
    for (const label of has) labels.add(label);
    for (const [, label = ''] of matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g))
      if (!has.includes(label) && !added.includes(label)) unknown.push(`${name}{${label}}`);
  }
  for (const [, list = ''] of query.matchAll(/\b(?:by|on|group_left|group_right)\s*\(([^)]*)\)/g))
    for (const label of list.split(',').map((one) => one.trim()))
      if (label !== '' && !labels.has(label)) unknown.push(`by (${label})`);
  return unknown;
}

/** The metrics of this program that a query names. */
export const metricsIn = (query: string): readonly string[] => [
  ...new Set(namesIn(query).flatMap(([name]) => (name.startsWith('firebreak_') ? [name] : []))),
];
