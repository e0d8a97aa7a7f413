// Slack refuses, breaks and falls silent in the middle of ten runs, as the suite and the long suite hold it: no run fails for it, people can
// decide without Slack, and afterwards Slack shows how everything ended, once.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Channel, Message } from '../../../src/sandbox/entities.ts';
import type { ApiFaultKind } from '../../../src/sandbox/faults.ts';
import { createFirebreak, type Firebreak } from '../cluster/firebreak-process.ts';

const runs = 10;
const apiToken = 'a-token-of-the-test';
/** How Slack is away, one after the other: it refuses for the rate, it breaks, it does what it was asked and never says so. */
const outages: readonly ApiFaultKind[] = ['rate_limited', 'http_500', 'effect_then_timeout'];
const always = 1_000_000;

const book = `apiVersion: firebreak/v1
name: mixed
version: 1.0.0
owner: { product: test, technical: test, escalation: "@sre" }
triggers: [{ source: alertmanager, when: alert.labels.alertname == "mixed" }]
steps:
  - { id: ask, uses: approval, with: { message: "go on?" }, approval: { from: ["@sre"], expiresIn: 1h } }
  - id: say
    uses: slack.message
    with: { text: "we go on" }
    needs: [ask]
    retry: { maxAttempts: 100, maxDelay: 10s, budget: 1h }
  - { id: rest, uses: wait, with: { for: 1s }, needs: [ask] }
`;
const config = `integrations: { alertmanager: { source: alertmanager, auth: { type: bearer, token: { env: WEBHOOK_TOKEN } } } }
roles: { sre: { users: [U0ANA], tokens: [bootstrap] } }
slack: { invite: ["@sre"] }
`;

type Asked = { readonly items: readonly { readonly id: string; readonly planDigest: string }[] };

/** Ten runs under way, each with a request that stands in its channel. */
async function givenRuns(folder: string): Promise<Firebreak> {
  const playbooks = join(folder, 'playbooks');
  mkdirSync(playbooks);
  writeFileSync(join(playbooks, 'mixed.yaml'), book);
  writeFileSync(join(folder, 'firebreak.yaml'), config);
  const firebreak = await createFirebreak({
    FIREBREAK_PLAYBOOKS: playbooks,
    FIREBREAK_CONFIG: join(folder, 'firebreak.yaml'),
    FIREBREAK_API_TOKEN: apiToken,
  });
  await firebreak.start();
  for (let n = 0; n < runs; n++)
    expect(await firebreak.alert('', { alertname: 'mixed', severity: 'critical', id: `f${n}` })).toBe(202);
  await firebreak.sandbox.waitFor(() => channelsOf(firebreak).filter(requestIn).length === runs, 60_000);
  return firebreak;
}

const channelsOf = ({ sandbox }: Firebreak): readonly Channel[] =>
  [...sandbox.workspace.channels.values()].filter(({ name }) => name.startsWith('inc-'));
const isRequest = ({ text }: Message) => /^(Approval needed|✓ \*.* approved\*)/.test(text);
const requestIn = ({ messages }: Channel) => messages.find(isRequest);
const isAsking = (message: Message | undefined) => JSON.stringify(message?.blocks ?? []).includes('approval_approve');

async function call<T>(firebreak: Firebreak, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${firebreak.url()}/api/v1${path}`, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: { authorization: `Bearer ${apiToken}`, 'content-type': 'application/json' },
  });
  expect(answer.status, path).toBeLessThan(300);
  return (await answer.json()) as T;
}

const openRequests = async (firebreak: Firebreak) =>
  (await call<Asked>(firebreak, '/approvals?status=open&limit=100')).items;

/** Answers so many requests without Slack: a click counts for nothing while Slack does not say who may decide. */
async function decide(firebreak: Firebreak, count: number): Promise<void> {
  for (const { id, planDigest } of (await openRequests(firebreak)).slice(0, count))
    await call(firebreak, `/approvals/${id}/approve`, { planDigest });
}

/** Holds it, with Slack away in each way for so long, in milliseconds. */
export async function holdSlackOutage(eachMs: number, withinMs: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-slack-away-'));
  const firebreak = await givenRuns(folder);
  const { sandbox } = firebreak;
  try {
    for (const kind of outages) {
      sandbox.addFault({ method: '*', kind, times: always });
      await decide(firebreak, 2);
      await pause(eachMs);
      sandbox.clearFaults();
    }
    expect(await openRequests(firebreak)).toHaveLength(runs - 2 * outages.length);
    await decide(firebreak, runs);
    const isDone = ({ text }: Message) => /^Run of mixed \S+ Done\./.test(text);
    const channels = channelsOf(firebreak);
    await sandbox.waitFor(
      () => channels.every(({ messages }) => messages.some(isDone) && !messages.some((one) => isAsking(one))),
      withinMs,
    );
    const { items } = await call<{ items: { status: string }[] }>(firebreak, '/runs?limit=100');
    expect(items.map(({ status }) => status)).toEqual(items.map(() => 'succeeded'));
    expect(items).toHaveLength(runs);
    const ended = ({ messages }: Channel) => messages.some(({ text }) => text.startsWith('✓ *mixed* is done'));
    await sandbox.waitFor(() => channels.every(ended), withinMs);
    for (const { name, messages } of channels) expect(kindsOf(messages), name).toEqual(once);
  } finally {
    await firebreak.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const once = ['Details of', 'Incident', 'Run of', 'ended', 'request', 'said'];

/** What stands in a channel for all, by what it is. */
const kindsOf = (messages: readonly Message[]): readonly string[] =>
  messages
    .filter(({ subtype, onlyFor }) => subtype === undefined && onlyFor === undefined)
    .map((message) => {
      if (isRequest(message)) return 'request';
      if (message.text === 'we go on') return 'said';
      if (message.text.startsWith('✓ *mixed* is done')) return 'ended';
      return /^(Details of|Incident|Run of)/.exec(message.text)?.[1] ?? message.text;
    })
    .sort();
