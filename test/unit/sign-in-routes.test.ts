// The way through the sign-in: what the browser is given, and what of it works once, in that browser and for its purpose only.
import { describe, expect, it } from 'vitest';
import { pageHeader } from '../../src/contract/page-header.ts';
import { ok } from '../../src/core/result.ts';
import { ana, givenSignIn } from '../support/given/sign-in.ts';

const since = '2026-01-01T00:00:00.000Z';
const stateOf = (location: unknown) => new URL(String(location)).searchParams.get('state') ?? '';

describe('signing in', () => {
  it('goes straight on where there is one way, and lets people choose where there are two', async () => {
    const one = await givenSignIn().browser().open('/sign-in?to=/incidents/7');
    expect(one.headers.location).toContain('https://idp.example.com/authorize');
    const two = await givenSignIn({ providers: { slack: ok(ana), oidc: ok(ana) } })
      .browser()
      .open('/sign-in?to=/incidents/7');
    expect(two.statusCode).toBe(200);
    expect(two.body).toContain('href="https://fb.example.com/sign-in/oidc?to=%2Fincidents%2F7"');
  });

  it('gives a cookie that no script reads and no other site sends along, over TLS to this host alone', async () => {
    const browser = givenSignIn().browser();
    const answer = await browser.signIn();
    const cookie = answer.cookies.find(({ name }) => name === '__Host-firebreak-session');
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
    expect(cookie).not.toHaveProperty('domain');
    const local = givenSignIn({ publicUrl: 'http://127.0.0.1:3000' }).browser();
    const [given] = (await local.signIn()).cookies.filter(({ name }) => name.endsWith('session'));
    expect(given).toMatchObject({ name: 'firebreak-session', httpOnly: true, sameSite: 'Lax' });
  });

  it('keeps nowhere what proves the session', async () => {
    const { store, browser: open } = givenSignIn();
    const browser = open();
    await browser.signIn();
    const secret = browser.jar.get('__Host-firebreak-session') ?? '';
    expect(secret).toMatch(/^fbs_/);
    expect(JSON.stringify(await store.since(since))).not.toContain(secret);
  });

  it('takes another session each time, and ends the one before', async () => {
    const { store, browser: open } = givenSignIn();
    const browser = open();
    browser.jar.set('__Host-firebreak-session', 'fbs_planted-by-somebody-else');
    await browser.signIn();
    const first = browser.jar.get('__Host-firebreak-session');
    expect(first).not.toContain('planted');
    await browser.signIn();
    expect(browser.jar.get('__Host-firebreak-session')).not.toBe(first);
    const sessions = await store.since(since);
    expect(sessions.map(({ revoked }) => revoked?.reason ?? null).sort()).toEqual([null, 'signed in anew'].sort());
  });

  it('stays under the path that a proxy puts before all addresses', async () => {
    const publicUrl = 'https://ops.example.com/firebreak/';
    const browser = givenSignIn({ publicUrl, providers: { slack: ok(ana), oidc: ok(ana) } }).browser();
    expect((await browser.open('/incidents/7')).headers.location).toContain(`${publicUrl}sign-in?to=%2Fincidents%2F7`);
    expect((await browser.open('/sign-in')).body).toContain(`href="${publicUrl}sign-in/slack?to=`);
    expect((await browser.signIn()).headers.location).toBe(`${publicUrl}incidents/7`);
    expect((await browser.open('/sign-in')).body).toContain(`action="${publicUrl}sign-out"`);
  });

  it('leads nowhere but into this Firebreak', async () => {
    for (const to of ['https://evil.example.com', '//evil.example.com', '/\\evil.example.com']) {
      const answer = await givenSignIn().browser().signIn(to);
      expect(answer.headers.location).toBe('https://fb.example.com/');
    }
  });

  it('counts in the browser that began it only: a callback that another was sent proves nobody', async () => {
    const given = givenSignIn();
    const [attacker, victim] = [given.browser(), given.browser()];
    const begun = await attacker.open('/sign-in/slack?to=/');
    const forged = `/sign-in/slack/callback?code=of-the-attacker&state=${stateOf(begun.headers.location)}`;
    const answer = await victim.open(forged);
    expect(answer.statusCode).toBe(400);
    expect([...victim.jar.keys()]).toEqual([]);
    expect(given.finished.times).toBe(0);
    const none = await victim.open('/sign-in/slack/callback?code=c');
    expect(none.statusCode).toBe(400);
  });

  it('counts once: a callback that comes again proves nobody, with the cookies of the first time too', async () => {
    const given = givenSignIn();
    const browser = given.browser();
    const begun = await browser.open('/sign-in/slack?to=/incidents/7');
    const before = new Map(browser.jar);
    const callback = `/sign-in/slack/callback?code=c&state=${stateOf(begun.headers.location)}`;
    expect((await browser.open(callback)).statusCode).toBe(303);
    for (const [name, value] of before) browser.jar.set(name, value);
    expect((await browser.open(callback)).statusCode).toBe(400);
    expect(given.finished.times).toBe(1);
  });

  it('counts for ten minutes, and for the provider that it was begun with', async () => {
    const given = givenSignIn({ providers: { slack: ok(ana), oidc: ok(ana) } });
    const browser = given.browser();
    const old = await browser.open('/sign-in/slack');
    given.pass(600_000);
    expect(
      (await browser.open(`/sign-in/slack/callback?code=c&state=${stateOf(old.headers.location)}`)).statusCode,
    ).toBe(400);
    const other = await browser.open('/sign-in/slack');
    expect(
      (await browser.open(`/sign-in/oidc/callback?code=c&state=${stateOf(other.headers.location)}`)).statusCode,
    ).toBe(400);
    expect(given.finished.times).toBe(0);
  });

  it('goes on in several tabs at once, and keeps no more cookies than a few', async () => {
    const browser = givenSignIn().browser();
    const tabs = [];
    for (const n of [1, 2, 3]) tabs.push((await browser.open(`/sign-in/slack?to=/incidents/${n}`)).headers.location);
    const ends = [];
    for (const tab of tabs)
      ends.push((await browser.open(`/sign-in/slack/callback?code=c&state=${stateOf(tab)}`)).headers.location);
    expect(ends).toEqual([1, 2, 3].map((n) => `https://fb.example.com/incidents/${n}`));
    for (let n = 0; n < 20; n++) await browser.open('/sign-in/slack');
    expect(browser.jar.size).toBeLessThan(8);
  });

  it.each([
    ['denied', 403, 'was cancelled'],
    ['refused', 400, 'came twice'],
    ['away', 503, 'does not answer'],
    ['wrong', 400, 'could not be proven'],
  ] as const)('that is %s is a page that says so, with a way to try again', async (outcome, status, text) => {
    const given = givenSignIn();
    given.finished.fault = { outcome, reason: 'a detail of the provider' };
    const answer = await given.browser().signIn();
    expect(answer.statusCode).toBe(status);
    expect(answer.body).toContain(text);
    expect(answer.body).toContain('href="https://fb.example.com/sign-in/slack?to=%2Fincidents%2F7"');
    expect(answer.body).not.toContain('a detail of the provider');
  });
});

describe('signing out', () => {
  const own = { origin: 'https://fb.example.com' };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  it('ends the session at once, by a button of our page', async () => {
    const given = givenSignIn();
    const browser = given.browser();
    await browser.signIn();
    const page = await browser.open('/sign-in');
    expect(page.body).toContain('You are <strong>Ana</strong>');
    const proof = /name="proof" value="(\w+)"/.exec(page.body)?.[1] ?? '';
    const kept = new Map(browser.jar);
    const out = await browser.send('POST', '/sign-out', { ...own, ...form }, `proof=${proof}`);
    expect(out.headers.location).toBe('https://fb.example.com/sign-in?stay=1');
    expect(browser.jar.size).toBe(0);
    for (const [name, value] of kept) browser.jar.set(name, value);
    expect((await browser.send('GET', '/api/v1/me', {})).statusCode).toBe(401);
  });

  it('is nothing that another site, or a form without our proof, can do', async () => {
    const given = givenSignIn();
    const browser = given.browser();
    await browser.signIn();
    const proof = /name="proof" value="(\w+)"/.exec((await browser.open('/sign-in')).body)?.[1] ?? '';
    const evil = { origin: 'https://evil.example.com' };
    for (const [headers, body] of [
      [{ ...evil, ...form }, `proof=${proof}`],
      [{ ...evil, ...form, [pageHeader]: '1' }, ''],
      [{ ...own, ...form }, 'proof=guessed'],
      [form, `proof=${proof}`],
    ] as const)
      expect((await browser.send('POST', '/sign-out', headers, body)).statusCode).toBe(403);
    expect((await browser.send('GET', '/api/v1/me', {})).statusCode).toBe(200);
    expect((await browser.send('POST', '/sign-out', { ...own, [pageHeader]: '1' })).statusCode).toBe(303);
  });
});
