// README and docs, held against the program: every example is compiled, played or parsed, and no list of theirs is out of date.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { actionsPage } from '../../src/actions/page.ts';
import { ActionSettings, actionDefinitions, actionTraits } from '../../src/actions/registry.ts';
import { createProgram } from '../../src/cli/session/program.ts';
import { ConfigFile } from '../../src/config/file.ts';
import { type ApprovalPolicies, compileApproval } from '../../src/core/approval/document.ts';
import { Right } from '../../src/core/authority/right.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { compilePlaybook, formatFault } from '../../src/core/playbook/compile.ts';
import type { Playbook } from '../../src/core/playbook/playbook.ts';
import { PlaybookDocument } from '../../src/core/playbook/schema.ts';
import { readTest } from '../../src/core/playbook/test-document.ts';
import { PolicyDocument } from '../../src/core/policy/document.ts';
import { playCase } from '../../src/core/run/play-case.ts';
import { secretProvidersPage } from '../../src/secrets/page.ts';
import { secretProviders } from '../../src/secrets/registry.ts';
import { SlackSettings } from '../../src/slack/settings.ts';
import { sourcePages } from '../../src/sources/pages.ts';
import { authSchemes, sources } from '../../src/sources/registry.ts';
import { readEntry } from '../support/given/integration.ts';
import { givenMetrics } from '../support/given/metrics.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const files = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

type Block = { readonly file: string; readonly line: number; readonly language: string; readonly text: string };
const blocks: readonly Block[] = files.flatMap((file) =>
  [...read(file).matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ 1: language = '', 2: text = '', index }) => ({
    ...{ file, language, text, line: read(file).slice(0, index).split('\n').length },
  })),
);
const inLanguage = (language: string) => blocks.filter((block) => block.language === language);

/** What every playbook has; an example that leaves it out is about something else. */
const usual = {
  ...{ apiVersion: 'firebreak/v1', name: 'example', version: '1.0.0' },
  owner: { product: 'p', technical: 't', escalation: '@lead' },
  steps: [{ id: 'step', uses: 'assert', with: { that: true } }],
};

type Kind = 'playbook' | 'test' | 'configuration' | 'alertmanager' | 'policy';
function kindOf(data: object): Kind {
  const within = (schema: z.ZodObject) => Object.keys(data).every((key) => Object.hasOwn(schema.shape, key));
  if ('cases' in data) return 'test';
  if ('receivers' in data) return 'alertmanager';
  // Read and played in policy-docs.test.ts.
  if ('rules' in data && within(PolicyDocument)) return 'policy';
  if (within(PlaybookDocument)) return 'playbook';
  if (within(ConfigFile)) return 'configuration';
  throw new Error(`an example of no known kind: ${Object.keys(data).join(', ')}`);
}

/** The approval policies that the page itself configures. */
function policiesIn(file: string): ApprovalPolicies {
  const said = inLanguage('yaml').filter((block) => block.file === file && /^approvals:/m.test(block.text));
  const named = said.flatMap(({ text }) => Object.entries(ConfigFile.parse(parse(text)).approvals));
  return Object.fromEntries(named.map(([name, document]) => [name, compileApproval(document)]));
}

function compiled({ file, text }: Block): Playbook {
  const whole = /^apiVersion:/m.test(text) ? text : stringify({ ...usual, ...(parse(text) as object) });
  const playbook = compilePlaybook(whole, file, actionTraits, policiesIn(file));
  if (playbook.ok) return playbook.value;
  throw new Error(`${playbook.error.map(formatFault).join('\n')}\n${whole}`);
}

const examples = inLanguage('yaml').map((block) => ({ block, kind: kindOf(parse(block.text) as object) }));
const ofKind = (kind: Kind) => examples.filter((example) => example.kind === kind).map(({ block }) => block);
const named = (list: readonly Block[]) => list.map((block) => [`${block.file}:${block.line}`, block] as const);

describe('examples', () => {
  it.each(named(ofKind('playbook')))('%s is a playbook without faults', (_, block) => {
    expect(compiled(block).steps.length).toBeGreaterThan(0);
  });

  it.each(named(ofKind('test')))('%s is a test that passes', (_, block) => {
    const test = readTest(block.text, block.file);
    if (!test.ok) throw new Error(test.error.map(formatFault).join('\n'));
    const playbook = ofKind('playbook')
      .filter(({ file, text }) => file === block.file && text.includes('name: clear-cache'))
      .map(compiled)[0];
    if (!playbook) throw new Error('the playbook of the test is not there');
    for (const one of test.value.cases)
      expect([one.name, playCase(playbook, one, { alert: null, traits: actionTraits }).problems]).toEqual([
        one.name,
        [],
      ]);
  });

  const shipped = ['deploy/firebreak.example.yaml', 'deploy/demo/firebreak.yaml'].map((file) => ({
    ...{ file, text: read(file), language: 'yaml', line: 1 },
  }));
  it.each(named([...ofKind('configuration'), ...shipped]))('%s is a configuration that can be used', (_, block) => {
    const { actions: settings, slack, integrations } = ConfigFile.parse(parse(block.text));
    ActionSettings.parse(settings ?? {});
    SlackSettings.parse(slack ?? {});
    for (const entry of Object.values(integrations)) expect(readEntry(entry as JsonObject).faults).toEqual([]);
  });

  it.each(named(ofKind('alertmanager')))('%s sends to a route that is there', (_, { text }) => {
    const { receivers } = parse(text) as { receivers: { webhook_configs: { url: string }[] }[] };
    const urls = receivers.flatMap(({ webhook_configs: hooks }) => hooks.map(({ url }) => new URL(url).pathname));
    expect(urls).toEqual(['/hooks/alertmanager']);
  });

  it('of commands are understood', async () => {
    const lines = new Set(
      inLanguage('sh').flatMap(({ text }) => text.split('\n').filter((line) => line.startsWith('npx firebreak '))),
    );
    expect(lines.size).toBeGreaterThan(10);
    // One program for all of them: it forgets with each parse what the one before said.
    const program = await createProgram();
    const understood: string[] = [];
    for (const line of lines) {
      const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
      understood.length = 0;
      for (const command of everyCommand(program)) command.action(() => void understood.push(line)).exitOverride();
      program.parse(words.slice(2), { from: 'user' });
      expect(understood).toEqual([line]);
    }
  });
});

const everyCommand = (command: Command): Command[] =>
  command.commands.flatMap((one) => (one.commands.length > 0 ? everyCommand(one) : [one]));

/** Every key that a document may have, by its path; elements of lists and records stand for themselves. */
function keysOf(schema: z.core.$ZodType, at = ''): string[] {
  if (schema instanceof z.ZodOptional) return keysOf(schema.unwrap(), at);
  if (schema instanceof z.ZodArray) return keysOf(schema.element, at);
  if (schema instanceof z.ZodRecord) return keysOf(schema.valueType, `${at}.*`);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysOf(option, at));
  if (!(schema instanceof z.ZodObject)) return [at];
  return Object.entries(schema.shape).flatMap(([key, member]) => keysOf(member as z.core.$ZodType, `${at}.${key}`));
}

/** The same of a document that is there: what it uses. */
function usedBy(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return [at, ...value.flatMap((item) => usedBy(item, at))];
  if (typeof value !== 'object' || value === null) return [at];
  return [
    at,
    ...Object.entries(value).flatMap(([key, member]) => [
      ...usedBy(member, `${at}.${key}`),
      ...usedBy(member, `${at}.*`),
    ]),
  ];
}

describe('docs/playbooks.md', () => {
  const own = ofKind('playbook').filter(({ file }) => ['docs/playbooks.md', 'docs/approvals.md'].includes(file));
  it('has an example of every key', () => {
    const used = new Set(own.flatMap(({ text }) => usedBy(parse(text))));
    // A final step is a step; what a step may have is shown once.
    const asStep = (path: string) => path.replace(/^\.finally/, '.steps');
    // An undo may say about itself whatever an action may.
    const asCall = (path: string) => path.replace(/^\.steps\.compensate/, '.steps');
    const missing = keysOf(PlaybookDocument).filter((path) => !used.has(path) && !used.has(asCall(asStep(path))));
    expect(missing).toEqual([]);
  });
});

describe('docs/metrics.md', () => {
  const text = read('docs/metrics.md');
  const documented = [...text.matchAll(/^\| `(firebreak_\w+)` \| (counter|gauge|histogram)( \(DB\))? \|/gm)].map(
    ([, name = '', type = '']) => ({ name, type }),
  );

  it('explains every metric with its type, and no other', async () => {
    const scraped = (await givenMetrics().expose(undefined)).text;
    const there = [...scraped.matchAll(/^# TYPE (firebreak_\w+) (\w+)/gm)].map(([, name = '', type = '']) => ({
      name,
      type,
    }));
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(documented.sort(byName)).toEqual(there.sort(byName));
  });

  it('answers each of the sixteen questions with metrics that exist', () => {
    const questions = [...text.matchAll(/^\| (\d+) \| ([^|]+\?) \| (.+) \|$/gm)];
    expect(questions.map(([, number]) => Number(number))).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
    const names = new Set(
      documented.flatMap(({ name, type }) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    for (const [, number, , answer = ''] of questions) {
      const used = [...answer.matchAll(/firebreak_\w+/g)].map(([name]) => name);
      expect({ number, isAnswered: used.length > 0 }).toEqual({ number, isAnswered: true });
      expect({ number, unknown: used.filter((name) => !names.has(name)) }).toEqual({ number, unknown: [] });
    }
  });

  it('has units in names: seconds are base units, what counts ends in total', () => {
    for (const { name, type } of documented) {
      expect(name).not.toMatch(/_(ms|milliseconds|minutes|hours|days|percent)(_|$)/);
      if (type === 'histogram') expect(name).toMatch(/_seconds$/);
      expect({ name, isTotal: name.endsWith('_total') }).toEqual({ name, isTotal: type === 'counter' });
    }
  });
});

describe('docs/operations.md', () => {
  const text = read('docs/operations.md');

  it('explains every right, and no other', () => {
    const table = text.slice(text.indexOf('| right | what it allows'), text.indexOf('"Everybody" has proved'));
    const listed = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(listed).toEqual([...Right.options, 'approve', 'attend']);
  });

  it('lists every setting, and no other', () => {
    const table = text.slice(text.indexOf('## Settings'), text.indexOf('## Configuration'));
    const listed = [...table.matchAll(/^\|([^|]+)\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    const declared =
      /const Environment = z\.object\(\{(.*?)^\}\);/ms.exec(read('src/config/environment.ts'))?.[1] ?? '';
    const known = [...declared.matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual(known.sort());
  });
});

describe('pages that are made of the program', () => {
  const pages = new Map([
    ...sourcePages({ sources, schemes: authSchemes }),
    ['actions.md', actionsPage(actionDefinitions)] as const,
    ['secret-providers.md', secretProvidersPage(secretProviders)] as const,
  ]);
  it.each([...pages])('docs/%s is what `npm run docs` writes', (path, text) => {
    expect(read(`docs/${path}`)).toBe(text);
  });

  it('are there for each source, and for no other', () => {
    const there = readdirSync(join(root, 'docs/sources')).map((name) => `sources/${name}`);
    expect(there.sort()).toEqual([...pages.keys()].filter((path) => path.startsWith('sources/')).sort());
  });
});

describe('README.md', () => {
  it('names every command', async () => {
    const text = read('README.md');
    const commands = (await createProgram()).commands.map((command) => command.name());
    expect(commands.filter((name) => !new RegExp(`\`[^\`]*\\b${name}\\b[^\`]*\``).test(text))).toEqual([]);
  });

  it('and the docs link to files that are there', () => {
    for (const file of files)
      for (const [, target = ''] of read(file).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g))
        expect(() => readFileSync(join(root, file, '..', target))).not.toThrow();
  });
});

describe('README, CONTRIBUTING, SECURITY and docs', () => {
  /** Paths inside the project. A name in capitals stands for any: then its folder is meant. */
  const pathsIn = (text: string): readonly string[] =>
    [
      ...text.matchAll(/(?<![\w/.-])(?:\.\/)?((?:src|test|docs|deploy|scripts|bench|\.ci|\.github)\/[\w./-]*[\w/])/g),
    ].map(([, path = '']) => path.replace(/\/[A-Z]+(?:\/.*|\.\w+)?$/, '/'));

  it.each(['CONTRIBUTING.md', 'SECURITY.md', ...files])('%s names only files and folders that are there', (file) => {
    expect(pathsIn(read(file)).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it.each(['CONTRIBUTING.md', ...files])('%s names only npm scripts that are there', (file) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: { [name: string]: string } };
    const named = [...read(file).matchAll(/npm (?:run ([\w:]+)|(test|start)\b)/g)].map(
      ([, one, other]) => one ?? other,
    );
    expect(named.filter((name) => name === undefined || !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it('name a great many of them', () => {
    expect(pathsIn(read('CONTRIBUTING.md')).length).toBeGreaterThan(40);
    expect(pathsIn('`src/gone/VENDOR.ts` and `./test/no-such.test.ts`, not `my/src/x`')).toEqual([
      'src/gone/',
      'test/no-such.test.ts',
    ]);
  });
});
