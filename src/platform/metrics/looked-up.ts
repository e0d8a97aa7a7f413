// What is asked of the database for a scrape: once for all that ask within a few seconds, and never waited for long. Knows no metric.

/** What looking up needs. */
type LookUpParts<T> = {
  readonly ask: () => Promise<T>;
  readonly monotonicMs: () => number;
  /** Resolves after so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
};

/** How long an answer serves, and how long one is waited for; in milliseconds. */
const keptMs = 5000;
const patienceMs = 2000;

/**
 * Answers what was asked last, if that is not older than five seconds; else asks. null: there was no answer within two seconds, or a
 * refusal; that too serves for five seconds. Never rejects, and asks no second time while it waits for the first.
 */
export function lookedUp<T>({ ask, monotonicMs, sleep }: LookUpParts<T>): () => Promise<T | null> {
  let last: { readonly answer: Promise<T | null>; readonly atMs: number } | null = null;
  let underWay: Promise<unknown> | null = null;
  return () => {
    const nowMs = monotonicMs();
    if (last !== null && nowMs - last.atMs < keptMs) return last.answer;
    // A database that is stuck is not asked once more for every scrape.
    if (underWay !== null) return Promise.resolve(null);
    const asked = ask().then(
      (answer) => answer,
      () => null,
    );
    const ended = asked.finally(() => {
      if (underWay === ended) underWay = null;
    });
    underWay = ended;
    const answer = Promise.race([asked, sleep(patienceMs).then(() => null)]);
    last = { answer, atMs: nowMs };
    return answer;
  };
}
