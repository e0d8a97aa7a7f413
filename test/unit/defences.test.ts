// Holds the list of the mutation check against the source, fast: the long check itself is `npm run test:full`.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defences } from '../full/defences/index.ts';

describe('the list of defences', () => {
  const all = Object.values(defences).flat();

  it('finds the text of every defence exactly once in its file, and its test', () => {
    const stale = all.filter(
      ({ file, find, test, title }) =>
        !existsSync(file) ||
        readFileSync(file, 'utf8').split(find).length !== 2 ||
        !existsSync(test) ||
        (title !== undefined && !readFileSync(test, 'utf8').includes(title)),
    );
    expect(stale.map(({ defence, file, test }) => `${defence} (${file}, ${test})`)).toEqual([]);
  });
});
