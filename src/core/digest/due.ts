// Which digest is to be told now, by what was told before. Pure.
import { type DigestKind, type DigestSpan, type DigestTimes, latestSpan } from './span.ts';

/** Names the digest of a kind and a time, for ever. */
export const digestKey = (kind: DigestKind, { to }: Pick<DigestSpan, 'to'>): string => `${kind}/${to}`;

/** One that was begun; `isTold` false: whether people can read it is not known. */
export type BegunDigest = { readonly key: string; readonly isTold: boolean };

/** What is to be done about the digests of a kind. `missed`: of those before it nobody was told. */
export type DigestDue =
  | { readonly type: 'nothing' }
  /** The first time that anybody looks: what was before nobody waits for. */
  | { readonly type: 'begin'; readonly key: string }
  | { readonly type: 'tell'; readonly key: string; readonly span: DigestSpan; readonly missed: number };

/** Missed ones are counted up to this many. */
const mostMissed = 99;

/** Decides it. A digest whose time came while nothing was at work is told late; of several only the latest. */
export function digestDue(
  kind: DigestKind,
  times: DigestTimes,
  { begun, at }: { readonly begun: readonly BegunDigest[]; readonly at: string },
): DigestDue {
  const span = latestSpan(kind, times, at);
  const key = digestKey(kind, span);
  const own = begun.filter((one) => one.key.startsWith(`${kind}/`));
  if (own.length === 0) return { type: 'begin', key };
  const last =
    own
      .map((one) => one.key.slice(kind.length + 1))
      .toSorted()
      .at(-1) ?? '';
  // Also where the clock went back, or the hour was changed to an earlier one: no time is told twice.
  if (last > span.to || own.some((one) => one.key === key && one.isTold)) return { type: 'nothing' };
  let missed = 0;
  if (last < span.to)
    for (let { from } = span; from > last && missed < mostMissed; missed++) ({ from } = latestSpan(kind, times, from));
  return { type: 'tell', key, span, missed };
}
