// Parts of the command line that need no process: fresh samples, what the doctor makes of numbers, text that a terminal must not obey.
import { execFileSync } from 'node:child_process';
import type { Command } from 'commander';
import { describe, expect, it, vi } from 'vitest';
import { freshSample } from '../../src/cli/alerts/alert-sample.ts';
import { checkAccess } from '../../src/cli/doctor/access.ts';
import { clockCheck } from '../../src/cli/doctor/database.ts';
import { checkNode } from '../../src/cli/doctor/local.ts';
import { findId } from '../../src/cli/session/ids.ts';
import { line, table } from '../../src/cli/session/output.ts';
import { createProgram } from '../../src/cli/session/program.ts';
import { Access } from '../../src/core/authority/access.ts';
import { sources } from '../../src/sources/registry.ts';

describe('the sample of a source, sent once more', () => {
  it.each([...sources.values()].map((source) => [source.id, source] as const))(
    '%s: is another alert, of now',
    (_, source) => {
      const context = { name: 'mine', settings: source.settings.parse(source.sample.settings) };
      const now = '2031-05-06T07:08:09.000Z';
      const parse = ({ headers, body }: Pick<ReturnType<typeof freshSample>, 'headers' | 'body'>) => {
        const parsed = source.parse(
          { headers, raw: Buffer.from(JSON.stringify(body)), body, receivedAt: now, remarks: [] },
          context,
        );
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
        return parsed.value;
      };
      const before = parse(source.sample);
      const after = parse(freshSample(source, context, { now, id: '0123456789abcdef' }));
      expect(after.alerts).toHaveLength(before.alerts.length);
      for (const [i, alert] of after.alerts.entries()) {
        // A heartbeat is its URL: there is one problem of its name, whatever is sent.
        if (source.id !== 'heartbeat') expect(alert.fingerprint).not.toBe(before.alerts[i]?.fingerprint);
        if (before.alerts[i]?.startsAt) expect(alert.startsAt).toBe(now);
        // A label may hold what identifies the alert.
        const { labels = {}, fingerprint = '' } = before.alerts[i] ?? {};
        const others = Object.entries(labels).filter(([, value]) => !fingerprint.includes(value));
        expect(alert.labels).toMatchObject(Object.fromEntries(others));
        expect(Object.keys(alert.labels)).toEqual(Object.keys(labels));
      }
      if (before.deliveryKey !== null) expect(after.deliveryKey).not.toBe(before.deliveryKey);
    },
  );
});

describe('the doctor', () => {
  it.each([
    ['20.18.9', 'fail'],
    ['18.20.0', 'fail'],
    ['20.19.0', 'ok'],
    ['24.0.1', 'ok'],
  ])('takes Node %s for %s', (version, status) => expect(checkNode(version)).toMatchObject({ status }));

  it.each([
    [0, 'ok', 'ahead of'],
    [-1999, 'ok', 'behind'],
    [2000, 'warn', 'ahead of'],
    [-60_000, 'fail', 'behind'],
  ])('takes a clock %d ms off for %s', (ms, status, word) => {
    expect(clockCheck(ms)).toMatchObject({ status, found: expect.stringContaining(word) });
    expect(clockCheck(ms).advice === null).toBe(status === 'ok');
  });
});

describe('the doctor on access', () => {
  const slack = { botToken: 'x', signingSecret: 'x', appToken: null, apiUrl: null };
  const nobody = { users: [], groups: [], people: [], tokens: [] };
  const sre = { ...nobody, groups: ['S0SRE'] };
  const found = (access: unknown, given: object = {}) =>
    checkAccess({ slack, file: { access: Access.parse(access), roles: { sre }, people: {}, oncall: [], ...given } })
      .filter(({ status }) => status === 'warn')
      .map((check) => `${check.found} → ${check.advice}`);

  it('says who has each right, and what nobody in Slack can do', () => {
    const [all] = checkAccess({ slack, file: { access: Access.parse({}), roles: { sre }, people: {}, oncall: [] } });
    expect(all?.found).toMatch(/^view: everyone · respond: everyone · start: nobody · .* · local:NAME: view, /);
    expect(found({})).toEqual([
      'nobody in Slack has start, order, operate (start playbooks; retry, compensate, cancel, pause, resume and signal runs; halt and release playbooks) → give it in firebreak.yaml: access: { start: ["@sre"], order: ["@sre"], operate: ["@sre"] }',
    ]);
    expect(
      checkAccess({ slack: null, file: { access: Access.parse({}), roles: {}, people: {}, oncall: [] } }),
    ).toHaveLength(1);
  });

  it('counts a role or a person only where a Slack user can stand behind it', () => {
    const three = (who: string) => ({ start: [who], order: [who], operate: [who] });
    expect(found(three('@sre'))).toEqual([]);
    expect(found(three('U0ANA'))).toEqual([]);
    expect(found(three('ana'), { people: { ana: { slack: 'U0ANA' } } })).toEqual([]);
    expect(found(three('ana'), { people: { ana: { local: 'owner' } } })).toEqual([
      expect.stringMatching(/^nobody in Slack has start, order, operate/),
    ]);
    expect(found(three('@bots'), { roles: { bots: { ...nobody, tokens: ['ci'] } } })).toHaveLength(1);
  });

  it('warns of names that stand for nobody', () => {
    const all = { start: ['@sre'], order: ['@sre', '@gone', 'carl'], operate: ['@sre', 'local:owner', 'token:ci'] };
    expect(found(all, { roles: { sre, empty: nobody, odd: { ...nobody, people: ['dora'] } } })).toEqual([
      'access: names @gone, a role that is not there (access.order[1]) → add `gone` to `roles:`',
      'access: names carl, who is nobody (access.order[2]) → add `carl` to `people:`',
      'the role empty has nobody → give it `groups:`, `users:`, `people:` or `tokens:`',
      'the role odd names dora, who is nobody → add `dora` to `people:`',
    ]);
  });

  it('warns of a schedule that is not there, and takes one that is for somebody', () => {
    const all = { start: ['@oncall:first'], order: ['@first'], operate: ['@oncall:gone', 'U0ANA'] };
    const roles = { first: { ...nobody, oncall: ['first'] } };
    expect(found(all, { roles, oncall: [{ name: 'first' }] })).toEqual([
      'access: names @oncall:gone, which is not there (access.operate[0]) → add `gone` to `oncall:`',
    ]);
  });

  it('warns of a grant with bounds of a right that concerns no playbook', () => {
    const three = { start: ['@sre'], order: ['@sre'], operate: ['@sre'] };
    const grants = [{ to: ['@sre'], rights: ['start', 'respond'], playbooks: ['pay-*'] }];
    expect(found({ ...three, grants })).toEqual([
      'access.grants[0] gives respond for playbook pay-*, and respond concerns no playbook: it reaches nothing → give respond without bounds, or leave it out there',
    ]);
  });
});

it('makes foreign text inert for a terminal', () => {
  expect(line('a\u001b[2Jb\r\nc\u202ed\u009b1m')).toBe('a␛[2Jb c⟨U+202E⟩d⟨U+009B⟩1m');
  expect(line('x'.repeat(600))).toHaveLength(500);
});

describe('the tree of commands', () => {
  const leaves = (command: Command, path = ''): readonly (readonly [string, Command])[] =>
    command.commands.length === 0
      ? [[path, command]]
      : command.commands.flatMap((child) => leaves(child, `${path} ${child.name()}`.trim()));

  it('takes --server and --json wherever a Firebreak is asked or ordered', async () => {
    // Nothing is asked of a Firebreak, or only its database can answer.
    const apart = [
      'serve',
      'demo',
      'migrate',
      'validate',
      'schema',
      'plan',
      'test',
      'policy test',
      'alert send',
      'import alertmanager',
      'doctor',
      'init',
      'slack manifest',
      'slack ids',
      'completion',
    ];
    const ofTheDatabase = ['archive', 'audit verify', 'backup', 'replay', 'restore'];
    const bare = leaves(await createProgram())
      .filter(([path]) => !apart.includes(path) && !ofTheDatabase.includes(path))
      .filter(([, { options }]) => !['--server', '--json'].every((name) => options.some(({ long }) => long === name)));
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  it('is loaded only where its words are, and whole where they mean no command', async () => {
    const all = (await createProgram()).commands.map((command) => command.name());
    for (const name of all) {
      const loaded = (await createProgram([name])).commands.map((command) => command.name());
      expect(loaded).toContain(name);
      if (name !== 'completion') expect(loaded.length).toBeLessThan(all.length);
    }
    expect((await createProgram(['frobnicate'])).commands).toHaveLength(all.length);
  });

  it.each(['bash', 'zsh', 'fish'])('is completed in %s, down to the last command and option', async (shell) => {
    const words = await printedBy(['completion', shell]);
    for (const [path, { options }] of leaves(await createProgram())) {
      for (const word of path.split(' ')) expect(words).toContain(word);
      for (const { long } of options) expect(words).toContain(long?.replace('--', ''));
    }
  });

  it('is completed by a script that bash can read, and that offers what fits', async () => {
    const script = await printedBy(['completion', 'bash']);
    const ask = (...line: string[]) =>
      execFileSync(
        'bash',
        ['-c', `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); _firebreak; echo "\${COMPREPLY[*]}"`, '-', ...line],
        {
          encoding: 'utf8',
        },
      ).trim();
    execFileSync('bash', ['-n'], { input: script });
    expect(ask('firebreak', 'compl')).toBe('completion');
    expect(ask('firebreak', 'incidents', 're')).toBe('resolve reopen');
    expect(ask('firebreak', 'incidents', 'show', '7', '--w')).toBe('--watch');
    expect(ask('firebreak', 'approve', 'apr_1', '--pl')).toBe('--plan');
  });

  /** What a command prints. */
  async function printedBy(args: readonly string[]): Promise<string> {
    const written: string[] = [];
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    try {
      await (await createProgram()).parseAsync([...args], { from: 'user' });
    } finally {
      write.mockRestore();
    }
    return written.join('');
  }
});

describe('a table', () => {
  it('is cut at the edge of the terminal in its last column only', () => {
    const text = table(
      ['ID', 'WHAT'],
      [
        ['one', 'x'.repeat(200)],
        ['a longer id than that', 'short'],
      ],
      'cut',
    );
    const [head = '', first = '', second = ''] = text.split('\n');
    expect(head).toBe(`ID${' '.repeat(21)}WHAT`);
    expect(first).toHaveLength(80);
    expect(first.endsWith('x…')).toBe(true);
    expect(second).toBe('a longer id than that  short');
  });
});

describe('a part of an id', () => {
  const ids = ['run_01jq0000000000000aaaabbbb0', 'run_01jq0000000000000aaaacccc0'];
  const found = (text: string) =>
    findId(text, { prefix: 'run', kind: 'run', page: async () => ({ items: ids, cursor: null }) });

  it('stands for the id that begins or ends with it', async () => {
    expect(await found('bbbb0')).toBe(ids[0]);
    expect(await found('run_01jq0000000000000aaaac')).toBe(ids[1]);
  });

  it('is refused where it fits several ids, none, or too many by its length', async () => {
    await expect(found('01jq')).rejects.toMatchObject({
      code: 'ambiguous',
      message: expect.stringContaining(ids.join(', ')),
    });
    await expect(found('dddd')).rejects.toMatchObject({ code: 'not_found' });
    await expect(found('bb0')).rejects.toMatchObject({ code: 'not_found' });
  });
});
