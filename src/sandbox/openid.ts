// Sign in with Slack, as Slack's OpenID Connect has it: discovery, the choice of a person, tokens signed with RS256. A person is chosen
// on a page, or named by `user` in the address. Codes are good once, for ten minutes, for the client and address they were made for.
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, sendJson } from './http.ts';
import type { Workspace } from './workspace.ts';

/** What it needs. */
export type OpenIdDeps = {
  readonly workspace: Workspace;
  /** Of the app, whose client id is its own id. */
  readonly clientSecret: string;
  /** Where the sandbox is reached: the issuer. */
  readonly base: () => string;
  readonly nowMs: () => number;
  /** Letters and digits that cannot be guessed. */
  readonly random: () => string;
};

/** Answers a request if its path is one of these; false: it is somebody else's. */
export type AnswerOpenId = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** What a code, or an access token, stands for. */
type Granted = {
  readonly user: string;
  readonly nonce: string | null;
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly atMs: number;
};

const codeMs = 10 * 60_000;
const tokenSeconds = 300;
const keyId = 'sandbox';
const security = {
  'content-security-policy': "default-src 'none'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Makes it. The key is made when the first one needs it. */
export function createOpenIdProvider(deps: OpenIdDeps): AnswerOpenId {
  const codes = new Map<string, Granted>();
  const tokens = new Map<string, Granted>();
  let keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | null = null;
  const keyPair = () => {
    keys ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
    return keys;
  };
  const answers: { readonly [route: string]: (request: IncomingMessage, response: ServerResponse) => unknown } = {
    'GET /.well-known/openid-configuration': (_, response) => sendJson(response, 200, discovery(deps.base())),
    'GET /openid/connect/keys': (_, response) =>
      sendJson(response, 200, {
        keys: [{ ...keyPair().publicKey.export({ format: 'jwk' }), kid: keyId, use: 'sig', alg: 'RS256' }],
      }),
    'GET /openid/connect/authorize': (request, response) => authorize(deps, codes, { request, response }),
    'POST /api/openid.connect.token': async (request, response) => {
      const args = await argsOf(request);
      const granted = redeem(deps, codes, args);
      if (typeof granted === 'string') return sendJson(response, 200, { ok: false, error: granted });
      const token = `xoxp-sandbox-${deps.random()}`;
      tokens.set(token, granted);
      const idToken = jwt(claimsOf(deps, granted), keyPair().privateKey);
      return sendJson(response, 200, { ok: true, access_token: token, token_type: 'Bearer', id_token: idToken });
    },
    'GET /api/openid.connect.userInfo': (request, response) => {
      const granted = tokens.get(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
      if (!granted) return sendJson(response, 200, { ok: false, error: 'invalid_auth' });
      return sendJson(response, 200, { ok: true, ...personOf(deps.workspace, granted.user) });
    },
  };
  return async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://sandbox');
    const route = `${request.method} ${pathname}`;
    const answer = Object.hasOwn(answers, route) ? answers[route] : undefined;
    if (!answer) return false;
    await answer(request, response);
    return true;
  };
}

const discovery = (base: string) => ({
  issuer: base,
  authorization_endpoint: `${base}/openid/connect/authorize`,
  token_endpoint: `${base}/api/openid.connect.token`,
  userinfo_endpoint: `${base}/api/openid.connect.userInfo`,
  jwks_uri: `${base}/openid/connect/keys`,
  scopes_supported: ['openid', 'profile', 'email'],
  response_types_supported: ['code'],
  response_modes_supported: ['form_post'],
  grant_types_supported: ['authorization_code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  claims_supported: ['sub', 'auth_time', 'iss'],
  claims_parameter_supported: false,
  request_parameter_supported: false,
  request_uri_parameter_supported: true,
  token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
});

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

/** Lets a person be chosen, and sends the browser back with a code. What does not fit is told here: it is never sent anywhere. */
function authorize(deps: OpenIdDeps, codes: Map<string, Granted>, { request, response }: Exchange): void {
  const asked = new URL(request.url ?? '/', 'http://sandbox').searchParams;
  const redirectUri = asked.get('redirect_uri') ?? '';
  const fault = faultOf(deps.workspace, asked);
  if (fault !== null) return page(response, 400, `<h1>Something went wrong</h1><p>${escaped(fault)}</p>`);
  const back = new URL(redirectUri);
  const state = asked.get('state');
  if (state !== null) back.searchParams.set('state', state);
  const user = asked.get('user');
  if (user === null) return page(response, 200, choice(deps.workspace, asked));
  const person = deps.workspace.users.get(user);
  if (!person || person.deleted || person.isBot) back.searchParams.set('error', 'access_denied');
  else {
    const code = deps.random();
    const [nonce, challenge] = [asked.get('nonce'), asked.get('code_challenge')];
    codes.set(code, { user, nonce, redirectUri, challenge, atMs: deps.nowMs() });
    back.searchParams.set('code', code);
  }
  response.writeHead(302, { location: back.href, ...security }).end();
}

function faultOf({ bot }: Workspace, asked: URLSearchParams): string | null {
  const redirectUri = asked.get('redirect_uri') ?? '';
  if (asked.get('client_id') !== bot.appId) return 'Invalid client_id parameter';
  // Slack wants https; a stand-in on this machine is reached without.
  if (!URL.canParse(redirectUri) || !/^https?:$/.test(new URL(redirectUri).protocol))
    return 'redirect_uri did not match any configured URIs';
  if (asked.get('response_type') !== 'code') return 'Invalid response_type parameter';
  return (asked.get('scope') ?? '').split(/[ ,]/).includes('openid') ? null : 'Invalid scope: openid is missing';
}

function choice({ users, team }: Workspace, asked: URLSearchParams): string {
  const people = [...users.values()].filter(({ isBot, deleted, id }) => !isBot && !deleted && id !== 'USLACKBOT');
  const links = people.map(({ id, realName, name }) => {
    const to = new URLSearchParams(asked);
    to.set('user', id);
    return `<li><a href="/openid/connect/authorize?${escaped(to.toString())}">${escaped(realName || name)}</a></li>`;
  });
  return `<h1>Sign in to ${escaped(team.name)} as</h1><ul>${links.join('')}</ul>`;
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);

function page(response: ServerResponse, status: number, body: string): void {
  const head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">';
  response
    .writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...security })
    .end(
      `<!doctype html><html lang="en"><head>${head}<title>Slack sandbox</title></head><body><main>${body}</main></body></html>`,
    );
}

/** The client stands in the form, or in a Basic header. */
async function argsOf(request: IncomingMessage): Promise<URLSearchParams> {
  const args = new URLSearchParams((await readBody(request)).toString('utf8'));
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const [id = '', secret = ''] = basic ? Buffer.from(basic, 'base64').toString('utf8').split(':') : [];
  if (basic) args.set('client_id', decodeURIComponent(id));
  if (basic) args.set('client_secret', decodeURIComponent(secret));
  return args;
}

/** Uses a code up; a string is Slack's error. */
function redeem(
  { workspace, clientSecret, nowMs }: OpenIdDeps,
  codes: Map<string, Granted>,
  args: URLSearchParams,
): Granted | string {
  const code = args.get('code') ?? '';
  const granted = codes.get(code);
  if (args.get('client_id') !== workspace.bot.appId) return 'invalid_client_id';
  if (args.get('client_secret') !== clientSecret) return 'bad_client_secret';
  if (!granted) return 'invalid_code';
  codes.delete(code);
  if (nowMs() - granted.atMs > codeMs) return 'invalid_code';
  if (args.get('redirect_uri') !== granted.redirectUri) return 'bad_redirect_uri';
  const verifier = args.get('code_verifier') ?? '';
  const isProven =
    granted.challenge === null || createHash('sha256').update(verifier).digest('base64url') === granted.challenge;
  return isProven ? granted : 'invalid_code_verifier';
}

const personOf = ({ users, team }: Workspace, id: string) => {
  const user = users.get(id);
  return {
    sub: id,
    'https://slack.com/user_id': id,
    'https://slack.com/team_id': team.id,
    email: user?.email,
    email_verified: true,
    name: user?.realName,
    'https://slack.com/team_name': team.name,
    'https://slack.com/team_domain': team.domain,
  };
};

function claimsOf({ workspace, base, nowMs }: OpenIdDeps, { user, nonce }: Granted) {
  const now = Math.floor(nowMs() / 1000);
  const times = { iat: now, exp: now + tokenSeconds, auth_time: now };
  const to = { iss: base(), aud: workspace.bot.appId, ...(nonce !== null && { nonce }) };
  return { ...personOf(workspace, user), ...to, ...times };
}

function jwt(claims: object, key: KeyObject): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid: keyId })}.${part(claims)}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
}
