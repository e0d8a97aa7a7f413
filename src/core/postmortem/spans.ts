// Stretches of time, in epoch milliseconds: joined, cut out of one another, measured. Pure.

/** A stretch; `to` is not in it. */
export type MsSpan = { readonly from: number; readonly to: number };

/** The same time without overlaps, in order. */
export function joined(spans: readonly MsSpan[]): readonly MsSpan[] {
  const sorted = spans.filter(({ from, to }) => to > from).toSorted((a, b) => a.from - b.from);
  const merged: MsSpan[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else merged.push(span);
  }
  return merged;
}

/** What of `spans` lies in none of `cut`. */
export function without(spans: readonly MsSpan[], cut: readonly MsSpan[]): readonly MsSpan[] {
  const holes = joined(cut);
  return joined(spans).flatMap((span) => {
    const rest: MsSpan[] = [];
    let { from } = span;
    for (const hole of holes) {
      if (hole.to <= from || hole.from >= span.to) continue;
      if (hole.from > from) rest.push({ from, to: hole.from });
      from = Math.max(from, hole.to);
    }
    if (from < span.to) rest.push({ from, to: span.to });
    return rest;
  });
}

/** What of `spans` lies within `bounds`. */
export const within = (spans: readonly MsSpan[], { from, to }: MsSpan): readonly MsSpan[] =>
  spans
    .map((span) => ({ from: Math.max(span.from, from), to: Math.min(span.to, to) }))
    .filter((span) => span.to > span.from);

/** Milliseconds that they cover, overlaps once. */
export const covered = (spans: readonly MsSpan[]): number =>
  joined(spans).reduce((sum, { from, to }) => sum + to - from, 0);
