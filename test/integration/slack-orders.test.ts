// What people order from Slack on a running Firebreak: halt and release, signals, incidents, and the buttons of a run that is overdue.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Channel, Message } from '../../src/sandbox/entities.ts';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';
import { type SlackPeople, slackPeople, textOfForm } from '../support/cluster/slack-people.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-orders-'));
let firebreak: Firebreak;
let people: SlackPeople;

beforeAll(async () => {
  const playbooks = join(folder, 'playbooks');
  mkdirSync(playbooks);
  const book = (name: string, rest: string) =>
    writeFileSync(
      join(playbooks, `${name}.yaml`),
      `apiVersion: firebreak/v1
name: ${name}
version: 1.0.0
owner: { product: test, technical: test, escalation: "@lead" }
triggers: [{ source: alertmanager, when: alert.labels.alertname == "${name}" }]
${rest}`,
    );
  const ask = 'uses: approval, with: { message: "?" }, approval: { from: ["@sre"], expiresIn: 10m }';
  book('later', `steps:\n  - { id: hold, uses: wait, with: { signal: go } }\n  - { id: ask, ${ask} }\n`);
  book('late', `sla: { completeWithin: 1s, objective: 99 }\nsteps:\n  - { id: ask, ${ask} }\n`);
  const config = join(folder, 'firebreak.yaml');
  writeFileSync(
    config,
    `integrations: { alertmanager: { source: alertmanager, auth: { type: bearer, token: { env: WEBHOOK_TOKEN } } } }
roles: { sre: { groups: [S0SRE] }, lead: { users: [U0BEN] } }
access: { start: ["@sre"], order: ["@sre"], operate: ["@sre"] }
slack: { invite: ["@sre"] }
`,
  );
  firebreak = await createFirebreak({ FIREBREAK_PLAYBOOKS: playbooks, FIREBREAK_CONFIG: config });
  await firebreak.start();
  people = slackPeople(firebreak.sandbox);
});
afterAll(async () => {
  await firebreak.close();
  rmSync(folder, { recursive: true, force: true });
});

let alerts = 0;
/** Fires an alert and waits for the channel of its incident. */
async function incident(alertname: string): Promise<Channel> {
  const { sandbox } = firebreak;
  const known = new Set(sandbox.workspace.channels.keys());
  alerts += 1;
  expect(await firebreak.alert('', { alertname, id: `f${alerts}` })).toBe(202);
  return sandbox.waitFor(() => [...sandbox.workspace.channels.values()].find(({ id }) => !known.has(id)));
}
const textOf = ({ text, blocks }: Message) => `${text}\n${JSON.stringify(blocks)}`;
const shows = (channel: Channel, pattern: RegExp) =>
  firebreak.sandbox.waitFor(() =>
    channel.messages.find((message) => message.onlyFor === undefined && pattern.test(textOf(message))),
  );
const say = (user: string, { id }: Channel, text: string) => people.say(user, id, text);
const click = (user: string, { id }: Channel, { ts }: Message, actionId: string) =>
  people.click(user, { channel: id, ts, actionId });
const noRight = /^Not done: mallory lacks the right '(order|operate)' \(.*\): only @sre may\.$/;

describe('a kill switch', () => {
  it('is engaged and lifted by those who may, and shows in the channels of the runs it holds up', async () => {
    const channel = await incident('later');
    await shows(channel, /^Run of later 1\.0\.0: Running\. Waiting for the signal `go`/);
    expect(await say('U0MALLORY', channel, 'halt everything is odd')).toMatch(noRight);
    expect(await say('U0ANA', channel, 'release')).toBe('Nothing is halted.');
    expect(await say('U0ANA', channel, 'halt later <!channel> is on fire')).toMatch(
      /^\*later is halted\*: “&lt;!channel&gt; is on fire”\. Running steps finish; nothing new starts\. `\/firebreak release later` lifts it\.$/,
    );
    await shows(channel, /◐ \*Halted\*.*\*later is halted\* by ana: “&lt;!channel&gt; is on fire”/);
    const told = await shows(channel, /^\*later is halted\* by ana: “&lt;!channel&gt; is on fire”/);
    expect(await say('U0ANA', channel, 'status')).toMatch(/◔ \*Running\*.*\n• \*later is halted\*/);
    expect(await say('U0BEN', channel, 'release *')).toBe('Not done: nothing is halted for *.');
    expect(await click('U0MALLORY', channel, told, 'halt_release')).toMatch(noRight);
    const form = await people.press('U0BEN', {
      channel: channel.id,
      ts: told.ts,
      actionId: 'halt_release',
      value: 'later',
    });
    expect(textOfForm(form)).toContain('*later is halted* by ana');
    expect(await people.send('U0BEN', channel.id, form)).toBe(
      'Released: `later` may start again. What waited starts now.',
    );
    await shows(channel, /^✓ `later` may start again/);
    await shows(channel, /^Run of later 1\.0\.0: Running\. Waiting for the signal `go`/);
    expect(await people.click('U0BEN', { channel: channel.id, ts: told.ts, actionId: 'halt_release' })).toBe(
      'Nothing is halted.',
    );
  });

  it('is never engaged by a word alone: a form asks what and why', async () => {
    const channel = await incident('later');
    const asked = await people.ask('U0ANA', channel.id, 'halt');
    expect(await people.send('U0ANA', channel.id, asked, { scope: '*' })).toBe('Please complete this required field.');
    const unclear = await people.ask('U0ANA', channel.id, 'halt status');
    expect(textOfForm(unclear)).toContain('There is no playbook `status`. Nothing is halted now.');
    expect(textOfForm(unclear)).not.toContain('initial_value');
    const all = await people.ask('U0ANA', channel.id, 'halt * the core is worked on');
    expect(textOfForm(all)).toMatch(/"initial_option":.*"value":"\*".*"initial_value":"the core is worked on"/s);
    expect(textOfForm(await people.ask('U0ANA', channel.id, 'halt latr because'))).toContain(
      'There is no playbook `latr`; did you mean `late',
    );
    expect(textOfForm(await people.ask('U0ANA', channel.id, 'halt late'))).toMatch(/"initial_option":.*"value":"late"/);
    expect(await say('U0ANA', channel, 'release')).toBe('Nothing is halted.');

    const storm = await people.ask('U0BEN', channel.id, 'halt');
    expect(await people.send('U0BEN', channel.id, storm, { scope: '*', reason: 'a storm' })).toMatch(
      /^\*All automation is halted\*: “a storm”\. Running steps finish; nothing new starts\./,
    );
    await shows(channel, /^\*All automation is halted\* by ben: “a storm”/);
    expect(await say('U0BEN', channel, 'halt late it loops')).toMatch(/^\*late is halted\*: “it loops”/);
    const which = await people.ask('U0BEN', channel.id, 'release');
    expect(await people.send('U0BEN', channel.id, which, { scope: '*' })).toBe(
      'Released: Automation may start again. What waited starts now.',
    );
    const last = await people.ask('U0BEN', channel.id, 'release');
    expect(await people.send('U0BEN', channel.id, last)).toBe(
      'Released: `late` may start again. What waited starts now.',
    );
  });
});

it('a signal ends the wait for it', async () => {
  const channel = await incident('later');
  await shows(channel, /^Run of later 1\.0\.0: Running\. Waiting for the signal `go`/);
  expect(await say('U0MALLORY', channel, 'signal go')).toMatch(noRight);
  expect(await say('U0ANA', channel, 'signal')).toMatch(/^Say which run and which signal/);
  expect(await say('U0ANA', channel, 'signal go')).toMatch(/^Signal `go` given to `run_/);
  await shows(channel, /^Approval needed: Ask/);
});

it('a run is cancelled at once where it is named, and else after a form that says what that does', async () => {
  const channel = await incident('later');
  const run = await shows(channel, /^Run of later 1\.0\.0: Running\. Waiting for the signal `go`/);
  const form = await people.ask('U0ANA', channel.id, 'cancel');
  expect(textOfForm(form)).toContain('What is done already is not undone.');
  expect(await people.send('U0ANA', channel.id, form, { reason: 'a false alarm' })).toMatch(
    /^The run is being cancelled\. `run_\w+` is \*cancelled\*\.$/,
  );
  await firebreak.sandbox.waitFor(() => textOf(run).includes('a false alarm'));
  const [id] = /run_\w{26}/.exec(textOf(run)) ?? [];
  expect(await say('U0ANA', channel, `cancel ${id}`)).toBe(
    'Not done: the run is cancelled; only a running one can be cancelled.',
  );
});

describe('what people do with an incident', () => {
  it('is answered in a sentence, and stands in the thread of the card for everybody', async () => {
    const channel = await incident('later');
    const card = await shows(channel, /^Incident \d+: /);
    const number = /^Incident (\d+)/.exec(card.text)?.[1];
    const inThread = (line: string) =>
      firebreak.sandbox.waitFor(() => channel.messages.find((m) => m.threadTs === card.ts && m.text === line));
    const cases = [
      ['ack', `acknowledged #${number}`],
      ['sev 1', `made #${number} a SEV1 – Critical`],
      ['role commander @ben', `made <@U0BEN> commander of #${number}`],
      ['note the "disk" <!channel> is full', `noted on #${number}: “the disk @channel is full”`],
      ['resolve it is over', `resolved #${number}: it is over`],
      ['reopen', `reopened #${number}`],
      ['close for good', `closed #${number}: for good`],
    ] as const;
    for (const [typed, did] of cases) {
      expect(await say('U0ANA', channel, typed)).toBe(`You ${did}.`);
      await inThread(`ana ${did}.`);
    }
    await firebreak.sandbox.waitFor(() => /SEV1 – Critical.*closed.*commander: <@U0BEN>/s.test(textOf(card)));
    expect(await say('U0ANA', channel, 'sev 7')).toBe('Say 1, 2, 3 or 4; 1 is the worst.');
    expect(await say('U0ANA', channel, 'resolve')).toBe('Not done: the incident is closed already.');
  });

  it('ends it in another one, named by its number or by its channel', async () => {
    const channel = await incident('later');
    const other = await incident('later');
    const number = /-(\d+)/.exec(other.name)?.[1];
    expect(await say('U0ANA', channel, 'merge')).toMatch(/^Say into which incident/);
    expect(await say('U0ANA', channel, 'merge #99999')).toMatch(/^There is no incident #99999/);
    expect(await say('U0ANA', channel, `merge #${number}`)).toMatch(
      new RegExp(`^You merged #\\d+ into #${number}, which goes on\\.$`),
    );
  });

  it('opens one by a title, or by a form that asks for it', async () => {
    const general = firebreak.sandbox.channel('general');
    if (!general) throw new Error('there is no #general');
    expect(await say('U0MALLORY', general, 'declare the shop is slow')).toMatch(
      /^You opened #\d+; its channel is on the way\.$/,
    );
    const form = await people.ask('U0MALLORY', general.id, 'declare');
    const said = await people.send('U0MALLORY', general.id, form, { title: 'the shop is down', severity: '1' });
    const number = /^You opened #(\d+)/.exec(said)?.[1];
    const channel = await firebreak.sandbox.waitFor(() => firebreak.sandbox.channel(`inc-${number}`));
    await shows(channel, /SEV1 – Critical/);
  });
});

describe('a run that is overdue', () => {
  it('is told once; people are reminded once in a while, and those who may order can cancel it', async () => {
    const channel = await incident('late');
    const late = await shows(channel, /^◐ \*late takes longer than the 1 s/);
    expect(textOf(late)).toMatch(/Waiting for @sre to approve .*ask.*\n<@U0BEN>/s);

    const both = await Promise.all([
      click('U0ANA', channel, late, 'run_nudge'),
      click('U0BEN', channel, late, 'run_nudge'),
    ]);
    expect(both.sort()[0]).toMatch(/^Not done: people were reminded already; the next reminder may go out in /);
    expect(both.sort()[1]).toBe('People were reminded.');
    const reminder = await shows(channel, /^<!subteam\^S0SRE> Reminder from (ana|ben): Run of late/);
    expect(reminder.ts).not.toBe(late.ts);

    expect(textOf(late)).not.toContain('run_retry');
    expect(await click('U0MALLORY', channel, late, 'run_cancel')).toMatch(noRight);
    expect(await click('U0ANA', channel, late, 'run_cancel')).toMatch(/^The run is being cancelled\./);
    const closed = await shows(channel, /^○ No longer needs anybody: \*late\* was cancelled/);
    expect(closed.ts).toBe(late.ts);
    expect(textOf(closed)).not.toContain('run_nudge');
    expect(await click('U0ANA', channel, late, 'run_nudge')).toBe('Not done: the run has ended (cancelled).');
    expect(channel.messages.filter(({ text }) => /takes longer|No longer needs/.test(text))).toHaveLength(1);
    expect(channel.messages.filter(({ text }) => text.includes('Reminder from'))).toHaveLength(1);
  });
});
