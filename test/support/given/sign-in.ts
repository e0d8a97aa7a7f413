// A server with sign-in and nothing behind it: sessions in memory, a provider that says what a test wants, a browser's cookies.

import { pino } from 'pino';
import type { SignedIn } from '../../../src/core/authority/web-session.ts';
import { err, ok, type Result } from '../../../src/core/result.ts';
import { createSessions } from '../../../src/engine/system/sessions.ts';
import { type ApiDeps, addApi } from '../../../src/http/api/api.ts';
import { type AppPageDeps, addAppPages } from '../../../src/http/app-pages.ts';
import { createServer } from '../../../src/http/server.ts';
import type { Binding, OpenIdFault } from '../../../src/http/session/sign-in/open-id.ts';
import { publicAddress, type SignInProvider } from '../../../src/http/session/sign-in/providers.ts';
import { addSignIn } from '../../../src/http/session/sign-in/routes.ts';
import { createMemorySessions } from '../race/memory-sessions.ts';
import { noMetrics } from './metrics.ts';

type Headers = { readonly [name: string]: string };

/** Whom the provider names. */
export const ana: SignedIn = { provider: 'slack', subject: 'U0ANA', name: 'Ana', email: null };

/** Makes one. `providers`: whom each names, or why it lets nobody in. */
export function givenSignIn({
  publicUrl = 'https://fb.example.com',
  providers = { slack: ok(ana) },
  isActive = async () => true,
  localName = null as string | null,
}: {
  publicUrl?: string;
  providers?: { readonly [id in SignedIn['provider']]?: Result<SignedIn, string> };
  isActive?: () => Promise<boolean>;
  localName?: string | null;
} = {}) {
  let now = Date.parse('2026-03-01T00:00:00.000Z');
  let count = 0;
  const store = createMemorySessions();
  const runtime = {
    nowMs: () => now,
    monotonicMs: () => 0,
    random: () => 0.5,
    newId: (prefix: string) => `${prefix}_${++count}`,
  };
  const sessions = createSessions({
    store,
    runtime,
    mintSession: () => `fbs_${String(++count).padStart(40, '0')}`,
    times: { idleMs: 3_600_000, lifetimeMs: 86_400_000 },
  });
  const finished: { fault: OpenIdFault | null; times: number } = { fault: null, times: 0 };
  const provided = Object.entries(providers).map(([id, who]): SignInProvider => {
    let bindings = 0;
    return {
      id: id as SignedIn['provider'],
      label: `Sign in with ${id}`,
      openId: {
        newBinding: async () => {
          bindings += 1;
          const of = (what: string) => `${what}-${bindings}-${'x'.repeat(30)}`;
          return { state: of('state'), nonce: of('nonce'), verifier: of('verifier') };
        },
        begin: async ({ state }: Binding) => ok(new URL(`https://idp.example.com/authorize?state=${state}`)),
        async finish(query, { state }) {
          finished.times += 1;
          if (finished.fault) return err(finished.fault);
          return query.get('state') === state ? ok({}) : err({ outcome: 'wrong', reason: 'state' });
        },
      },
      identify: async () => who as Result<SignedIn, string>,
    };
  });
  const people = { ana: { slack: 'U0ANA' } };
  const app = createServer({
    runtime,
    log: pino({ level: 'silent' }),
    ready: async () => null,
    metrics: noMetrics,
    parts: () => [],
    slack: null,
    countRefused: () => undefined,
    metricsArePublic: true,
    signInAt: provided.length > 0 ? publicAddress(publicUrl, '/sign-in') : undefined,
  });
  const ids = provided.map(({ id }) => id);
  const given: Partial<ApiDeps> = {
    tokens: { authenticate: async () => ok({ type: 'token', name: 'ci', rights: [], owner: null, via: 'api' }) },
    localName,
    localPeer: async () => 'own',
    people,
    surface: 'api',
    signIn: ids.length > 0 ? { sessions, providers: ids, publicUrl, isActive } : null,
    authorised: async () => ok(undefined),
    log: pino({ level: 'silent' }),
    operations: {
      halt: async () => ok({ scope: '*', by: { kind: 'user', id: 'U' }, reason: 'r', at: 'now' }),
    } as never,
    feed: { listen: async () => ({ place: '1', leave: () => undefined }) } as never,
    readsFor: () =>
      ({
        incident: async (id: string) => (id === '7' ? { id: 'inc_7', number: 7 } : null),
        run: async (id: string) => (id === 'run_1' ? { state: { incidentId: '7' } } : null),
        exportTimeline: async () => ({
          filename: 'i.html',
          contentType: 'text/html',
          content: '<style>a{}</style>told',
        }),
      }) as never,
  };
  addApi(app, given as ApiDeps);
  addAppPages(app, given as AppPageDeps);
  const used = new Set<string>();
  addSignIn(app, {
    providers: provided,
    sessions,
    used: {
      use: async (keys) => keys.every((key) => !used.has(key) && used.add(key)),
    },
    people,
    publicUrl,
    runtime,
    log: pino({ level: 'silent' }),
  });
  return {
    app,
    sessions,
    store,
    finished,
    pass: (ms: number) => {
      now += ms;
    },
    browser: () => createBrowser(app, new URL(publicUrl).host),
  };
}

/** Asks as a browser does: with its cookies, which it keeps, and as somebody who followed a link. */
function createBrowser(app: ReturnType<typeof createServer>, host: string) {
  const jar = new Map<string, string>();
  const navigation: Headers = {
    accept: 'text/html,*/*',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    'sec-fetch-site': 'cross-site',
  };
  async function send(method: 'GET' | 'POST' | 'PUT', url: string, headers: Headers, payload?: string) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await app.inject({
      ...{ method, url, remoteAddress: '192.0.2.7' },
      headers: { host, ...(cookie && { cookie }), ...headers },
      ...(payload !== undefined && { payload }),
    });
    for (const { name, value } of answer.cookies) value === '' ? jar.delete(name) : jar.set(name, value);
    return answer;
  }
  return {
    jar,
    send,
    open: (url: string, headers: Headers = {}) => send('GET', url, { ...navigation, ...headers }),
    /** Signs in with what the provider says; answers the last answer. */
    async signIn(to = '/incidents/7', provider = 'slack') {
      const begun = await send('GET', `/sign-in/${provider}?${new URLSearchParams({ to })}`, navigation);
      const state = new URL(begun.headers.location ?? '').searchParams.get('state') ?? '';
      return send('GET', `/sign-in/${provider}/callback?code=c&state=${state}`, navigation);
    },
  };
}
