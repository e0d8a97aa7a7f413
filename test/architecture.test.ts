// Holds the layout: who may import whom, no cycles, short files, one reader of the environment, no clock in the core.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('sandbox/page') && !name.endsWith('vite.config.ts'))
  .map((name) => join(src, name));
const textOf = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));

type Edge = { readonly from: string; readonly to: string; readonly typeOnly: boolean };
const edges: Edge[] = [...textOf].flatMap(([file, text]) =>
  [...text.matchAll(/^(import|export)( type)?[^;]*? from '(\.[^']+)'/gms)].map(([, , typeOnly, path = '']) => ({
    from: file,
    to: join(dirname(file), path),
    typeOnly: typeOnly !== undefined,
  })),
);

const folderOf = (file: string) => {
  const [first = '', second] = relative(src, file).split('/');
  return second === undefined ? '(root)' : first;
};

/** What each folder may import besides itself; files of the root are named. */
const allowed: { readonly [folder: string]: readonly string[] } = {
  core: [],
  ports: ['core'],
  spi: ['core', 'ports'],
  platform: ['core', 'ports'],
  store: ['core', 'ports'],
  queue: ['core', 'ports'],
  sources: ['core', 'ports', 'spi'],
  actions: ['core', 'ports', 'spi'],
  engine: ['core', 'ports', 'spi'],
  // What the API says to anybody, with nothing of the server; the browser gets it too.
  contract: ['core'],
  client: ['contract'],
  http: ['core', 'ports', 'spi', 'contract'],
  slack: ['core', 'ports', 'spi'],
  // Reads the sections of the parts with the schemas of the parts.
  config: ['core', 'ports', 'spi', 'sources', 'actions', 'slack'],
  sandbox: [],
  // Beside main at the top: they compose the parts, so they may know them all; nobody knows them.
  cli: [
    ...[
      'core',
      'ports',
      'spi',
      'platform',
      'config',
      'store',
      'queue',
      'sources',
      'actions',
      'engine',
      'slack',
      'demo',
    ],
    ...['record.ts', 'app.ts', 'serve.ts'],
  ],
  demo: ['core', 'ports', 'platform', 'config', 'engine', 'sandbox', 'sources', 'record.ts', 'app.ts'],
  web: ['contract', 'client'],
};

/** The only file that knows the commands. */
const commandLine = 'cli.ts';

describe('architecture', () => {
  it('imports follow the layers', () => {
    const wrong = edges
      .filter(({ from, to }) => {
        const folder = folderOf(from);
        const target = folderOf(to) === '(root)' ? relative(src, to) : folderOf(to);
        if (target === 'cli' && folder === '(root)') return relative(src, from) !== commandLine;
        return folder !== '(root)' && target !== folder && !(allowed[folder] ?? []).includes(target);
      })
      .map(({ from, to }) => `${relative(src, from)} -> ${relative(src, to)}`);
    expect(wrong).toEqual([]);
  });

  it('gives the browser nothing of Node', () => {
    const reached = new Set<string>();
    const reach = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const { from, to, typeOnly } of edges) if (from === file && !typeOnly) reach(to);
    };
    for (const file of files) if (['web', 'client', 'contract'].includes(folderOf(file))) reach(file);
    const foreign = [...reached].flatMap((file) =>
      [...(textOf.get(file) ?? '').matchAll(/^import (?!type )[^;]*? from '([^.][^']*)'/gms)]
        .filter(([, name]) => name !== 'zod')
        .map(([, name]) => `${relative(src, file)} -> ${name}`),
    );
    expect(foreign).toEqual([]);
  });

  it('has no import cycles', () => {
    const graph = new Map(
      files.map((file) => [file, edges.filter((edge) => edge.from === file && !edge.typeOnly).map(({ to }) => to)]),
    );
    const done = new Set<string>();
    const walk = (file: string, path: readonly string[]): readonly string[] | null => {
      if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
      if (done.has(file)) return null;
      for (const next of graph.get(file) ?? []) {
        const cycle = walk(next, [...path, file]);
        if (cycle) return cycle;
      }
      done.add(file);
      return null;
    };
    const cycles = files.map((file) => walk(file, [])).filter((cycle) => cycle !== null);
    expect(cycles.map((cycle) => cycle.map((file) => relative(src, file)))).toEqual([]);
  });

  it('keeps files short', () => {
    const long = [...textOf].filter(([, text]) => text.split('\n').length > 301).map(([file]) => relative(src, file));
    expect(long).toEqual([]);
  });

  it('reads the environment in config/environment.ts only', () => {
    const readers = [...textOf].filter(([, text]) => text.includes('process.env')).map(([file]) => relative(src, file));
    expect(readers).toEqual(['config/environment.ts']);
  });

  it('keeps clock and randomness out of the core', () => {
    const impure = [...textOf]
      .filter(
        ([file, text]) =>
          folderOf(file) === 'core' && /Date\.now|new Date\(\)|Math\.random|performance\.now|setTimeout/.test(text),
      )
      .map(([file]) => relative(src, file));
    expect(impure).toEqual([]);
  });

  it('opens every file with what it is for', () => {
    const bare = [...textOf].filter(([, text]) => !/^(#!.*\n)?\/\/ /.test(text)).map(([file]) => relative(src, file));
    expect(bare).toEqual([]);
  });
});
