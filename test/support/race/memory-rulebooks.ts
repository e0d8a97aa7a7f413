// Rule books in memory, by digest; no run is remembered.
import { type Rulebook, rulebookDigest } from '../../../src/core/policy/rulebook.ts';
import type { Rulebooks } from '../../../src/ports/rulebooks.ts';

/** Keeps rule books. */
export function createMemoryRulebooks(): Rulebooks {
  const books = new Map<string, Rulebook>();
  return {
    async keep(book) {
      const digest = rulebookDigest(book);
      books.set(digest, book);
      return digest;
    },
    byDigest: async (digest) => books.get(digest) ?? null,
    pastRuns: async () => [],
  };
}
