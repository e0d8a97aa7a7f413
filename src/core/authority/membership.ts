// Who belongs to a name, as far as the configuration says it; groups of Slack are left to the directory, which can ask Slack. Pure.
import type { Actor } from '../actor.ts';
import type { Principal } from './principal.ts';

/** A human on every surface. `local`: a user name of this machine; `subject`: what the OpenID provider calls him or her. */
type Person = {
  readonly slack?: string | undefined;
  readonly email?: string | undefined;
  readonly subject?: string | undefined;
  readonly local?: string | undefined;
};
/** People by their keys under `people:`. */
export type People = { readonly [key: string]: Person };

/** Who stands behind `@name`: Slack users, Slack user groups, people, service tokens. */
export type Role = {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly people: readonly string[];
  readonly tokens: readonly string[];
  /** Entries of `oncall:`: whoever is on call by them is among its users and people at that moment. */
  readonly oncall?: readonly string[];
  /** True: its members approve high risk with a passkey only; absent: they need none. */
  readonly stepUp?: boolean;
};
/** Roles by name without the `@`. */
export type Roles = { readonly [name: string]: Role };

const slackUser = /^[UW][A-Z0-9]{2,20}$/;
const own = <T>(record: { readonly [name: string]: T }, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** The role behind `@name`; names come from playbooks, so `constructor` must find nothing. */
export const roleOf = (name: string, roles: Roles): Role | undefined => own(roles, name.replace(/^@/, ''));

/** The person a proof belongs to; null: it is linked to nobody. */
export function personOf(
  proof:
    | { readonly slack: string }
    | { readonly local: string }
    | { readonly email: string }
    | { readonly subject: string },
  people: People,
): string | null {
  const [[kind, value] = ['', '']] = Object.entries(proof);
  const found = Object.entries(people).find(([, person]) => person[kind as keyof Person] === value);
  return found?.[0] ?? null;
}

/** Whether a principal belongs to a name: yes, no, or as the members of these Slack groups say about this user. */
export type Membership =
  | { readonly outcome: 'yes' | 'no' }
  | { readonly outcome: 'ask'; readonly user: string; readonly groups: readonly string[] };

const answer = (yes: boolean): Membership => ({ outcome: yes ? 'yes' : 'no' });

/** Looks a principal up under one name. */
export function membershipOf(
  principal: Principal,
  name: string,
  { people, roles }: { readonly people: People; readonly roles: Roles },
): Membership {
  if (principal.type === 'sender' || principal.type === 'system') return answer(false);
  if (name === 'everyone') return answer(true);
  if (principal.type === 'token') {
    const role = name.startsWith('@') ? roleOf(name, roles) : undefined;
    return answer(name === `token:${principal.name}` || role?.tokens.includes(principal.name) === true);
  }
  const person = principal.person;
  const user = slackUserOf(principal, people);
  if (name.startsWith('oidc:')) return answer(principal.type === 'person' && principal.id === name);
  if (slackUser.test(name)) return answer(user === name);
  if (name.startsWith('local:')) return answer(localNames(principal, people).includes(name.slice('local:'.length)));
  const role = name.startsWith('@') ? roleOf(name, roles) : undefined;
  if (!role) return answer(person === name && own(people, name) !== undefined);
  if (person !== null && role.people.includes(person)) return answer(true);
  if (user === null) return answer(false);
  if (role.users.includes(user)) return answer(true);
  return role.groups.length === 0 ? answer(false) : { outcome: 'ask', user, groups: role.groups };
}

/** The Slack user of somebody who acted, as the configuration links people now; null: none is known. */
export const slackIdOf = ({ id, person }: Pick<Actor, 'id' | 'person'>, people: People): string | null =>
  slackUser.test(id) ? id : person === undefined ? null : (own(people, person)?.slack ?? null);

/** The Slack user of a human, wherever he or she came in; null: none is known. */
export function slackUserOf(principal: Principal, people: People): string | null {
  if (principal.type === 'person' && slackUser.test(principal.id)) return principal.id;
  if (principal.type !== 'person' && principal.type !== 'local') return null;
  return principal.person === null ? null : (own(people, principal.person)?.slack ?? null);
}

function localNames(principal: Extract<Principal, { type: 'person' | 'local' }>, people: People): readonly string[] {
  const linked = principal.person === null ? undefined : own(people, principal.person)?.local;
  return [...(principal.type === 'local' ? [principal.name] : []), ...(linked === undefined ? [] : [linked])];
}
