// An OpenID provider that a test steers: what its ID token says and how it is signed, what its token endpoint answers.
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Claims = { readonly [name: string]: unknown };

/** What a test may change. */
export type Steered = {
  /** The claims of the token, instead of the right ones. */
  claims: (right: Claims) => Claims;
  /** What signs it, instead of the key that the provider publishes. */
  key: KeyObject | null;
  /** The header of the token. */
  header: Claims;
  /** What the token endpoint answers, instead of a token. */
  answer: { readonly status: number; readonly body: object } | null;
  userInfo: Claims;
};

const usual = (): Steered => ({
  claims: (right) => right,
  key: null,
  header: { alg: 'RS256', kid: 'k' },
  answer: null,
  userInfo: {},
});
export const otherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Starts one; `client`: the client that its tokens are for. */
export async function startProvider(client: string) {
  let steered = usual();
  let discoveries = 0;
  let asked: { nonce: string; challenge: string } = { nonce: '', challenge: '' };
  const verifiers: string[] = [];
  const server = createServer(async (request, response) => {
    const json = (body: object, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const base = `http://${request.headers.host}`;
    switch (new URL(request.url ?? '/', base).pathname) {
      case '/.well-known/openid-configuration':
        discoveries += 1;
        return json({
          ...{ issuer: base, authorization_endpoint: `${base}/authorize`, token_endpoint: `${base}/token` },
          ...{ jwks_uri: `${base}/keys`, userinfo_endpoint: `${base}/me`, response_types_supported: ['code'] },
          id_token_signing_alg_values_supported: ['RS256'],
        });
      case '/keys':
        return json({ keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'k', use: 'sig', alg: 'RS256' }] });
      case '/me':
        return json({ sub: 'subject-1', ...steered.userInfo });
      default: {
        let form = '';
        for await (const chunk of request) form += chunk;
        const verifier = new URLSearchParams(form).get('code_verifier') ?? '';
        verifiers.push(verifier);
        if (steered.answer) return json(steered.answer.body, steered.answer.status);
        if (createHash('sha256').update(verifier).digest('base64url') !== asked.challenge)
          return json({ error: 'invalid_grant' }, 400);
        const now = Math.floor(Date.now() / 1000);
        const claims = { iss: base, aud: client, sub: 'subject-1', nonce: asked.nonce, iat: now, exp: now + 60 };
        const text = `${part(steered.header)}.${part(steered.claims(claims))}`;
        const signature =
          steered.header['alg'] === 'none' ? '' : sign('RSA-SHA256', Buffer.from(text), steered.key ?? own.privateKey);
        const idToken = `${text}.${signature.toString('base64url')}`;
        return json({ access_token: 'at', token_type: 'Bearer', id_token: idToken });
      }
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** A person says yes: the query with which the browser comes back. */
    yes(url: URL, more: { readonly [name: string]: string } = {}): URLSearchParams {
      const { nonce = '', code_challenge: challenge = '', state = '' } = Object.fromEntries(url.searchParams);
      asked = { nonce, challenge };
      return new URLSearchParams({ code: 'c', state, ...more });
    },
    steer(change: Partial<Steered> = {}) {
      steered = { ...usual(), ...change };
    },
    discoveries: () => discoveries,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
