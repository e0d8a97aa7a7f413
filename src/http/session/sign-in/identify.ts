// Who somebody is by the claims of a provider whose token was checked; or why nobody is let in with them. Pure.
import type { SignedIn } from '../../../core/authority/web-session.ts';
import { cleanText } from '../../../core/json.ts';
import { err, ok, type Result } from '../../../core/result.ts';

/** The claims of an ID token, and of the provider's further answer about the person. */
export type Claims = { readonly [name: string]: unknown };

const maxName = 120;
const text = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? cleanText(value) : null;
const nameOf = ({ name, preferred_username: username }: Claims) =>
  (text(name) ?? text(username))?.slice(0, maxName) ?? null;

/** An address counts only where the provider says that it is the person's own. */
const emailOf = ({ email, email_verified: verified }: Claims) =>
  verified === true ? (text(email)?.toLowerCase() ?? null) : null;

/** By Slack's claims. `teamId`: our workspace; null: Slack does not tell right now. */
export function slackUser(claims: Claims, teamId: string | null): Result<SignedIn, string> {
  if (teamId === null) return err('Slack does not tell right now which workspace this is; try again in a moment');
  if (claims['https://slack.com/team_id'] !== teamId)
    return err('that is an account of another Slack workspace; choose the workspace that Firebreak is in');
  const subject = text(claims['https://slack.com/user_id']);
  if (subject === null || !/^[UW][A-Z0-9]{2,20}$/.test(subject)) return err('Slack did not say who you are');
  return ok({ provider: 'slack', subject, name: nameOf(claims), email: emailOf(claims) });
}

/** By the claims of any other provider. `domains`: only a verified address there is let in; null: everybody whom the provider knows. */
export function openIdUser(claims: Claims, domains: readonly string[] | null): Result<SignedIn, string> {
  const subject = text(claims['sub']);
  if (subject === null || subject.length > 255 || !/^[\x20-\x7e]+$/.test(subject))
    return err('the provider did not say who you are');
  const email = emailOf(claims);
  if (domains !== null && (email === null || !domains.includes(email.slice(email.lastIndexOf('@') + 1))))
    return err(`only verified addresses of ${domains.join(', ')} may sign in here`);
  return ok({ provider: 'oidc', subject, name: nameOf(claims), email });
}
