// What an import writes: sections of firebreak.yaml as a person would write them, and notes on what they cannot say. Translates nothing.

import { err, ok, type Result } from '../../result.ts';
import { matcherText, parseMatchers } from '../matcher.ts';

/** A condition as it is written. */
type WrittenWhere = { readonly match: readonly string[] };

/** A route as it is written. */
export type WrittenRoute = {
  readonly name: string;
  readonly where?: WrittenWhere;
  readonly continue?: true;
  readonly owner?: string;
  readonly channel?: 'none';
  readonly muteDuring?: readonly string[];
  readonly activeDuring?: readonly string[];
  readonly routes?: readonly WrittenRoute[];
};

/** An entry of `groups:` as it is written. */
export type WrittenGroup = {
  readonly name: string;
  readonly where?: WrittenWhere;
  readonly by?: readonly string[];
  readonly key?: string;
  readonly wait?: string;
};

/** An inhibition rule as it is written. */
export type WrittenInhibition = {
  readonly name: string;
  readonly source: WrittenWhere | Record<string, never>;
  readonly target: WrittenWhere | Record<string, never>;
  readonly equal?: readonly string[];
};

/** What the sections cannot say: where it stands in what was imported, and what becomes of it. */
export type ImportNote = { readonly at: string; readonly message: string };

/** Matchers in all of Alertmanager's notations. */
type GivenMatchers = {
  readonly match: { readonly [label: string]: string } | null | undefined;
  readonly matchRe: { readonly [label: string]: string } | null | undefined;
  readonly matchers: readonly string[] | null | undefined;
};

/** Matchers in one notation. The error names the one that cannot be taken over. */
export function writtenMatchers({ match, matchRe, matchers }: GivenMatchers): Result<readonly string[], string> {
  const texts = [
    ...Object.entries(match ?? {}).map(([label, value]) => matcherText({ label, operator: '=', value })),
    ...Object.entries(matchRe ?? {}).map(([label, value]) => matcherText({ label, operator: '=~', value })),
    ...(matchers ?? []),
  ];
  const written: string[] = [];
  for (const text of texts) {
    // Alertmanager takes it for no matcher at all.
    if (/^\{?\s*\}?$/.test(text)) continue;
    const read = parseMatchers(text);
    if (!read.ok) return err(read.error);
    written.push(...read.value.map(matcherText));
  }
  return ok(written);
}

/** Names that a configuration accepts, each given once. */
export function createNames(): (wanted: string) => string {
  const given = new Set<string>();
  return (wanted) => {
    const plain = wanted
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9_-]+/g, '-')
      .replace(/^[-_]+|-+$/g, '')
      .slice(0, 50);
    const base = plain === '' ? 'route' : plain;
    for (let n = 1; ; n++) {
      const name = n === 1 ? base : `${base}-${n}`;
      if (given.has(name)) continue;
      given.add(name);
      return name;
    }
  };
}
