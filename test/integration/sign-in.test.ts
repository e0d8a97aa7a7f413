// Sign in with Slack on a real Firebreak and the sandbox's provider: a link of Slack ends on the incident, a decision on the page is that
// of the person who clicks in Slack, and what is forged, used, foreign or revoked proves nobody.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiClient } from '../../src/client/api-client.ts';
import { createFirebreak, type Firebreak } from '../support/cluster/firebreak-process.ts';
import { type SlackPeople, slackPeople } from '../support/cluster/slack-people.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-sign-in-'));
const playbooks = join(folder, 'playbooks');
const token = 'a-token-of-the-api-for-tests';
let firebreak: Firebreak;
let people: SlackPeople;

beforeAll(async () => {
  mkdirSync(playbooks);
  writeFileSync(
    join(playbooks, 'two.yaml'),
    `apiVersion: firebreak/v1
name: two
version: 1.0.0
owner: { product: test, technical: test, escalation: test }
triggers: [{ source: alertmanager, when: alert.labels.alertname == "two" }]
steps:
  - { id: go, uses: approval, with: { message: "Go on?" }, approval: { from: ["@sre"], expiresIn: 10m, quorum: 2 } }
`,
  );
  writeFileSync(
    join(folder, 'config.yaml'),
    `integrations:
  alertmanager: { source: alertmanager, auth: { type: bearer, token: { env: WEBHOOK_TOKEN } } }
people: { ana: { slack: U0ANA } }
roles: { sre: { groups: [S0SRE], tokens: [bootstrap] } }
access: { operate: ["@sre"], administer: ["@sre"] }
sign_in: { slack: { clientId: A0FIREBREAK, clientSecret: { env: CLIENT_SECRET } } }
slack: { invite: ["@sre"] }
`,
  );
  firebreak = await createFirebreak({
    FIREBREAK_PLAYBOOKS: playbooks,
    FIREBREAK_CONFIG: join(folder, 'config.yaml'),
    FIREBREAK_API_TOKEN: token,
    // The sandbox's app has one secret for everything.
    CLIENT_SECRET: 'test-signing-secret',
  });
  await firebreak.start();
  people = slackPeople(firebreak.sandbox);
  expect(await firebreak.alert('', { alertname: 'two', id: 'sign-in' })).toBe(202);
});
afterAll(async () => {
  await firebreak.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A browser: it keeps cookies by name and follows redirects, and a person in it chooses who he or she is. */
function browserOf(user: string) {
  const jar = new Map<string, string>();
  const went: string[] = [];
  async function once(url: string): Promise<Response> {
    const isOurs = url.startsWith(firebreak.url());
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = {
      accept: 'text/html',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      ...(isOurs && cookie && { cookie }),
    };
    const answer = await fetch(url, { redirect: 'manual', headers });
    for (const line of isOurs ? answer.headers.getSetCookie() : []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      value === '' ? jar.delete(name) : jar.set(name, value);
    }
    return answer;
  }
  return {
    jar,
    went,
    once,
    async open(path: string): Promise<{ url: string; answer: Response }> {
      let url = `${firebreak.url()}${path}`;
      for (;;) {
        went.push(url);
        const answer = await once(url);
        const to = answer.headers.get('location');
        if (to !== null) url = new URL(to, url).href;
        else if (url.includes('/openid/connect/authorize?')) url += `&user=${user}`;
        else return { url, answer };
      }
    },
    /** The API as the page asks it. */
    api: () =>
      createApiClient({
        api: `${firebreak.url()}/api/v1`,
        token: () => null,
        fetch: (input, init = {}) => {
          const headers = new Headers(init.headers);
          headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
          headers.set('origin', firebreak.url());
          return fetch(input, { ...init, headers });
        },
      }),
  };
}
const admin = () => createApiClient({ api: `${firebreak.url()}/api/v1`, token: () => token });

describe('a link of Slack', () => {
  it('ends on the incident, after a sign-in on the way', async () => {
    const ana = browserOf('U0ANA');
    const { url, answer } = await ana.open('/incidents/1');
    expect(url).toBe(`${firebreak.url()}/incidents/1`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<div id="app">');
    expect(await ana.api().call('GET /incidents/:id', { params: { id: '1' } })).toMatchObject({ number: 1 });
    expect(ana.went.some((place) => place.startsWith(`${firebreak.sandbox.url}openid/connect/authorize`))).toBe(true);
    expect(await ana.api().call('GET /me', {})).toMatchObject({
      actor: { id: 'U0ANA', name: 'Ana Torres', person: 'ana', via: 'web' },
      proof: 'session',
    });
    const again = await ana.open('/approvals');
    expect(again.url).toBe(`${firebreak.url()}/approvals`);
    expect(await again.answer.text()).toContain('<div id="app">');
  });
});

describe('a decision on the page', () => {
  it('is that of the person who clicks in Slack: one person counts once, and a stranger not at all', async () => {
    const [ana, mallory] = [browserOf('U0ANA'), browserOf('U0MALLORY')];
    for (const browser of [ana, mallory]) await browser.open('/approvals');
    const { sandbox } = firebreak;
    const asked = await sandbox.waitFor(() =>
      [...sandbox.workspace.channels.values()]
        .flatMap((channel) => channel.messages.map((message) => ({ channel: channel.id, ts: message.ts, message })))
        .find(({ message }) => JSON.stringify(message.blocks ?? '').includes('approval_approve')),
    );
    const [listed] = (await ana.api().call('GET /approvals', { query: { status: 'open' } })).items;
    const { id = '', planDigest = '' } = listed?.approval ?? {};
    const approve = { params: { id }, body: { planDigest } };
    await expect(mallory.api().call('POST /approvals/:id/approve', approve)).rejects.toMatchObject({ status: 403 });
    expect((await ana.api().call('POST /approvals/:id/approve', approve)).approval).toMatchObject({
      status: 'open',
      approvals: [{ actor: { id: 'U0ANA', via: 'web', person: 'ana' } }],
    });
    const { channel, ts } = asked;
    const value =
      /"action_id":"approval_approve".*?"value":"([^"]+)"/.exec(JSON.stringify(asked.message.blocks))?.[1] ?? '';
    const click = (user: string) =>
      people.sees(user, channel, () => sandbox.click({ user, channel, ts, actionId: 'approval_approve', value }));
    await click('U0ANA');
    expect((await admin().call('GET /approvals', { query: { status: 'open' } })).items).toMatchObject([
      { approval: { approvals: [{ actor: { id: 'U0ANA' } }] } },
    ]);
    const ben = browserOf('U0BEN');
    await ben.open('/approvals');
    expect((await ben.api().call('POST /approvals/:id/approve', approve)).approval.status).toBe('granted');
  });
});

describe('what proves nobody', () => {
  it('is a callback that comes again, or that another browser was sent', async () => {
    const ana = browserOf('U0ANA');
    await ana.open('/incidents/1');
    const callback = ana.went.find((url) => url.includes('/sign-in/slack/callback?')) ?? '';
    expect((await ana.once(callback)).status).toBe(400);
    const victim = browserOf('U0BEN');
    expect((await victim.once(callback)).status).toBe(400);
    expect(victim.jar.size).toBe(0);
  });

  it('is an account of another workspace', async () => {
    const { team } = firebreak.sandbox.workspace;
    const own = team.id;
    Object.assign(team, { id: 'T0OTHER' });
    const stranger = browserOf('U0ANA');
    const { url, answer } = await stranger.open('/incidents/1').finally(() => Object.assign(team, { id: own }));
    expect(url).toContain('/sign-in/slack/callback');
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('another Slack workspace');
  });

  it('is a session that somebody has revoked: it is refused at the next request, and another sign-in is asked for', async () => {
    const ana = browserOf('U0ANA');
    await ana.open('/incidents/1');
    const [session] = (await admin().call('GET /sessions', {})).items;
    expect(session?.who).toMatchObject({ id: 'U0ANA', person: 'ana' });
    await admin().call('DELETE /sessions/:id', { params: { id: session?.id ?? '' }, body: { reason: 'a lost phone' } });
    const refused = ana.api().call('GET /me', {});
    await expect(refused).rejects.toMatchObject({ status: 401, code: 'session_ended' });
    expect((await ana.once(`${firebreak.url()}/incidents/1`)).headers.get('location')).toContain('/sign-in?to=');
  });
});
