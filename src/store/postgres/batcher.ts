// Group commit in the program: what comes while a statement is under way goes together into the next one. The busier it is,
// the more shares one round trip; when it is quiet, nothing waits. Bounded in items and, where they differ, in bytes. Knows no SQL.

/** Something that is done in batches. */
export type Batcher<Item, Answer> = {
  /** Resolves with the item's own answer once its batch is done; rejects if the batch fails. */
  readonly add: (item: Item) => Promise<Answer>;
};

type Waiting<Item, Answer> = {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * A batcher.
 * @param options.run answers in the order of the items
 * @param options.concurrency statements under way at the same time, at most
 * @param options.sizes a batch has so many bytes at most; an item that is larger goes alone
 * @param options.keyOf items of one key never share a batch; the later one waits for another. Without it any may
 */
export function createBatcher<Item, Answer>(options: {
  readonly run: (items: readonly Item[]) => Promise<readonly Answer[]>;
  readonly concurrency: number;
  readonly maxBatch: number;
  readonly sizes?: { readonly maxBytes: number; readonly bytesOf: (item: Item) => number };
  readonly keyOf?: (item: Item) => string;
}): Batcher<Item, Answer> {
  let waiting: Waiting<Item, Answer>[] = [];
  let writing = 0;
  let scheduled = false;

  function nextBatch(): Waiting<Item, Answer>[] {
    const keys = new Set<string>();
    const batch: Waiting<Item, Answer>[] = [];
    const rest: Waiting<Item, Answer>[] = [];
    let left = options.sizes?.maxBytes ?? 0;
    for (const entry of waiting) {
      const key = options.keyOf?.(entry.item);
      const bytes = options.sizes?.bytesOf(entry.item) ?? 0;
      const isSmall = bytes <= left || batch.length === 0;
      const fits = isSmall && batch.length < options.maxBatch && (key === undefined || !keys.has(key));
      (fits ? batch : rest).push(entry);
      if (fits) left -= bytes;
      if (key !== undefined) keys.add(key);
    }
    waiting = rest;
    return batch;
  }

  async function work(): Promise<void> {
    writing += 1;
    while (waiting.length > 0) {
      const batch = nextBatch();
      try {
        const answers = await options.run(batch.map(({ item }) => item));
        batch.forEach(({ resolve, reject }, i) => {
          const answer = answers[i];
          if (answer === undefined) reject(new Error('a batch was done without an answer for each of its items'));
          else resolve(answer);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing -= 1;
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        if (scheduled || writing >= options.concurrency) return;
        // What is added in the same turn of the event loop goes into the same batch.
        scheduled = true;
        setImmediate(() => {
          scheduled = false;
          void work();
        });
      }),
  };
}
