// The `sign_in:` and `people:` sections of firebreak.yaml: how people sign in for the page, and who is one person. Asks no provider.
import { z } from 'zod';
import { Duration } from '../core/time.ts';
import { Secret, type SecretRef } from '../spi/secret.ts';
import { isLocalHost } from './local-trust.ts';
import { concealed } from './secrets.ts';

const hourMs = 3_600_000;
const clientId = z.string().min(1).max(500);

/** Of these providers anybody in the world has an account. */
const publicIssuers = ['https://accounts.google.com', 'https://appleid.apple.com', 'https://gitlab.com'];

const domain = z
  .string()
  .transform((text) => text.toLowerCase())
  .refine((text) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text), 'must be a domain such as example.com');

const issuer = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'must be a URL such as https://login.example.com',
  )
  .refine(
    (text) => !URL.canParse(text) || new URL(text).protocol !== 'http:' || isLocalHost(new URL(text).hostname),
    'must be https: over http anybody on the way could answer in its place',
  );

/** The `sign_in:` section. */
export const SignInSetting = z
  .strictObject({
    /** Sign in with Slack, in the workspace of the bot. */
    slack: z.strictObject({ clientId, clientSecret: Secret }).optional(),
    /** Any other OpenID Connect provider. */
    oidc: z
      .strictObject({
        issuer,
        clientId,
        clientSecret: Secret,
        /** On the button. */
        name: z.string().min(1).max(60).default('single sign-on'),
        scopes: z
          .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be a scope such as email'))
          .default(['openid', 'profile', 'email']),
        /** Only who has a verified address there may sign in. */
        domains: z.array(domain).min(1, 'must name a domain at least').optional(),
      })
      .refine(({ issuer: url, domains }) => domains !== undefined || !publicIssuers.includes(url.replace(/\/$/, '')), {
        path: ['domains'],
        message: 'is needed: anybody in the world has an account of this issuer; name the domains of your addresses',
      })
      .optional(),
    session: z
      .strictObject({
        /** Not used for so long: signed out. */
        idle: Duration.default(24 * hourMs),
        /** Signed out after that, however much it is used. */
        lifetime: Duration.default(7 * 24 * hourMs),
      })
      .prefault({})
      .transform(({ idle, lifetime }) => ({ idleMs: idle, lifetimeMs: lifetime })),
  })
  .prefault({});

type Fetch = (ref: SecretRef, path: readonly PropertyKey[]) => string;

/** How people sign in, with the secrets. */
export type SignInSettings = {
  readonly slack: { readonly clientId: string; readonly clientSecret: string } | null;
  readonly oidc: {
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly name: string;
    readonly scopes: readonly string[];
    readonly domains: readonly string[] | null;
  } | null;
  readonly session: { readonly idleMs: number; readonly lifetimeMs: number };
};

/** The section with its secrets fetched. */
export function readSignIn({ slack, oidc, session }: z.output<typeof SignInSetting>, fetch: Fetch): SignInSettings {
  const secretOf = (provider: string, ref: SecretRef) => fetch(ref, ['sign_in', provider, 'clientSecret']);
  return concealed({
    slack: slack ? concealed({ clientId: slack.clientId, clientSecret: secretOf('slack', slack.clientSecret) }) : null,
    oidc: oidc
      ? concealed({
          issuer: oidc.issuer,
          clientId: oidc.clientId,
          clientSecret: secretOf('oidc', oidc.clientSecret),
          name: oidc.name,
          scopes: oidc.scopes,
          domains: oidc.domains ?? null,
        })
      : null,
    session,
  });
}

const name = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _');

/** The `people:` section: one human by key, on every surface. */
export const PeopleSetting = z.record(
  name,
  z.strictObject({
    slack: z
      .string()
      .regex(/^[UW][A-Z0-9]+$/, 'must be a Slack user id such as U012ABCDEF')
      .optional(),
    /** As the OpenID provider has verified it, whatever its case. */
    email: z
      .email()
      .transform((text) => text.toLowerCase())
      .optional(),
    /** What the OpenID provider calls this person: the claim `sub`. */
    subject: z.string().min(1).max(255).optional(),
    local: z.string().min(1).optional(),
  }),
);

type Fault = { readonly path: readonly PropertyKey[]; readonly message: string };

/** Links that two people share: nobody could tell who of them it is. */
export function peopleFaults(people: z.output<typeof PeopleSetting>): readonly Fault[] {
  const entries = Object.entries(people);
  const links = ['slack', 'email', 'subject', 'local'] as const;
  return entries.flatMap(([key, person], n) =>
    links.flatMap((link) => {
      const other = entries.slice(0, n).find(([, one]) => one[link] !== undefined && one[link] === person[link]);
      const message = `is that of ${other?.[0]} as well; a link belongs to one person`;
      return other === undefined ? [] : [{ path: ['people', key, link], message }];
    }),
  );
}
