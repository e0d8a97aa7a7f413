// The ways to sign in that are configured. Each is an OpenID provider and what its claims mean. Decides about no session.
import type { SignedIn } from '../../../core/authority/web-session.ts';
import type { Result } from '../../../core/result.ts';
import { type Claims, openIdUser, slackUser } from './identify.ts';
import { createOpenId, type OpenId } from './open-id.ts';

/** One way to sign in. */
export type SignInProvider = {
  readonly id: SignedIn['provider'];
  /** On its button. */
  readonly label: string;
  readonly openId: OpenId;
  /** Who that is; or why nobody is let in, for the person to read. */
  readonly identify: (claims: Claims) => Promise<Result<SignedIn, string>>;
};

/** What providers are made of. */
export type ProviderSettings = {
  readonly slack: { readonly clientId: string; readonly clientSecret: string } | null;
  readonly oidc: {
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly name: string;
    readonly scopes: readonly string[];
    readonly domains: readonly string[] | null;
  } | null;
  /** Slack's Web API where it is another than Slack's: who stands in for Slack stands in for all of it. */
  readonly slackApiUrl: string | null;
  /** Our workspace, as the bot's token says; null: Slack does not tell. */
  readonly slackTeam: () => Promise<string | null>;
  readonly publicUrl: string;
};

/** The address of a path under which people reach this server. */
export const publicAddress = (publicUrl: string, path: string): string => `${publicUrl.replace(/\/+$/, '')}${path}`;

/** Where the answers of a provider come in: what is entered there as redirect URI. */
export const redirectUriOf = (publicUrl: string, provider: SignedIn['provider']): string =>
  publicAddress(publicUrl, `/sign-in/${provider}/callback`);

/** Whom Sign in with Slack asks: https://slack.com, by its discovery document. */
export const slackIssuer = (apiUrl: string | null): string =>
  apiUrl === null ? 'https://slack.com' : new URL(apiUrl).origin;

/** The providers; nothing is asked of them yet. */
export function createProviders(
  { slack, oidc, slackApiUrl, slackTeam, publicUrl }: ProviderSettings,
  clock: { readonly nowMs: () => number },
): readonly SignInProvider[] {
  const providers: SignInProvider[] = [];
  if (slack !== null) {
    const { clientId, clientSecret } = slack;
    const issuer = slackIssuer(slackApiUrl);
    const redirectUri = redirectUriOf(publicUrl, 'slack');
    providers.push({
      id: 'slack',
      label: 'Sign in with Slack',
      openId: createOpenId(
        { issuer, clientId, clientSecret, redirectUri, scopes: ['openid', 'profile', 'email'] },
        clock,
      ),
      identify: async (claims) => slackUser(claims, await slackTeam()),
    });
  }
  if (oidc !== null) {
    const { issuer, clientId, clientSecret, scopes, domains, name } = oidc;
    const redirectUri = redirectUriOf(publicUrl, 'oidc');
    providers.push({
      id: 'oidc',
      label: `Sign in with ${name}`,
      openId: createOpenId({ issuer, clientId, clientSecret, redirectUri, scopes }, clock),
      identify: async (claims) => openIdUser(claims, domains),
    });
  }
  return providers;
}
