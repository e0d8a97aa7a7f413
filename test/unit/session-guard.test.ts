// What a session may do and what turns it away: a page of another site, a form, a session that has ended, a person who is gone; and how
// people are led to the sign-in and back.
import { describe, expect, it, vi } from 'vitest';
import { pageHeader } from '../../src/contract/page-header.ts';
import { err, ok } from '../../src/core/result.ts';
import { ana, givenSignIn } from '../support/given/sign-in.ts';

const own = { origin: 'https://fb.example.com', [pageHeader]: '1' };
const json = { 'content-type': 'application/json' };
const order = JSON.stringify({ scope: '*', reason: 'it burns' });

async function signedInBrowser(options: Parameters<typeof givenSignIn>[0] = {}) {
  const given = givenSignIn(options);
  const browser = given.browser();
  const answer = await browser.signIn();
  expect(answer.statusCode).toBe(303);
  return { ...given, browser };
}

async function revokeAll(store: ReturnType<typeof givenSignIn>['store']): Promise<void> {
  const revocation = { by: { kind: 'user', id: 'U1' }, at: '2026-03-01T00:00:00.000Z', reason: null } as const;
  for (const { id } of await store.since('2026-01-01T00:00:00.000Z')) await store.revoke(id, revocation);
}

describe('a session', () => {
  it('acts as the person who signed in, from the page', async () => {
    const { browser } = await signedInBrowser();
    const me = await browser.send('GET', '/api/v1/me', { 'sec-fetch-site': 'same-origin' });
    expect(me.json()).toMatchObject({
      actor: { kind: 'user', id: 'U0ANA', name: 'Ana', via: 'web', person: 'ana' },
      proof: 'session',
    });
  });

  it.each([
    ['a page of another site', { ...own, origin: 'https://evil.example.com' }],
    ['a page of a neighbour, in a browser that says no more', { ...own, origin: 'https://other.example.com' }],
    ['a page of another site that hides its origin', { [pageHeader]: '1', origin: 'null' }],
    ['what the browser says comes from another site', { ...own, 'sec-fetch-site': 'cross-site' }],
    ['a program that says nothing of a page', { [pageHeader]: '1' }],
    ['a form of our own pages, which sets no header', { origin: 'https://fb.example.com' }],
  ])('orders nothing for %s', async (_, headers) => {
    const { browser } = await signedInBrowser();
    const answer = await browser.send('POST', '/api/v1/kill-switches', { ...json, ...headers }, order);
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ code: 'forbidden' });
  });

  it('orders what its own page asks for', async () => {
    const { browser } = await signedInBrowser();
    const answer = await browser.send('POST', '/api/v1/kill-switches', { ...json, ...own }, order);
    expect(answer.statusCode).toBe(201);
  });

  it('is read by no page of another site, but a link that a person follows is', async () => {
    const { browser } = await signedInBrowser();
    for (const site of ['cross-site', 'same-site'])
      for (const more of [{}, { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }])
        expect((await browser.send('GET', '/api/v1/me', { 'sec-fetch-site': site, ...more })).statusCode).toBe(403);
    expect((await browser.open('/incidents/7')).statusCode).toBe(200);
  });

  it('that is revoked, ran out or was not used is refused at the next request, and forgotten by the browser', async () => {
    const ended = async (end: (world: Awaited<ReturnType<typeof signedInBrowser>>) => unknown) => {
      const world = await signedInBrowser();
      await end(world);
      const answer = await world.browser.send('GET', '/api/v1/me', {});
      expect(answer.statusCode).toBe(401);
      expect([...world.browser.jar.keys()]).toEqual([]);
      return (answer.json() as { detail: string }).detail;
    };
    expect(await ended(({ store }) => revokeAll(store))).toMatch(/was ended at 2026-03-01.*sign in again/);
    expect(await ended(({ pass }) => pass(3_600_000))).toMatch(/not used for 1h/);
    expect(
      await ended(async ({ browser, pass }) => {
        for (let n = 0; n < 25; n++) {
          pass(3_500_000);
          await browser.send('GET', '/api/v1/me', {});
        }
      }),
    ).toMatch(/ran out|send the header/);
  });

  it('that nobody began is refused', async () => {
    const { browser } = await signedInBrowser();
    browser.jar.set('__Host-firebreak-session', `fbs_${'9'.repeat(40)}`);
    expect((await browser.send('GET', '/api/v1/me', {})).json()).toMatchObject({ code: 'session_ended' });
  });

  it('of a deactivated person, or of a way to sign in that is gone, is refused', async () => {
    const active = { is: true };
    const { browser } = await signedInBrowser({ isActive: async () => active.is });
    active.is = false;
    expect((await browser.send('GET', '/api/v1/me', {})).json()).toMatchObject({
      status: 401,
      detail: expect.stringContaining('Ana is deactivated'),
    });
    const oidc = givenSignIn({ providers: { oidc: ok(ana) } });
    const { secret } = await oidc.sessions.begin(ana);
    const other = oidc.browser();
    other.jar.set('__Host-firebreak-session', secret);
    expect((await other.send('GET', '/api/v1/me', {})).json()).toMatchObject({ status: 401, code: 'session_ended' });
  });

  it('takes the stream of changes with it when it ends', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { browser, store } = await signedInBrowser();
      const stream = browser.send('GET', '/api/v1/stream', {});
      // A round of the loop, so that the stream is open.
      await new Promise((resolve) => setTimeout(resolve, 50));
      await revokeAll(store);
      await vi.advanceTimersByTimeAsync(15_000);
      expect((await stream).body).not.toContain(': beat');
    } finally {
      vi.useRealTimers();
    }
  });

  it('gives way to a token that is shown', async () => {
    const { browser } = await signedInBrowser();
    const me = await browser.send('GET', '/api/v1/me', { authorization: 'Bearer fbt_x' });
    expect(me.json()).toMatchObject({ actor: { id: 'token:ci' } });
  });
});

describe('a link of Slack', () => {
  it.each(['/incidents/7', '/incidents', '/runs/run_1', '/approvals', '/api/v1/incidents/7/timeline?format=html'])(
    'to %s leads a browser to the sign-in, and from there back',
    async (path) => {
      const browser = givenSignIn().browser();
      const asked = await browser.open(path);
      expect(asked.statusCode).toBe(303);
      expect(asked.headers.location).toBe(`https://fb.example.com/sign-in?${new URLSearchParams({ to: path })}`);
      expect((await browser.signIn(path)).headers.location).toBe(`https://fb.example.com${path}`);
    },
  );

  it('is a problem for a program', async () => {
    const answer = await givenSignIn().browser().send('GET', '/incidents/7', { accept: 'application/json' });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('where nobody can sign in is the page itself, which takes a token and holds no data', async () => {
    const browser = givenSignIn({ providers: {} }).browser();
    const answer = await browser.open('/incidents/7');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain('text/html');
    expect((await browser.send('GET', '/api/v1/me', {})).statusCode).toBe(401);
    const program = await browser.send('GET', '/incidents/7', { accept: 'application/json' });
    expect(program.statusCode).toBe(401);
  });

  it('opens for the user of this machine without a sign-in, from Slack as well, and never in a frame', async () => {
    const { app } = givenSignIn({ localName: 'owner', providers: {} });
    const open = (dest: string) =>
      app.inject({
        ...{ url: '/incidents/7', remoteAddress: '127.0.0.1' },
        headers: {
          host: 'localhost',
          accept: 'text/html',
          'sec-fetch-site': 'cross-site',
          'sec-fetch-mode': 'navigate',
          'sec-fetch-dest': dest,
        },
      });
    expect((await open('document')).statusCode).toBe(200);
    expect((await open('iframe')).statusCode).toBe(403);
  });

  it('is the page at every address of it, and elsewhere a page that says that nothing is there', async () => {
    const { browser } = await signedInBrowser();
    const there = ['/incidents', '/incidents/7', '/runs', '/runs/run_1', '/approvals/apr_1', '/settings/tokens'];
    for (const path of there) expect((await browser.open(path)).body).toContain('<div id="app">');
    const missing = await browser.open('/incident/<b>');
    expect(missing.statusCode).toBe(404);
    expect(missing.body).toContain('There is no such page');
    expect(missing.body).toContain('href="../"');
    expect(missing.body).not.toContain('<b>');
    expect((await browser.send('GET', '/incident/7', {})).json()).toMatchObject({ code: 'not_found' });
  });

  it('shows pages whose policy lets nothing in but their own style', async () => {
    const { browser } = await signedInBrowser();
    for (const path of ['/incidents/7', '/sign-in', '/sign-in/github']) {
      const { headers } = await browser.open(path);
      const policy = String(headers['content-security-policy']);
      expect(policy).toMatch(/default-src 'none';.* style-src '(self|sha256-[\w+/]{43}=)'/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
    }
  });
});

describe('a sign-in', () => {
  const providers = { slack: err('that is an account of another Slack workspace') };
  it('of somebody who is not let in begins no session, and says why', async () => {
    const { store, browser: open } = givenSignIn({ providers });
    const browser = open();
    const answer = await browser.signIn();
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain('another Slack workspace');
    expect(await store.since('2026-01-01T00:00:00.000Z')).toEqual([]);
  });
});
