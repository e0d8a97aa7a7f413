// The wall: what holds for every file of the source. Each rule names the places that break it; `pending` names those that
// still may. A new one fails, and so does a listed one that has been mended, so that the list only gets shorter.
import { describe, expect, it } from 'vitest';
import { actionTraits } from '../src/actions/registry.ts';
import { importCycles } from './support/source/import-cycles.ts';
import { readTree, type SourceFile } from './support/source/source-file.ts';

const files = readTree('src');
const testFiles = readTree('test');

const folderOf = (path: string) => (path.includes('/') ? (path.split('/')[0] ?? '') : '(root)');

/** The parts of the program that a command may use: all of them, because commands stand at the top beside main. */
const parts = [
  'core',
  'ports',
  'spi',
  'platform',
  'config',
  'store',
  'queue',
  'sources',
  'actions',
  'secrets',
  'engine',
  'slack',
  'demo',
  'http',
  'client',
  'contract',
];

/** What each folder may import besides itself; files of the root are named. */
const allowed: { readonly [folder: string]: readonly string[] } = {
  core: [],
  contract: ['core'],
  client: ['contract'],
  ports: ['core'],
  spi: ['core', 'ports'],
  platform: ['core', 'ports'],
  store: ['core', 'ports'],
  queue: ['core', 'ports'],
  sources: ['core', 'ports', 'spi'],
  actions: ['core', 'ports', 'spi'],
  secrets: ['core', 'ports', 'spi', 'platform'],
  engine: ['core', 'ports', 'spi'],
  http: ['core', 'ports', 'spi', 'contract'],
  slack: ['core', 'ports', 'spi'],
  // Reads the sections of the parts with the schemas of the parts.
  config: ['core', 'ports', 'spi', 'platform', 'sources', 'actions', 'secrets', 'slack'],
  sandbox: [],
  cli: parts.concat([
    'record.ts',
    'rulebook.ts',
    'engine-options.ts',
    'app.ts',
    'serve.ts',
    'adapters.ts',
    'edges.ts',
    'contract',
    'client',
  ]),
  demo: ['core', 'ports', 'platform', 'config', 'spi', 'engine', 'sandbox', 'sources', 'store', 'record.ts', 'app.ts'],
  web: ['contract', 'client'],
};

/**
 * The one place of the page that knows more than the API's types: the worker that verifies records. It runs the core's own rules, so that
 * there is one implementation of them; what it may use of the core is pure, or replaced for the browser (core/primitives.ts).
 */
const verifyingWorker = 'web/verify/worker/';
const forTheWorker = /^core\/(timeline\/.*|primitives|visible-text)\.ts$/;

/** The only file that knows the commands. */
const commandLine = 'cli.ts';

/** The file that hands a Slack interaction to its handler; `app` there is Bolt's. */
const slackRegistry = 'slack/inbound/listeners.ts';

type Rule = {
  readonly title: string;
  /** The places of a file that break it. */
  readonly broken: (file: SourceFile) => readonly string[];
};

/** Places that may break a rule until they are mended, by the title of the rule. */
const pending: { readonly [title: string]: readonly string[] } = {
  'A test file has at most 400 lines': ['e2e/audit.test.ts'],
};

const when = (broken: boolean, place: string) => (broken ? [place] : []);

/** The actions that a text names: those of one word where it says what a step uses, for elsewhere they may be any word. */
const actionsNamed = (text: string): readonly string[] =>
  [...actionTraits.keys()].filter((name) =>
    new RegExp(
      name.includes('.') ? `['"\`]${name.replace('.', '\\.')}['"\`]` : `\\buses\\b[^;\\n]{0,20}['"\`]${name}['"\`]`,
    ).test(text),
  );

const rules: readonly Rule[] = [
  {
    title: 'A file imports only what its layer may know',
    broken: ({ path, imports }) =>
      imports
        .filter(({ to }) => {
          const folder = folderOf(path);
          const target = folderOf(to) === '(root)' ? to : folderOf(to);
          if (path.startsWith(verifyingWorker) && forTheWorker.test(to)) return false;
          if (target === 'cli' && folder === '(root)') return path !== commandLine;
          return folder !== '(root)' && target !== folder && !(allowed[folder] ?? []).includes(target);
        })
        .map(({ to }) => `${path} -> ${to}`),
  },
  {
    // zod looks whether it may evaluate text, which the page's policy forbids and complains of.
    title: 'The page takes types alone from the contract, so that it loads no validation',
    broken: ({ path, text }) =>
      path.startsWith('web/') && !path.startsWith(verifyingWorker)
        ? [...text.matchAll(/^import (?!type )[^;]*? from '([^']*\/contract\/(?!page-header)[^']*)';/gms)].map(
            ([, from = '']) => `${path} -> ${from}`,
          )
        : [],
  },
  {
    title: 'A file has at most 300 lines',
    broken: ({ path, lines }) => when(lines > 300, path),
  },
  {
    title: 'A function has at most 80 lines',
    broken: ({ path, functions }) => functions.filter(({ lines }) => lines > 80).map(({ name }) => `${path} ${name}`),
  },
  {
    title: 'A file opens with what it is for',
    broken: ({ path, text }) => when(!/^(#!.*\n)?\/\/ /.test(text), path),
  },
  {
    title: 'Everything exported has a docstring',
    broken: ({ path, exports }) => exports.filter(({ documented }) => !documented).map(({ name }) => `${path} ${name}`),
  },
  {
    title: 'No literal is spread where it stands; its members are named',
    broken: ({ path, spreadLiterals }) => when(spreadLiterals > 0, path),
  },
  {
    title: 'Only config/environment.ts reads the environment',
    broken: ({ path, propertiesRead }) =>
      when(propertiesRead.includes('process.env') && path !== 'config/environment.ts', path),
  },
  {
    title: 'The core has no clock, no timer and no randomness',
    broken: ({ path, text }) =>
      when(
        folderOf(path) === 'core' &&
          /Date\.now|new Date\(\)|Math\.random|randomUUID|performance\.now|setTimeout|setInterval/.test(text),
        path,
      ),
  },
  {
    title: 'An action is named in actions/ only, and where the demo shows one',
    broken: ({ path, text }) =>
      ['actions', 'demo'].includes(folderOf(path)) ? [] : actionsNamed(text).map((name) => `${path} ${name}`),
  },
  {
    title: 'Slack interactions are registered in one file only',
    broken: ({ path, methodCalls }) =>
      path === slackRegistry
        ? []
        : methodCalls
            .filter((call) => /^(app|bolt)\.(action|command|view|shortcut|event|options|message)$/.test(call))
            .map((call) => `${path} ${call}`),
  },
];

/** Each is either mended or pending; what is listed and mended must leave the list. */
function expectNone(title: string, broken: readonly string[]): void {
  expect([...new Set(broken)].sort()).toEqual(pending[title] ?? []);
}

describe('the wall', () => {
  it.each(rules.map(({ title, broken }) => [title, broken] as const))('%s', (title, broken) => {
    expectNone(title, files.flatMap(broken));
  });

  it('A test file has at most 400 lines', ({ task }) => {
    expectNone(
      task.name,
      testFiles.filter(({ lines }) => lines > 400).map(({ path }) => path),
    );
  });

  it('No file imports itself through others, not even for a type', () => {
    const graph = new Map(files.map(({ path, imports }) => [path, imports.map(({ to }) => to)]));
    expect(importCycles(graph)).toEqual([]);
  });

  it('What the verifying worker runs needs nothing of Node but what the browser has in its place', () => {
    const byPath = new Map(files.map((file) => [file.path, file]));
    const reached = new Set<string>();
    const follow = (path: string): void => {
      if (reached.has(path) || path === 'core/primitives.ts') return;
      reached.add(path);
      for (const { to, typeOnly } of byPath.get(path)?.imports ?? []) if (!typeOnly) follow(to);
    };
    follow(`${verifyingWorker}verify.worker.ts`);
    expect(reached).toContain('core/timeline/chain.ts');
    // A Buffer that is made when a file is loaded ends the worker before it begins.
    const bound = [...reached].filter((path) =>
      /from 'node:|^(?:export )?const \w+ = Buffer\b/m.test(byPath.get(path)?.text ?? ''),
    );
    expect(bound).toEqual([]);
  });

  it('No two files export a type of the same name', ({ task }) => {
    const homes = new Map<string, string[]>();
    for (const { path, exports } of files)
      for (const { name } of exports.filter(({ type }) => type)) homes.set(name, [...(homes.get(name) ?? []), path]);
    // The contract says the same words to the outside as the core says inside: what they mean is one thing, shown and kept.
    const isOutside = (path: string) => folderOf(path) === 'contract';
    const shared = [...homes].filter(
      ([, paths]) => paths.filter(isOutside).length > 1 || paths.filter((path) => !isOutside(path)).length > 1,
    );
    expectNone(
      task.name,
      shared.map(([name, paths]) => `${name}: ${paths.join(', ')}`),
    );
  });

  it('Every import of the source is of a file that is there', () => {
    const paths = new Set(files.map(({ path }) => path));
    const missing = files.flatMap(({ path, imports }) =>
      imports.filter(({ to }) => !paths.has(to) && /\.tsx?$/.test(to)).map(({ to }) => `${path} -> ${to}`),
    );
    expect(missing).toEqual([]);
  });

  it('Every pending place belongs to a rule', () => {
    const titles = rules.map(({ title }) => title);
    const others = ['A test file has at most 400 lines', 'No two files export a type of the same name'];
    expect(Object.keys(pending).filter((title) => !titles.includes(title) && !others.includes(title))).toEqual([]);
  });
});
