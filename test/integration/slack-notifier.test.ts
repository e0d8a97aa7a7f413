// What a running Firebreak tells Slack: who is told where, once; nothing secret; and in the order in which people read it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Channel } from '../../src/sandbox/entities.ts';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-notifier-'));
const secret = 'a-webhook-token-for-tests';
let firebreak: Firebreak;
let fallback: Channel;
let announcements: Channel;

beforeAll(async () => {
  const playbooks = join(folder, 'playbooks');
  mkdirSync(playbooks);
  writeFileSync(
    join(playbooks, 'ask.yaml'),
    `apiVersion: firebreak/v1
name: ask
version: 1.0.0
owner: { product: test, technical: test, escalation: test }
triggers: [{ source: alertmanager, when: alert.labels.alertname == "Ask" }]
inputs: { why: { type: string, from: alert.labels.why, default: nothing } }
steps:
  - id: go
    uses: approval
    with: { message: "\${{ inputs.why }}" }
    approval: { from: ["@sre"], expiresIn: 10m }
  - id: say
    uses: slack.message
    with: { text: "we go on: \${{ inputs.why }} <!channel>" }
`,
  );
  const config = join(folder, 'firebreak.yaml');
  firebreak = await createFirebreak({ FIREBREAK_PLAYBOOKS: playbooks, FIREBREAK_CONFIG: config });
  const { workspace } = firebreak.sandbox;
  fallback = workspace.createChannel('public', 'fallback', workspace.bot.userId, ['U0ANA']);
  announcements = workspace.createChannel('public', 'announcements', workspace.bot.userId);
  writeFileSync(
    config,
    `integrations: { alertmanager: { source: alertmanager, auth: { type: bearer, token: { env: WEBHOOK_TOKEN } } } }
roles: { sre: { groups: [S0SRE], people: [], tokens: [] } }
slack: { invite: ["@sre"], fallbackChannel: ${fallback.id}, announce: "#announcements", loudness: { 3: channel }, storm: { incidents: 100 } }
`,
  );
  await firebreak.start();
});
afterAll(async () => {
  await firebreak.close();
  rmSync(folder, { recursive: true, force: true });
});

let alerts = 0;
/** Fires an alert and waits for the channel of its incident. */
async function incident(labels: { [name: string]: string } = {}): Promise<Channel> {
  const { sandbox } = firebreak;
  const known = new Set(sandbox.workspace.channels.keys());
  alerts += 1;
  expect(await firebreak.alert('', { alertname: 'Ask', id: `f${alerts}`, ...labels })).toBe(202);
  return sandbox.waitFor(() => [...sandbox.workspace.channels.values()].find(({ id }) => !known.has(id)));
}
/** Slack itself says who has joined, and what the topic is. */
const fromFirebreak = ({ messages }: Channel) => messages.filter(({ subtype }) => subtype === undefined);
const posted = (channel: Channel, pattern: RegExp) =>
  firebreak.sandbox.waitFor(() => channel.messages.find(({ text }) => pattern.test(text)));
const approve = async (channel: Channel, from: Channel = channel) => {
  const { ts } = await posted(from, /^Approval needed/);
  await firebreak.sandbox.click({ user: 'U0ANA', channel: from.id, ts, actionId: 'approval_approve' });
  return ts;
};

describe('the channel of an incident', () => {
  it('has one request, one card, one live message with its details in the thread, and nothing else from Firebreak', async () => {
    const channel = await incident({ service: 'checkout-api', env: 'prod' });
    const ts = await approve(channel);
    const run = await posted(channel, /^Run of ask 1\.0\.0: Done\./);
    const details = await posted(channel, /^Details of ask: 2 step\(s\)/);
    await posted(channel, /^✓ \*<@U0ANA> approved/);
    const card = await posted(channel, /^Incident \d+: /);
    const said = await posted(channel, /^we go on/);
    const end = await posted(channel, /^✓ \*ask\* is done after/);
    const forAll = fromFirebreak(channel).filter(({ onlyFor }) => onlyFor === undefined);
    expect(forAll.map((message) => message.ts).sort()).toEqual(
      [ts, run.ts, details.ts, card.ts, said.ts, end.ts].sort(),
    );
    expect([details.threadTs, end.threadTs]).toEqual([run.ts, run.ts]);
    expect([card.ts, run.ts, ts].sort()).toEqual([card.ts, run.ts, ts]);
    expect(JSON.stringify(card.blocks)).toContain('*Service* `checkout-api`  ·  `env=prod`');
    await firebreak.sandbox.waitFor(() => channel.pins.has(card.ts) && channel.bookmarks.length === 1);
    expect(said.text).toBe('we go on: nothing &lt;!channel&gt;');
    expect([...channel.members]).toEqual(expect.arrayContaining(['U0ANA', 'U0BEN']));
    await firebreak.sandbox.waitFor(() => channel.topic.includes('| open |'));
  });

  it('is announced by one card, kept up to date', async () => {
    const before = announcements.messages.length;
    const channel = await incident();
    await posted(channel, /^Incident \d+: /);
    await firebreak.sandbox.waitFor(() => announcements.messages.length > before);
    expect(await firebreak.alert('', { alertname: 'Ask', id: `f${alerts}` }, 'resolved')).toBe(202);
    await firebreak.sandbox.waitFor(() => announcements.messages.at(-1)?.text.includes(', resolved,'));
    expect(announcements.messages).toHaveLength(before + 1);
  });

  it('shows no secret, whatever an alert says', async () => {
    const channel = await incident({ why: `because of ${secret}`, [secret]: 'x' });
    await approve(channel);
    await posted(channel, /^Run of ask .*: Done\./);
    await posted(channel, /^Details of ask: 2/);
    await posted(channel, /^we go on: because of \[secret:/);
    expect(JSON.stringify(firebreak.sandbox.calls.map(({ args }) => args))).not.toContain(secret);
  });

  it('that was archived is left for the fallback channel, where people can decide', async () => {
    const channel = await incident();
    await posted(channel, /^Run of ask/);
    channel.archived = true;
    expect(await firebreak.alert('', { alertname: 'Ask', id: `f${alerts}`, more: 'x' })).toBe(202);
    const number = /^inc-(\d+)/.exec(channel.name)?.[1];
    await posted(fallback, new RegExp(`^Incident ${number}: `));
    await approve(channel, fallback);
    await posted(fallback, /^✓ \*<@U0ANA> approved/);
    await posted(fallback, /^Run of ask .*: /);
  });
});

it('in a storm too each channel has its people, then card, run and request, in that order', async () => {
  const { sandbox } = firebreak;
  const known = new Set(sandbox.workspace.channels.keys());
  const storm = 15;
  const accepted = Array.from({ length: storm }, (_, i) => firebreak.alert('', { alertname: 'Ask', id: `storm${i}` }));
  expect(await Promise.all(accepted)).toEqual(accepted.map(() => 202));
  const channels = () => [...sandbox.workspace.channels.values()].filter(({ id }) => !known.has(id));
  const asked = ({ messages }: Channel) => messages.some(({ text }) => text.startsWith('Approval needed'));
  await sandbox.waitFor(() => channels().filter(asked).length === storm, 30_000);
  for (const { messages } of channels()) {
    const order = messages.flatMap(({ subtype, text }) =>
      subtype === 'channel_join' ? ['people'] : (/^(Incident|Run|Approval)/.exec(text)?.[1] ?? []),
    );
    // Firebreak itself has joined first.
    expect(order.slice(order.lastIndexOf('people'))).toEqual(['people', 'Incident', 'Run', 'Approval']);
  }
});
