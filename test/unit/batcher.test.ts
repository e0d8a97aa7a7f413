// Group commit in the program: a batch is bounded in items and in bytes, and no item is left behind for being large.
import { expect, it } from 'vitest';
import { createBatcher } from '../../src/store/postgres/batcher.ts';

/** Sizes go in; answers the batches that were made of them. */
async function batchesOf(...sizes: number[]): Promise<number[][]> {
  const batches: number[][] = [];
  const batcher = createBatcher<number, number>({
    async run(items) {
      batches.push([...items]);
      return items;
    },
    concurrency: 1,
    maxBatch: 3,
    sizes: { maxBytes: 10, bytesOf: (size) => size },
  });
  expect(await Promise.all(sizes.map((size) => batcher.add(size)))).toEqual(sizes);
  return batches;
}

it('puts no more bytes into a batch than it may have, and one that has more alone', async () => {
  expect(await batchesOf(6, 6, 4, 30, 1)).toEqual([[6, 4], [6, 1], [30]]);
  expect(await batchesOf(30, 1)).toEqual([[30], [1]]);
});

it('puts no more items into a batch than it may have', async () => {
  expect(await batchesOf(1, 1, 1, 1)).toEqual([[1, 1, 1], [1]]);
});
