// Who is who between Slack and Firebreak: a Slack user as an actor, an actor or a name as a mention. Pure.
import { type People, personOf, type Roles, roleOf } from '../core/authority/membership.ts';
import type { Principal } from '../core/authority/principal.ts';
import type { Actor } from '../core/events.ts';
import { oneLine } from './text.ts';

const userId = /^[UW][A-Z0-9]{2,20}$/;

/** True for the shape of a Slack user id. */
export const isUserId = (text: string): boolean => userId.test(text);

/** A person in Slack, proven by Slack's signature on the request. */
export function slackPrincipal(
  user: { readonly id: string; readonly name?: string | undefined },
  people: People,
): Principal {
  const person = personOf({ slack: user.id }, people);
  return { type: 'person', id: user.id, name: user.name ?? null, person, via: 'slack', proof: 'slack_signature' };
}

/** A user as a mention; any other text stays text. */
export const userMention = (id: string): string => (isUserId(id) ? `<@${id}>` : oneLine(id, 80));

/** An actor as people are to see it. Ids and names may come from the API, so only a real user id becomes a mention. */
export function person(actor: Actor): string {
  if (actor.kind === 'user' && isUserId(actor.id)) return `<@${actor.id}>`;
  if (actor.kind === 'system') return 'Firebreak';
  // A name may be made of what cannot be seen.
  const seen = [actor.name ?? '', actor.id].map((text) => oneLine(text, 80)).find((text) => text !== '');
  return seen ?? 'somebody';
}

/** The same without a mention where the name is known, for posts that call others: nobody is called to what they did themselves. */
export function named(actor: Actor): string {
  const name = actor.kind === 'user' ? oneLine(actor.name ?? '', 80) : '';
  return name === '' ? person(actor) : name;
}

/** True for text that mentions somebody. */
export const reaches = (mention: string): boolean => /^<[@!]/.test(mention);

/** Roles as Slack can mention them: their people among their users, as far as they are linked to one. */
export const rolesInSlack = (roles: Roles, people: People): Roles =>
  Object.fromEntries(
    Object.entries(roles).map(([name, role]) => {
      const linked = role.people.flatMap((key) => (Object.hasOwn(people, key) ? (people[key]?.slack ?? []) : []));
      return [name, { ...role, users: [...new Set([...role.users, ...linked])] }];
    }),
  );

/** Slack's mentions of everybody behind roles and user ids; a name that stands for nobody stays text. */
export function mentions(names: readonly string[], roles: Roles): readonly string[] {
  const all = names.flatMap((name) => {
    const role = roleOf(name, roles);
    if (!role) return [userMention(name)];
    const behind = [...role.groups.map((id) => `<!subteam^${id}>`), ...role.users.map(userMention)];
    return behind.length > 0 ? behind : [oneLine(name, 80)];
  });
  return [...new Set(all)];
}
