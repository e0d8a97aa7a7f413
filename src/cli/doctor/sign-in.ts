// What `firebreak doctor` sees of the sign-in: whether people can get to the page, and whether each provider can be asked. Signs nobody in.
import { z } from 'zod';
import type { Config } from '../../config/environment.ts';
import { isLocalHost } from '../../config/local-trust.ts';
import { redirectUriOf, slackIssuer } from '../../http/session/sign-in/providers.ts';
import { messageOf } from '../session/failure.ts';
import type { Check } from './check.ts';

const about = 'sign-in';
const withinMs = 5000;
const Discovery = z.object({ issuer: z.string(), authorization_endpoint: z.string(), token_endpoint: z.string() });

type Given = Pick<Config, 'publicUrl' | 'slack'> & { readonly file: Pick<Config['file'], 'signIn'> };

/** Looks at the address of the page and at the providers; `fetchFrom`: instead of the network. */
export async function checkSignIn(given: Given, fetchFrom: typeof fetch = fetch): Promise<readonly Check[]> {
  const { publicUrl, slack, file } = given;
  const { slack: withSlack, oidc } = file.signIn;
  if (withSlack === null && oidc === null)
    return slack === null
      ? [{ about, status: 'ok', found: 'none: the page is for this machine and for tokens', advice: null }]
      : [
          {
            about,
            status: 'warn',
            found: 'none: links in Slack lead to pages that nobody but this machine can open',
            advice: 'add `sign_in:` to firebreak.yaml, as docs/sign-in.md has it',
          },
        ];
  const providers = [
    ...(withSlack ? [{ id: 'slack' as const, issuer: slackIssuer(slack?.apiUrl ?? null) }] : []),
    ...(oidc ? [{ id: 'oidc' as const, issuer: oidc.issuer }] : []),
  ];
  const asked = providers.map(async ({ id, issuer }): Promise<Check> => {
    const fault = await discoveryFault(issuer, fetchFrom);
    const found = `${id}: ${issuer}, redirect URI ${redirectUriOf(publicUrl, id)}`;
    return fault === null
      ? { about, status: 'ok', found, advice: null }
      : {
          about,
          status: 'fail',
          found: `${id}: ${fault}`,
          advice: `check \`issuer\`, and that ${issuer} can be reached`,
        };
  });
  return [...addressFaults(given), ...(await Promise.all(asked))];
}

/** Over plain http everybody on the way could read who signed in, and take the session. */
function addressFaults({ publicUrl, slack, file }: Given): readonly Check[] {
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol === 'https:') return [];
  const advice = 'set FIREBREAK_PUBLIC_URL to the https address under which people reach Firebreak';
  if (!isLocalHost(hostname))
    return [{ about, status: 'fail', found: `people are sent to ${publicUrl}, which is not https`, advice }];
  // Who stands in for Slack takes any address.
  if (file.signIn.slack === null || (slack?.apiUrl ?? null) !== null) return [];
  return [{ about, status: 'warn', found: `Slack takes https redirect URIs only, and ${publicUrl} is none`, advice }];
}

async function discoveryFault(issuer: string, fetchFrom: typeof fetch): Promise<string | null> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  try {
    const answer = await fetchFrom(url, { signal: AbortSignal.timeout(withinMs) });
    if (answer.status !== 200) return `${url} answers ${answer.status}`;
    const read = Discovery.safeParse(await answer.json());
    if (!read.success) return `${url} is no description of an OpenID provider`;
    return read.data.issuer.replace(/\/$/, '') === issuer.replace(/\/$/, '')
      ? null
      : `${url} calls itself ${read.data.issuer}: \`issuer\` must be exactly that`;
  } catch (error) {
    return `${url}: ${messageOf(error)}`;
  }
}
