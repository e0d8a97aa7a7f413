// The postmortems in docs/examples are those that the real engine and today's documents give, to the letter.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exampleFiles } from '../support/examples/write.ts';

describe('docs/examples', async () => {
  const files = await exampleFiles();

  it.each([...files.keys()])('has %s as it is written today; `node scripts/examples.mjs` writes it', (name) => {
    expect(readFileSync(`docs/examples/${name}`, 'utf8')).toBe(files.get(name));
  });

  it('is told the same when it is told twice, and has nothing else', async () => {
    expect(await exampleFiles()).toEqual(files);
    expect(readdirSync('docs/examples').filter((name) => name !== 'README.md')).toEqual([...files.keys()].toSorted());
  });
});
