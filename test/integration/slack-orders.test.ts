// What people order from Slack on a running Firebreak: halt and release, signals, and the buttons of a run that is overdue.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Channel, Message } from '../../src/sandbox/entities.ts';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-orders-'));
let firebreak: Firebreak;

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
roles: { sre: { groups: [S0SRE], people: [], tokens: [] }, lead: { users: [U0BEN] } }
slack: { invite: ["@sre"], operators: ["@sre"] }
`,
  );
  firebreak = await createFirebreak({ FIREBREAK_PLAYBOOKS: playbooks, FIREBREAK_CONFIG: config });
  await firebreak.start();
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
/** What the person alone is told about what they do. */
async function told(user: string, channel: Channel, act: () => Promise<unknown>): Promise<string> {
  const own = () => firebreak.sandbox.messages(channel.id, user).filter(({ onlyFor }) => onlyFor === user);
  const known = own().length;
  await act();
  return firebreak.sandbox.waitFor(() => own()[known]?.text);
}
const say = (user: string, channel: Channel, text: string) =>
  told(user, channel, () => firebreak.sandbox.command({ user, channel: channel.id, text }));
const click = (user: string, channel: Channel, { ts }: Message, actionId: string) =>
  told(user, channel, () => firebreak.sandbox.click({ user, channel: channel.id, ts, actionId }));

describe('a kill switch', () => {
  it('is engaged and lifted by operators, and shows in the channels of the runs it holds up', async () => {
    const channel = await incident('later');
    await shows(channel, /^Run of later 1\.0\.0: running\. Waits for the signal go/);
    expect(await say('U0MALLORY', channel, 'halt everything is odd')).toBe('Not done: only @sre may give orders.');
    expect(await say('U0ANA', channel, 'halt')).toMatch(/^Nothing is halted\.\nTo halt, write/);
    expect(await say('U0ANA', channel, 'halt latr because')).toMatch(
      /^There is no playbook `latr`; did you mean `late/,
    );
    expect(await say('U0ANA', channel, 'halt later')).toMatch(/^Write the reason/);
    expect(await say('U0ANA', channel, 'halt later <!channel> is on fire')).toMatch(
      /^Halted: nothing of `later` starts .* `\/firebreak release later` lifts it\.$/,
    );
    await shows(
      channel,
      /\*halted \(running\)\*.*\*Halted\* \(`later`\) by <@U0ANA> since .*&lt;!channel&gt; is on fire/,
    );
    expect(await say('U0ANA', channel, 'status')).toMatch(/\*running\*\n• \*Halted\* \(`later`\)/);
    expect(await say('U0BEN', channel, 'release')).toMatch(
      /^Not done: nothing is halted for \*\.\n\*Halted\* \(`later`\)/,
    );
    expect(await say('U0BEN', channel, 'release later')).toBe('Released: `later` may start again.');
    await shows(channel, /^Run of later 1\.0\.0: running\. Waits for the signal go/);
  });

  it('without a playbook is engaged on everything', async () => {
    const channel = await incident('later');
    expect(await say('U0BEN', channel, 'halt a storm')).toMatch(/^Halted: nothing of every playbook starts/);
    await shows(channel, /\*Halted\* \(everything\) by <@U0BEN> since .*: a storm/);
    expect(await say('U0BEN', channel, 'release')).toBe('Released: every playbook may start again.');
  });
});

it('a signal ends the wait for it', async () => {
  const channel = await incident('later');
  await shows(channel, /^Run of later 1\.0\.0: running\. Waits for the signal go/);
  expect(await say('U0MALLORY', channel, 'signal go')).toBe('Not done: only @sre may give orders.');
  expect(await say('U0ANA', channel, 'signal')).toMatch(/^Say which run and which signal/);
  expect(await say('U0ANA', channel, 'signal go')).toMatch(/^Signal `go` given to `run_/);
  await shows(channel, /^Approval needed: ask/);
});

describe('a run that is overdue', () => {
  it('is told once; people are reminded once in a while, and operators may cancel it', async () => {
    const channel = await incident('late');
    const late = await shows(channel, /^Overdue: Run of late 1\.0\.0/);
    expect(textOf(late)).toMatch(/<@U0BEN>.*Waits for 1 approval of ask since .*@sre/s);

    expect(await click('U0MALLORY', channel, late, 'run_nudge')).toBe('Not done: only @sre may give orders.');
    const both = await Promise.all([
      click('U0ANA', channel, late, 'run_nudge'),
      click('U0BEN', channel, late, 'run_nudge'),
    ]);
    expect(both.sort()[0]).toMatch(/^Not done: people were reminded already; the next reminder may go out in /);
    expect(both.sort()[1]).toBe('Reminded.');
    const reminder = await shows(channel, /^<!subteam\^S0SRE> Reminder from <@U0(ANA|BEN)>: Run of late/);
    expect(reminder.ts).not.toBe(late.ts);

    expect(await click('U0ANA', channel, late, 'run_retry')).toBe('Not done: no step of this run has failed.');
    expect(await click('U0MALLORY', channel, late, 'run_cancel')).toBe('Not done: only @sre may give orders.');
    expect(await click('U0ANA', channel, late, 'run_cancel')).toBe('Ordered: cancel.');
    const closed = await shows(channel, /^No longer overdue: Run of late .*, cancelled\./);
    expect(closed.ts).toBe(late.ts);
    expect(textOf(closed)).not.toContain('run_nudge');
    expect(await click('U0ANA', channel, late, 'run_nudge')).toBe('Not done: the run has ended (cancelled).');
    expect(channel.messages.filter(({ text }) => /overdue/i.test(text))).toHaveLength(1);
    expect(channel.messages.filter(({ text }) => text.includes('Reminder from'))).toHaveLength(1);
  });
});
