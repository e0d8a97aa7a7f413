// One OpenID Connect provider: where people are sent, and what its answer says, checked: state, nonce, PKCE, issuer, audience, times
// and the signature of the ID token. Knows nobody.
import type * as client from 'openid-client';
import { err, ok, type Result } from '../../../core/result.ts';
import type { Claims } from './identify.ts';

/** How a provider is reached, and who we are to it. */
export type OpenIdSettings = {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  /** Where its answers come in. */
  readonly redirectUri: string;
};

/** What one sign-in is bound to; whoever answers must know it. */
export type Binding = { readonly state: string; readonly nonce: string; readonly verifier: string };

/**
 * Why there is nobody. `denied`: the person or the provider said no; `refused`: the code is used, too old or not ours; `away`: the
 * provider does not answer; `wrong`: its answer cannot be believed.
 */
export type OpenIdFault = {
  readonly outcome: 'denied' | 'refused' | 'away' | 'wrong';
  /** For the log. */
  readonly reason: string;
};

/** The provider. */
export type OpenId = {
  readonly newBinding: () => Promise<Binding>;
  /** Where the person says who he or she is. */
  readonly begin: (binding: Binding) => Promise<Result<URL, OpenIdFault>>;
  /** The claims, after all checks. `query`: with which the person came back. */
  readonly finish: (query: URLSearchParams, binding: Binding) => Promise<Result<Claims, OpenIdFault>>;
};

/** The provider's own description is read again after this, in milliseconds: keys and addresses change. */
const knownForMs = 3_600_000;
const timeoutSeconds = 10;

/** A start without a sign-in is spared the library. */
const library = () => import('openid-client');

/** Makes one; nothing is asked of it yet. */
export function createOpenId(settings: OpenIdSettings, { nowMs }: { readonly nowMs: () => number }): OpenId {
  let known: { readonly atMs: number; readonly asked: Promise<client.Configuration> } | null = null;
  async function ask(): Promise<client.Configuration> {
    const { discovery, enableNonRepudiationChecks, allowInsecureRequests, ClientSecretPost, customFetch } =
      await library();
    const issuer = new URL(settings.issuer);
    const execute = [enableNonRepudiationChecks, ...(issuer.protocol === 'http:' ? [allowInsecureRequests] : [])];
    const proof = ClientSecretPost(settings.clientSecret);
    const reaching = { execute, timeout: timeoutSeconds, [customFetch]: fetchAnswer };
    return discovery(issuer, settings.clientId, undefined, proof, reaching);
  }
  async function described(): Promise<client.Configuration> {
    if (known === null || nowMs() - known.atMs > knownForMs) known = { atMs: nowMs(), asked: ask() };
    const { asked } = known;
    return asked.catch((error) => {
      if (known?.asked === asked) known = null;
      throw error;
    });
  }

  return {
    async newBinding() {
      const { randomNonce, randomPKCECodeVerifier, randomState } = await library();
      return { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    },
    async begin({ state, nonce, verifier }) {
      try {
        const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await library();
        const url = buildAuthorizationUrl(await described(), {
          redirect_uri: settings.redirectUri,
          scope: settings.scopes.join(' '),
          response_type: 'code',
          state,
          nonce,
          code_challenge: await calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        });
        return ok(url);
      } catch (error) {
        return err({ outcome: 'away', reason: reasonOf(error) });
      }
    },
    async finish(query, { state, nonce, verifier }) {
      const config = await described().catch((error: unknown) => reasonOf(error));
      if (typeof config === 'string') return err({ outcome: 'away', reason: config });
      const { authorizationCodeGrant } = await library();
      // Our own address, not that of the request: a proxy may call it otherwise.
      const url = new URL(settings.redirectUri);
      url.search = query.toString();
      try {
        const checks = {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        };
        const tokens = await authorizationCodeGrant(config, url, checks);
        return ok(await withUserInfo(config, tokens.claims() ?? {}, tokens.access_token));
      } catch (error) {
        return err(await faultOf(error));
      }
    },
  };
}

/** Some providers tell the address of a person only when they are asked for it. One that does not answer has told none. */
async function withUserInfo(config: client.Configuration, claims: Claims, accessToken: string): Promise<Claims> {
  const { sub, email } = claims;
  if (email !== undefined || typeof sub !== 'string' || !config.serverMetadata().userinfo_endpoint) return claims;
  const { fetchUserInfo } = await library();
  const more: Claims = await fetchUserInfo(config, accessToken, sub).catch(() => ({}));
  return { ...more, ...claims };
}

async function faultOf(error: unknown): Promise<OpenIdFault> {
  const { AuthorizationResponseError, ResponseBodyError } = await library();
  const reason = reasonOf(error);
  if (error instanceof AuthorizationResponseError) return { outcome: 'denied', reason };
  if (error instanceof ResponseBodyError) return { outcome: 'refused', reason };
  return { outcome: isAway(error) ? 'away' : 'wrong', reason };
}

/** Slack refuses with 200 and `ok: false`: the standard's refusal is 400. */
const fetchAnswer: client.CustomFetch = async (url, options) => {
  const answer = await fetch(url, options as RequestInit);
  if (answer.status !== 200) return answer;
  const text = await answer.text();
  const isRefusal = /^\s*\{\s*"ok"\s*:\s*false\b/.test(text);
  const headers = { 'content-type': answer.headers.get('content-type') ?? 'application/json' };
  return new Response(text, { status: isRefusal ? 400 : 200, headers });
};

/** What `fetch` throws where nobody answers, and what the library says of an answer in time that never came. */
const isAway = (error: unknown): boolean =>
  error instanceof Error &&
  (/^(fetch failed|terminated)$/.test(error.message) || /timed? ?out|abort/i.test(`${error.name} ${error.message}`));

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = 'error' in error && typeof error.error === 'string' ? ` (${error.error})` : '';
  const { cause } = error;
  return `${error.message}${said}${cause instanceof Error ? `: ${cause.message}` : ''}`.slice(0, 300);
}
