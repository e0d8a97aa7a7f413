// The pure parts of signing in: where people come back to, who a provider says they are, what ends a session, who that is.
import { describe, expect, it } from 'vitest';
import { readConfigFile } from '../../src/config/file.ts';
import { membershipOf } from '../../src/core/authority/membership.ts';
import { actorOf, areOne } from '../../src/core/authority/principal.ts';
import { principalOf, type SignedIn, sessionEnd } from '../../src/core/authority/web-session.ts';
import { openIdUser, slackUser } from '../../src/http/session/sign-in/identify.ts';
import { ownPath } from '../../src/http/session/sign-in/own-path.ts';
import { pendingMs, readPending, writePending } from '../../src/http/session/sign-in/pending.ts';
import { slackPrincipal } from '../../src/slack/identity.ts';

describe('whoever has signed in goes on', () => {
  it.each(['/incidents/7', '/runs/run_1?tab=a&b=%20', '/api/v1/incidents/7/timeline?format=html', '/'])(
    'to %s, where the link led',
    (path) => expect(ownPath(path)).toBe(path),
  );

  it.each([
    ...[
      'https://evil.example.com/',
      '//evil.example.com',
      '/\\evil.example.com',
      '\\\\evil.example.com',
      '/..//evil.com',
    ],
    ...[
      '/\t/evil.example.com',
      '/\n//evil.example.com',
      'javascript:alert(1)',
      'incidents/7',
      '',
      '/.//evil.example.com',
    ],
    ...['/sign-in?to=/sign-in', '/sign-in/slack', '/sign-out', `/${'a'.repeat(1500)}`, undefined, ['/a', '/b'], '/ä'],
  ])('to the start and nowhere else for %j', (to) => expect(ownPath(to)).toBe('/'));
});

const team = 'https://slack.com/team_id';
const user = 'https://slack.com/user_id';

describe('a provider says who it is', () => {
  it('a Slack user of our workspace, and of no other', () => {
    const claims = {
      sub: 'U0ANA',
      [user]: 'U0ANA',
      [team]: 'T1',
      name: 'Ana',
      email: 'Ana@Example.com',
      email_verified: true,
    };
    const ana = { provider: 'slack', subject: 'U0ANA', name: 'Ana', email: 'ana@example.com' };
    expect(slackUser(claims, 'T1')).toEqual({ ok: true, value: ana });
    expect(slackUser(claims, 'T2')).toMatchObject({ error: expect.stringContaining('another Slack workspace') });
    expect(slackUser({ ...claims, [team]: undefined }, 'T1').ok).toBe(false);
    expect(slackUser(claims, null)).toMatchObject({ error: expect.stringContaining('does not tell right now') });
    expect(slackUser({ ...claims, [user]: 'local:root' }, 'T1').ok).toBe(false);
  });

  it('an address counts where it is verified, and domains let in nobody else', () => {
    const claims = { sub: '42', email: 'ana@example.com', email_verified: true };
    expect(openIdUser(claims, ['example.com'])).toMatchObject({ value: { subject: '42', email: 'ana@example.com' } });
    expect(openIdUser({ ...claims, email_verified: false }, null)).toMatchObject({ value: { email: null } });
    for (const wrong of [
      { email_verified: 'true' },
      { email: 'ana@example.com.evil.com' },
      { email: 'example.com@evil.com' },
    ])
      expect(openIdUser({ ...claims, ...wrong }, ['example.com']).ok).toBe(false);
    expect(openIdUser({ email: 'ana@example.com', email_verified: true }, null).ok).toBe(false);
  });
});

describe('who signed in', () => {
  const people = { ana: { slack: 'U0ANA', email: 'ana@example.com' }, ben: { subject: 'ben-at-idp' } };
  const signedIn = (more: Partial<SignedIn>): SignedIn => ({
    provider: 'oidc',
    subject: 's',
    name: null,
    email: null,
    ...more,
  });

  it('is the one of the signed click, and counts once with it', () => {
    const web = principalOf(signedIn({ provider: 'slack', subject: 'U0ANA' }), people);
    const click = slackPrincipal({ id: 'U0ANA', name: 'ana' }, people);
    expect(web).toMatchObject({ id: 'U0ANA', person: 'ana', via: 'web', proof: 'session' });
    expect(areOne(actorOf(web), actorOf(click))).toBe(true);
    const byEmail = principalOf(signedIn({ email: 'ana@example.com' }), people);
    expect(byEmail).toMatchObject({ id: 'oidc:s', person: 'ana' });
    expect(areOne(actorOf(byEmail), actorOf(click))).toBe(true);
  });

  it('is linked by subject or verified address, never by a name', () => {
    expect(principalOf(signedIn({ subject: 'ben-at-idp' }), people).person).toBe('ben');
    expect(principalOf(signedIn({ name: 'ana', subject: 'ana' }), people).person).toBeNull();
  });

  it('is no Slack user because the provider calls somebody so', () => {
    const forged = principalOf(signedIn({ subject: 'U0ANA', name: 'U0ANA' }), people);
    expect(forged).toMatchObject({ id: 'oidc:U0ANA', person: null });
    const roles = { sre: { users: ['U0ANA'], groups: ['S1'], people: ['ana'], tokens: [] } };
    for (const name of ['U0ANA', '@sre', 'ana', 'local:ana'])
      expect(membershipOf(forged, name, { people, roles })).toEqual({ outcome: 'no' });
    expect(membershipOf(forged, 'everyone', { people, roles })).toEqual({ outcome: 'yes' });
  });
});

describe('a session', () => {
  const session = { seenAt: '2026-03-01T10:00:00.000Z', expiresAt: '2026-03-08T10:00:00.000Z', revoked: null };
  const end = (at: string, more = {}) => sessionEnd({ ...session, ...more }, { at, idleMs: 3_600_000 });

  it('ends when it is not used, when its time is over, and at once when it is revoked', () => {
    expect(end('2026-03-01T10:59:59.999Z')).toBeNull();
    expect(end('2026-03-01T11:00:00.000Z')).toBe('idle');
    expect(end('2026-03-08T10:00:00.000Z', { seenAt: '2026-03-08T09:59:00.000Z' })).toBe('expired');
    const revoked = { by: { kind: 'user', id: 'U1' }, at: session.seenAt, reason: null };
    expect(end(session.seenAt, { revoked })).toBe('revoked');
  });
});

describe('a sign-in under way', () => {
  const chars = 'x'.repeat(43);
  const pending = {
    provider: 'slack',
    state: chars,
    nonce: chars,
    verifier: chars,
    to: '/incidents/7',
    atMs: 0,
  } as const;

  it('is kept for ten minutes, and leads nowhere else whoever wrote it', () => {
    const kept = writePending(pending);
    expect(readPending(kept, pendingMs - 1)).toEqual(pending);
    expect(readPending(kept, pendingMs)).toBeNull();
    expect(readPending(writePending({ ...pending, to: '//evil.example.com' }), 0)).toMatchObject({ to: '/' });
    for (const broken of [null, '', 'x', Buffer.from('{}').toString('base64url'), `${kept}AAAA`])
      expect(readPending(broken, 0)).toBeNull();
  });
});

describe('sign_in: in firebreak.yaml', () => {
  const env = { SECRET: 'a-client-secret', OTHER: 'another-secret' };
  const read = (yaml: string) => readConfigFile(yaml, 'f.yaml', env);
  const oidc = (more: string) =>
    read(
      `sign_in:\n  oidc: { issuer: "https://login.example.com", clientId: fb, clientSecret: { env: SECRET }, ${more} }\n`,
    );
  const faults = (result: ReturnType<typeof read>) => (result.ok ? [] : result.error);

  it('is read with its secrets, which are known as secrets and are not shown', () => {
    const read_ = read('sign_in: { slack: { clientId: "1.2", clientSecret: { env: SECRET } }, session: { idle: 1h } }');
    if (!read_.ok) throw new Error(read_.error.join());
    const { signIn, knownSecrets } = read_.value;
    expect(signIn.slack).toMatchObject({ clientId: '1.2', clientSecret: 'a-client-secret' });
    expect(signIn.session).toEqual({ idleMs: 3_600_000, lifetimeMs: 7 * 24 * 3_600_000 });
    expect(knownSecrets).toEqual([{ name: 'sign_in.slack.clientSecret', value: 'a-client-secret' }]);
    expect(JSON.stringify(read_.value)).not.toContain('a-client-secret');
  });

  it('says line and column of what is wrong with it', () => {
    expect(faults(read('sign_in:\n  slack: { clientId: x, clientSecret: plain }'))).toEqual([
      expect.stringMatching(/^f\.yaml:2:\d+ {2}sign_in\.slack\.clientSecret: must be \{ env: NAME \}/),
    ]);
    expect(faults(read('sign_in:\n  slack: { clientId: x, clientSecret: { env: NOT_THERE } }'))).toHaveLength(1);
    expect(faults(read('sign_in: { github: {} }'))[0]).toMatch(/github/);
    const overHttp = read(
      'sign_in: { oidc: { issuer: "http://login.example.com", clientId: x, clientSecret: { env: SECRET } } }',
    );
    expect(faults(overHttp)[0]).toMatch(/issuer: must be https/);
    expect(faults(oidc('scopes: ["a b"]'))[0]).toMatch(/must be a scope/);
  });

  it('does not let in the whole world by an issuer of whom anybody has an account', () => {
    const google = (more: string) =>
      read(
        `sign_in: { oidc: { issuer: "https://accounts.google.com", clientId: x, clientSecret: { env: SECRET }${more} } }`,
      );
    expect(faults(google(''))[0]).toMatch(/sign_in\.oidc\.domains: is needed/);
    expect(faults(google(', domains: [Example.com]'))).toEqual([]);
  });

  it('has no link that belongs to two people', () => {
    const two = read('people: { ana: { email: A@example.com }, ben: { email: a@example.com } }');
    expect(faults(two)).toEqual([expect.stringMatching(/people\.ben\.email: is that of ana as well/)]);
  });
});
