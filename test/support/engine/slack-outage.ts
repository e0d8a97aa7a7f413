// Slack refuses, breaks and falls silent in the middle of ten runs, as the suite and the long suite hold it: no run fails for it, people can
// decide without Slack, and afterwards Slack shows how everything ended, once.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, vi } from 'vitest';
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

type Asked = { readonly items: readonly { readonly approval: { readonly id: string; readonly planDigest: string } }[] };

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
  await firebreak.sandbox.waitFor(() => channelsOf(firebreak).filter(isAsking).length === runs, 60_000);
  return firebreak;
}

const channelsOf = ({ sandbox }: Firebreak): readonly Channel[] =>
  [...sandbox.workspace.channels.values()].filter(({ name }) => name.startsWith('inc-'));
const isAsking = ({ messages }: Channel) => messages.some(({ text }) => text.startsWith('Approval needed'));

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
  for (const { approval } of (await openRequests(firebreak)).slice(0, count))
    await call(firebreak, `/approvals/${approval.id}/approve`, { planDigest: approval.planDigest });
}

/**
 * Holds it, with Slack away in each way for so long, in milliseconds.
 * @param isWhole waits for every edit too, for which Slack's rate needs a minute and more
 */
export async function holdSlackOutage({ eachMs, isWhole }: { readonly eachMs: number; readonly isWhole: boolean }) {
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
    const channels = channelsOf(firebreak);
    const inEach = (what: readonly string[]) => Object.fromEntries(channels.map(({ name }) => [name, what]));
    const shown = (kinds: Kinds) =>
      Object.fromEntries(channels.map(({ name, messages }) => [name, kindsOf(messages, kinds)]));
    await vi.waitFor(
      async () => {
        const { items } = await call<{ items: { status: string }[] }>(firebreak, '/runs?limit=100');
        expect(items.map(({ status }) => status)).toEqual(Array.from({ length: runs }, () => 'succeeded'));
        if (isWhole) expect(shown(atTheEnd)).toEqual(inEach(atTheEnd.map(([kind]) => kind)));
        else expect(shown(atAnyTime)).toEqual(inEach(atAnyTime.map(([kind]) => kind)));
      },
      { timeout: isWhole ? 180_000 : 45_000, interval: 500 },
    );
  } finally {
    await firebreak.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Kinds = readonly (readonly [string, RegExp])[];
/** The request is decided and the run is done, and nobody has taken the lead for five minutes; in alphabetical order. */
const atTheEnd: Kinds = [
  ['decided', /^✓ \*.* approved\*/],
  ['details', /^Details of mixed/],
  ['ended', /^✓ \*mixed\* is done/],
  ['incident', /^Incident \d+/],
  ['run is done', /^Run of mixed \S+ Done\./],
  ['said', /^we go on$/],
  ['without a lead', /^◐ <@U0ANA>: nobody leads #\d+ /],
];
/** Whatever each says by now. */
const atAnyTime: Kinds = [
  ['incident', /^Incident \d+/],
  ['request', /^(Approval needed|✓ \*.* approved\*)/],
  ['run', /^Run of mixed/],
  ['said', /^we go on$/],
  ['thread', /^Details of mixed/],
];

/** What stands in a channel for all, by what it is; what is none of these, by its text. */
const kindsOf = (messages: readonly Message[], kinds: Kinds): readonly string[] =>
  messages
    .filter(
      ({ subtype, onlyFor, text }) =>
        subtype === undefined && onlyFor === undefined && (kinds === atTheEnd || !/^✓ \*mixed/.test(text)),
    )
    .map(({ text }) => kinds.find(([, pattern]) => pattern.test(text))?.[0] ?? text)
    .sort();
