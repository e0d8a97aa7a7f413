// Lines of digests: how they are counted, cut and kept free of what is private. Pure.

/** A sentence; `incident`: the number of the one that shows it best. */
export type DigestLine = { readonly text: string; readonly incident: number | null };

/** A part of a digest. `more`: lines that are left out. */
export type DigestSection = {
  readonly id: string;
  readonly title: string;
  readonly lines: readonly DigestLine[];
  readonly more: number;
};

/** Lines of one section. */
export const mostLines = 8;
/** Longer names are cut. */
const maxName = 80;

/** `1 run`, `2 runs`. */
export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** `once`, `twice`, `3 times`. */
export const times = (count: number): string => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);

/** A name or text of others in one line. */
export function named(text: string, max: number = maxName): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= max ? line : `${line.slice(0, max - 1).toWellFormed()}…`;
}

/** A sentence that no incident stands for. */
export const line = (text: string, incident: number | null = null): DigestLine => ({ text, incident });

/**
 * A section out of facts, those that matter most first. Facts of private incidents, which `nameOf` gives null for, become one sentence
 * without a name: `sayPrivate` is given them all.
 */
export function section<T>(
  { id, title }: Pick<DigestSection, 'id' | 'title'>,
  facts: readonly T[],
  {
    nameOf,
    say,
    sayPrivate,
  }: {
    readonly nameOf: (fact: T) => string | null;
    readonly say: (fact: T, name: string) => DigestLine;
    readonly sayPrivate: (facts: readonly T[]) => string;
  },
): DigestSection {
  const open = facts.flatMap((fact) => {
    const name = nameOf(fact);
    return name === null ? [] : [{ fact, name }];
  });
  const closed = facts.filter((fact) => nameOf(fact) === null);
  const lines = open.slice(0, mostLines).map(({ fact, name }) => say(fact, named(name)));
  return {
    id,
    title,
    lines: closed.length === 0 ? lines : [...lines, line(sayPrivate(closed))],
    more: open.length - Math.min(open.length, mostLines),
  };
}

/** The sum of a count over facts. */
export const sum = <T>(facts: readonly T[], count: (fact: T) => number): number =>
  facts.reduce((all, fact) => all + count(fact), 0);
