// The forms and the help of a running Firebreak: what they ask, of whom, and what comes of it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';
import { type SlackPeople, slackPeople, textOfForm } from '../support/cluster/slack-people.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-forms-'));
let firebreak: Firebreak;
let people: SlackPeople;
let general: string;
let announced: string;

beforeAll(async () => {
  const playbooks = join(folder, 'playbooks');
  mkdirSync(playbooks);
  const book = (name: string, inputs: string) =>
    writeFileSync(
      join(playbooks, `${name}.yaml`),
      `apiVersion: firebreak/v1
name: ${name}
version: 1.0.0
description: A test
owner: { product: test, technical: test, escalation: test }
${inputs}
steps: [ { id: hold, uses: wait, with: { signal: go } } ]
`,
    );
  book(
    'choosy',
    `inputs:
  service: { type: string, pattern: "^[a-z-]+$", description: Which one }
  region: { type: string, enum: [eu, us] }
  dry: { type: boolean, default: true }
  count: { type: number, default: 3 }`,
  );
  book('plain', '');
  firebreak = await createFirebreak({
    FIREBREAK_PLAYBOOKS: playbooks,
    FIREBREAK_CONFIG: join(folder, 'firebreak.yaml'),
  });
  general = firebreak.sandbox.channel('general')?.id ?? '';
  announced = [...firebreak.sandbox.workspace.channels.keys()].find((id) => id !== general) ?? '';
  writeFileSync(
    join(folder, 'firebreak.yaml'),
    `roles: { sre: { users: [U0ANA] } }
access:
  start: ["@sre"]
  operate: ["@sre", { who: [U0BEN], playbooks: [choosy] }]
slack: { announceChannel: ${announced} }
`,
  );
  await firebreak.start();
  people = slackPeople(firebreak.sandbox);
});
afterAll(async () => {
  await firebreak.close();
  rmSync(folder, { recursive: true, force: true });
});

type Runs = { readonly items: readonly { readonly id: string; readonly inputs: unknown }[] };
const runs = async () => (await firebreak.get<Runs>('/runs')).items;

describe('the form that starts a playbook', () => {
  it('blames nobody for what was not typed yet, and offers choices as choices', async () => {
    const form = await people.ask('U0ANA', general, 'run choosy');
    expect(
      form.view.blocks.map(({ type, block_id, element }) => [type, block_id, (element as { type: string }).type]),
    ).toEqual([
      ['input', 'service', 'plain_text_input'],
      ['input', 'region', 'static_select'],
      ['input', 'dry', 'checkboxes'],
      ['input', 'count', 'number_input'],
    ]);
    expect(textOfForm(form)).toMatch(/"initial_options":\[\{[^}]*"text":"dry".*"initial_value":"3"/s);
    expect(await people.send('U0ANA', general, form, { service: 'NOT SO', region: 'eu' })).toBe('must match ^[a-z-]+$');
    const said = await people.send('U0ANA', general, form, { service: 'shop', region: 'us', dry: '' });
    expect(said).toMatch(/^Started choosy for #\d+: `run_\w+`\.$/);
    expect((await runs())[0]?.inputs).toEqual({ service: 'shop', region: 'us', dry: false, count: 3 });
  });

  it('keeps what was typed, and says what is wrong with it', async () => {
    const form = await people.ask('U0ANA', general, 'run choosy service=SHOP region=eu');
    expect(textOfForm(form)).toContain('• service must match');
    expect(textOfForm(form)).not.toContain('is missing');
    expect(textOfForm(form)).toContain('"initial_value":"SHOP"');
  });

  it('asks first which playbook, where none was named', async () => {
    const which = await people.ask('U0ANA', general, 'run');
    expect(textOfForm(which)).toContain('choosy – A test');
    expect(textOfForm(await people.goOn('U0ANA', which, { playbook: 'choosy' }))).toContain(
      '"callback_id":"run_inputs"',
    );
    const again = await people.ask('U0ANA', general, 'run');
    expect(await people.send('U0ANA', general, again, { playbook: 'plain' })).toMatch(/^Started plain for #\d+/);
  });
});

describe('help', () => {
  it('shows in groups what the one who asks may do, and names the rest', async () => {
    const ana = await people.say('U0ANA', general, 'help');
    expect(ana).toMatch(/^\*Look\*\n.*\*Incident\*\n.*\*Runs\*\n.*`\/firebreak run .*\*Automation\*\n/s);
    expect(ana).toMatch(/Not shown, as you lack the right: .*`order` \(retry/);
    const mallory = await people.say('U0MALLORY', general, 'help');
    expect(mallory).toContain('`/firebreak note [TEXT]`');
    expect(mallory).not.toContain('`/firebreak halt');
    expect(mallory).toMatch(/`operate` \(halt and release playbooks\)/);
    // A right for one playbook is enough to be shown it.
    expect(await people.say('U0BEN', general, 'help')).toContain('`/firebreak halt');
  });

  it('guesses what a word was to be', async () => {
    expect(await people.say('U0ANA', general, 'helpp')).toBe(
      'There is no `helpp`; did you mean `help`? Try `/firebreak help`.',
    );
  });
});

describe('a halt', () => {
  it('is offered for what one may halt, and told in the announce channel until it is over', async () => {
    const { sandbox } = firebreak;
    const form = await people.ask('U0BEN', general, 'halt');
    expect(textOfForm(form)).not.toContain('Every playbook');
    expect(textOfForm(form)).not.toContain('"value":"plain"');
    expect(await people.say('U0BEN', general, 'halt plain it loops')).toMatch(
      /^Not done: ben lacks the right 'operate'/,
    );
    expect(await people.send('U0BEN', general, form, { scope: 'choosy', reason: 'it loops' })).toMatch(
      /^\*choosy is halted\*: “it loops”/,
    );
    const told = await sandbox.waitFor(() =>
      sandbox.messages(announced).find(({ text }) => /choosy is halted/.test(text)),
    );
    expect(told.text).toMatch(/^\*choosy is halted\* by ben: “it loops”/);
    expect(await people.click('U0MALLORY', { channel: announced, ts: told.ts, actionId: 'halt_release' })).toMatch(
      /lacks the right 'operate'/,
    );
    const release = await people.press('U0ANA', { channel: announced, ts: told.ts, actionId: 'halt_release' });
    expect(await people.send('U0ANA', announced, release)).toBe(
      'Released: `choosy` may start again. What waited starts now.',
    );
    await sandbox.waitFor(() => /^✓ `choosy` may start again/.test(told.text));
    expect(sandbox.messages(announced).filter(({ text }) => /halted/i.test(text))).toHaveLength(1);
  });
});

it('a form of another version is refused in its own place', async () => {
  const form = await people.ask('U0ANA', general, 'declare');
  form.view = { ...form.view, callback_id: 'gone' };
  expect(await people.send('U0ANA', general, form, { title: 'x' })).toBe(
    'This form is not one that Firebreak offers now. Close it and ask for it anew.',
  );
  form.view = { ...form.view, callback_id: 'declare', private_metadata: 'no json' };
  expect(await people.send('U0ANA', general, form, { title: 'x' })).toMatch(/^This form came back without.*is no JSON/);
});
