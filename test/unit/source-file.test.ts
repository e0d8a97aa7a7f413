// What the architecture test sees of a file: each thing that one of its rules asks about.
import { describe, expect, it } from 'vitest';
import { importCycles } from '../support/source/import-cycles.ts';
import { readSource } from '../support/source/source-file.ts';

const file = readSource(
  'core/sample.ts',
  `// A sample.
import { a } from './a.ts';
import type { B } from '../b.ts';
import pg from 'pg';
export * from './c.ts';
type Inline = import('./d.ts').D;
/** Documented. */
export type Both = Inline & B;
export const Both = { value: process.env.HOME };
/** Documented. */
export function long(): void {
  app.action('x', async () => {
    await import('./e.ts');
  });
}
// Not a docstring.
export interface Bare {}
const local = 1;
export { local };
const spread = { ...{ a, local }, ...pg, list: [...[1, 2]] };
`,
);

describe('readSource', () => {
  it('sees every kind of import of another file, and no package', () => {
    expect(file.imports).toEqual([
      { to: 'core/a.ts', typeOnly: false },
      { to: 'b.ts', typeOnly: true },
      { to: 'core/c.ts', typeOnly: false },
      { to: 'core/d.ts', typeOnly: true },
      { to: 'core/e.ts', typeOnly: false },
    ]);
  });

  it('tells exported types from values and documented exports from bare ones', () => {
    expect(file.exports).toEqual([
      { name: 'Both', type: true, documented: true },
      { name: 'long', type: false, documented: true },
      { name: 'Bare', type: true, documented: false },
      { name: 'local', type: false, documented: false },
    ]);
  });

  it('measures functions with what is inside them', () => {
    expect(file.functions).toEqual([
      { name: 'long', lines: 5 },
      { name: 'anonymous', lines: 3 },
    ]);
  });

  it('sees calls of methods, properties that are read and spread literals', () => {
    expect(file.methodCalls).toEqual(['app.action']);
    expect(file.propertiesRead).toContain('process.env');
    expect(file.spreadLiterals).toBe(2);
  });
});

it('importCycles finds groups of files that reach each other, and nothing else', () => {
  const graph = new Map([
    ['a', ['b', 'd']],
    ['b', ['c']],
    ['c', ['a']],
    ['d', ['e']],
    ['e', []],
    ['f', ['f']],
  ]);
  expect(importCycles(graph)).toEqual([['a', 'b', 'c'], ['f']]);
});
