// Rotations as a source of roles: `@oncall:NAME`, and roles that name rotations. Pure.
import type { Role, Roles } from '../authority/membership.ts';

/** Who is on call now, by rotation: keys under `people:`, or Slack user ids. */
export type OnCallNow = { readonly [rotation: string]: readonly string[] };

const slackUser = /^[UW][A-Z0-9]{2,20}$/;

const joinedBy = (role: Role, who: readonly string[]): Role => ({
  ...role,
  users: [...role.users, ...who.filter((one) => slackUser.test(one))],
  people: [...role.people, ...who.filter((one) => !slackUser.test(one))],
});

const nobody: Role = { users: [], groups: [], people: [], tokens: [] };

/** The roles as they are now. */
export function rolesOnCall(roles: Roles, now: OnCallNow): Roles {
  const of = (names: readonly string[]) => names.flatMap((name) => (Object.hasOwn(now, name) ? (now[name] ?? []) : []));
  const own = Object.entries(roles).map(([name, role]) => [name, joinedBy(role, of(role.oncall ?? []))] as const);
  const byRotation = Object.entries(now).map(([name, who]) => [`oncall:${name}`, joinedBy(nobody, who)] as const);
  return Object.fromEntries([...own, ...byRotation]);
}
