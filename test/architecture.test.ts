// Holds the layout: who may import whom, no cycles, short files, one reader of the environment, no clock in the core.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { actionDefinitions } from '../src/actions/registry.ts';

const src = fileURLToPath(new URL('../src', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('sandbox/page'))
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
  secrets: ['core', 'ports', 'spi', 'platform'],
  engine: ['core', 'ports', 'spi'],
  http: ['core', 'ports', 'spi'],
  slack: ['core', 'ports', 'spi'],
  // Reads the sections of the parts with the schemas of the parts.
  config: ['core', 'ports', 'spi', 'platform', 'sources', 'actions', 'secrets', 'slack'],
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
  web: [],
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

  it('names an action in actions/ only, and where the demo shows one', () => {
    const elsewhere = [...textOf].filter(([file]) => !['actions', 'demo'].includes(folderOf(file)));
    const naming = actionDefinitions.flatMap(({ name }) => {
      // A name of one word is one where it is what a step uses; elsewhere it may be any word.
      const mention = name.includes('.')
        ? `['"\`]${name.replace('.', '\\.')}['"\`]`
        : `\\buses\\b[^;\\n]{0,20}['"\`]${name}['"\`]`;
      return elsewhere
        .filter(([, text]) => new RegExp(mention).test(text))
        .map(([file]) => `${relative(src, file)}: ${name}`);
    });
    expect(naming).toEqual([]);
  });

  it('opens every file with what it is for', () => {
    const bare = [...textOf].filter(([, text]) => !/^(#!.*\n)?\/\/ /.test(text)).map(([file]) => relative(src, file));
    expect(bare).toEqual([]);
  });
});
