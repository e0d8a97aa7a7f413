// Holds the list of the mutation check against the source, fast: the long check itself is `npm run test:full`.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defences } from '../full/defences/index.ts';

/** A test with what stands beside it and is run by it: a contract has its titles in files of its own. */
function titlesOf(test: string): string {
  const text = readFileSync(test, 'utf8');
  const beside = [...text.matchAll(/from '(\.\/[^']+-contract\.ts)'/g)].map(([, path = '']) =>
    join(dirname(test), path),
  );
  return [text, ...beside.map((path) => readFileSync(path, 'utf8'))].join('\n');
}

describe('the list of defences', () => {
  const all = Object.values(defences).flat();

  it('finds the text of every defence exactly once in its file, and its test', () => {
    const stale = all.filter(
      ({ file, find, test, title }) =>
        !existsSync(file) ||
        readFileSync(file, 'utf8').split(find).length !== 2 ||
        !existsSync(test) ||
        (title !== undefined && !titlesOf(test).includes(title)),
    );
    expect(stale.map(({ defence, file, test }) => `${defence} (${file}, ${test})`)).toEqual([]);
  });
});
