// Label sets with which an import proves itself: for every route one that comes to it, and near misses. Random in nothing.
import { type Matcher, parseMatchers } from '../matcher.ts';
import type { Route } from '../route.ts';

/** Labels of one alert. */
export type SampleLabels = { readonly [label: string]: string };

/** At most so many sets for a tree. */
export function sampleLabels(routes: readonly Route[], most: number): readonly SampleLabels[] {
  const found = new Map<string, SampleLabels>();
  const add = (labels: SampleLabels) => found.set(JSON.stringify(Object.entries(labels).sort()), labels);
  add({});
  const visit = (list: readonly Route[], above: readonly Matcher[]): void => {
    for (const { where, routes: below } of list) {
      const matchers = [...above, ...(where?.match ?? []).flatMap(matchersOf)];
      const fitting = Object.fromEntries(matchers.map((matcher) => [matcher.label, valueFor(matcher)]));
      add(fitting);
      for (const { label } of matchers) {
        add({ ...fitting, [label]: 'another' });
        add(Object.fromEntries(Object.entries(fitting).filter(([name]) => name !== label)));
      }
      visit(below, matchers);
    }
  };
  visit(routes, []);
  return [...found.values()].slice(0, most);
}

const matchersOf = (text: string): readonly Matcher[] => {
  const matchers = parseMatchers(text);
  return matchers.ok ? matchers.value : [];
};

/** A value that the matcher takes, if one is found: the words that stand in its pattern are tried. */
function valueFor({ value, holds }: Matcher): string {
  const words = value.replace(/\\(.)|[()^$?:]|\.[*+]/g, (_, letter?: string) => letter ?? '').split('|');
  return [value, ...words, 'another', 'a', '1', ''].find(holds) ?? '';
}
