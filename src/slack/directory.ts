// Who belongs to which role, asked of Slack when it matters, but not with every click: Slack answers 20 such questions a
// minute, and a storm has more clicks than that. Decides nothing.

import type { WebClient } from '@slack/web-api';
import { membershipOf, type People, type Roles, roleOf, slackUserOf } from '../core/authority/membership.ts';
import type { Principal } from '../core/authority/principal.ts';
import type { Actor } from '../core/events.ts';
import { rolesOnCall } from '../core/on-call/on-call-roles.ts';
import type { Directory } from '../ports/directory.ts';
import type { OnCall } from '../ports/on-call.ts';
import type { Log } from '../ports/runtime.ts';
import { isUserId } from './identity.ts';
import { troubleOf } from './slack-error.ts';

/** Slack, where groups and people are looked up. */
export type SlackAccess = { readonly client: WebClient; readonly nowMs: () => number; readonly log: Log };

/** How long an answer about a group counts. Whoever leaves a group may decide this much longer. */
const freshMs = 15_000;
/** How long it counts while Slack limits the rate: to shut all people out in the middle of a storm is worse. */
const staleMs = 5 * 60_000;

/** Members of groups, each asked for once at a time and kept for a while. */
function createGroups(
  client: WebClient,
  nowMs: () => number,
  log: Log,
): ((group: string) => Promise<readonly string[]>) & { readonly isKnown?: (group: string) => boolean } {
  const known = new Map<string, { readonly users: readonly string[]; readonly atMs: number }>();
  const asked = new Map<string, Promise<readonly string[]>>();

  async function ask(group: string): Promise<readonly string[]> {
    try {
      const { users = [] } = await client.usergroups.users.list({ usergroup: group });
      known.set(group, { users, atMs: nowMs() });
      return users;
    } catch (error) {
      const { kind, message } = troubleOf(error);
      const before = known.get(group);
      log.warn({ group, error: message }, 'the members of a Slack user group could not be read');
      // For any other reason nobody is let in because Slack does not answer.
      return kind === 'wait' && before && nowMs() - before.atMs < staleMs ? before.users : [];
    }
  }

  const members = async (group: string) => {
    const before = known.get(group);
    if (before && nowMs() - before.atMs < freshMs) return before.users;
    const answer = asked.get(group) ?? ask(group).finally(() => asked.delete(group));
    asked.set(group, answer);
    return answer;
  };
  const isKnown = (group: string) => nowMs() - (known.get(group)?.atMs ?? Number.NEGATIVE_INFINITY) < freshMs;
  return Object.assign(members, { isKnown });
}

/** The directory; without Slack only the users named in the configuration count. */
export function createDirectory(
  {
    roles: rolesOfFile,
    people,
    onCall,
  }: { readonly roles: Roles; readonly people: People; readonly onCall?: Pick<OnCall, 'now'> },
  slack: SlackAccess | null,
): Directory {
  const groupMembers: ReturnType<typeof createGroups> = slack
    ? createGroups(slack.client, slack.nowMs, slack.log)
    : async () => [];

  /** As they are at this moment: who is on call changes. */
  const rolesNow = async () => (onCall ? rolesOnCall(rolesOfFile, await onCall.now()) : rolesOfFile);

  async function membersOf(name: string, roles: Roles): Promise<readonly string[]> {
    if (isUserId(name)) return [name];
    const role = name.startsWith('@') ? roleOf(name, roles) : undefined;
    if (!role) return Object.hasOwn(people, name) ? [people[name]?.slack ?? []].flat() : [];
    const groups = await Promise.all(role.groups.map(groupMembers));
    const linked = role.people.flatMap((key) => people[key]?.slack ?? []);
    return [...new Set([...role.users, ...linked, ...groups.flat()])];
  }

  /** When somebody was last seen to be active: one click asks more than once, and each answer counts as long as that of a group. */
  const activeAtMs = new Map<string, number>();

  /** Bots and deactivated people decide nothing, whatever list they still stand in. */
  async function standing(user: string): ReturnType<Directory['standing']> {
    if (!slack) return 'active';
    const lastActive = activeAtMs.get(user) ?? Number.NEGATIVE_INFINITY;
    if (slack.nowMs() - lastActive < freshMs) return 'active';
    try {
      const { user: found } = await slack.client.users.info({ user });
      const isOne = found !== undefined && found.deleted !== true && found.is_bot !== true;
      if (isOne) activeAtMs.set(user, slack.nowMs());
      else activeAtMs.delete(user);
      return isOne ? 'active' : 'gone';
    } catch (error) {
      const { kind, code } = troubleOf(error);
      if (['user_not_found', 'user_not_visible'].includes(code)) return 'gone';
      return kind === 'wait' && slack.nowMs() - lastActive < staleMs ? 'active' : 'unknown';
    }
  }

  return {
    async belongsTo(principal, names) {
      const roles = await rolesNow();
      const own = await namesOf(principal, names, { people, roles, groupMembers });
      if (principal.type !== 'person' || own.length === 0) return own;
      const user = slackUserOf(principal, people);
      if (user === null) return own;
      const stands = await standing(user);
      // Whoever signed in proved it to the provider then, and decides on the page while Slack is away; a click needs Slack's word.
      return stands === 'active' || (stands === 'unknown' && principal.proof === 'session') ? own : [];
    },
    standing,
    async candidates(names) {
      const roles = await rolesNow();
      const users = [...new Set((await Promise.all(names.map((name) => membersOf(name, roles)))).flat())];
      const standings = await Promise.all(users.map(async (id) => ({ id, stands: await standing(id) })));
      return candidatesFor({ names, roles, people, users: standings, isKnown: groupMembers.isKnown });
    },
    async members(names) {
      const roles = await rolesNow();
      return [...new Set((await Promise.all(names.map((name) => membersOf(name, roles)))).flat())];
    },
  };
}

/** Those of the names that a principal belongs to. Each group is asked about once, and none where the configuration says it all. */
async function namesOf(
  principal: Principal,
  names: readonly string[],
  {
    people,
    roles,
    groupMembers,
  }: {
    readonly people: People;
    readonly roles: Roles;
    readonly groupMembers: (group: string) => Promise<readonly string[]>;
  },
): Promise<readonly string[]> {
  const found = names.map((name) => ({ name, membership: membershipOf(principal, name, { people, roles }) }));
  const asked = new Set(found.flatMap(({ membership }) => (membership.outcome === 'ask' ? membership.groups : [])));
  const members = new Map(
    await Promise.all([...asked].map(async (group) => [group, await groupMembers(group)] as const)),
  );
  return found.flatMap(({ name, membership }) => {
    if (membership.outcome !== 'ask') return membership.outcome === 'yes' ? [name] : [];
    return membership.groups.some((group) => members.get(group)?.includes(membership.user)) ? [name] : [];
  });
}

/** Everybody behind names as they would act, as far as Slack has said who belongs to its groups. */
function candidatesFor({
  names,
  roles,
  people,
  users,
  isKnown = () => true,
}: {
  readonly names: readonly string[];
  readonly roles: Roles;
  readonly people: People;
  readonly users: readonly { readonly id: string; readonly stands: 'active' | 'gone' | 'unknown' }[];
  readonly isKnown: ((group: string) => boolean) | undefined;
}): { readonly actors: readonly Actor[]; readonly isSure: boolean } {
  const found = names.flatMap((name) => (name.startsWith('@') ? (roleOf(name, roles) ?? []) : []));
  const isSure =
    !names.includes('everyone') &&
    found.every((role) => role.groups.every(isKnown)) &&
    users.every(({ stands }) => stands !== 'unknown');
  const keys = [...found.flatMap((role) => role.people), ...names.filter((name) => Object.hasOwn(people, name))];
  const linked = keys.flatMap((key): Actor[] => {
    const { local, subject, email } = people[key] ?? {};
    const proof = subject ?? email;
    if (local !== undefined) return [{ kind: 'user', id: `local:${local}`, person: key }];
    return proof === undefined ? [] : [{ kind: 'user', id: `oidc:${proof}`, person: key }];
  });
  const tokens = [
    ...found.flatMap((role) => role.tokens.map((token) => `token:${token}`)),
    ...names.filter((name) => name.startsWith('token:')),
  ];
  const proofs = names.filter((name) => /^(local|oidc):/.test(name));
  const present = users.filter(({ stands }) => stands !== 'gone');
  const actors = [
    ...[...present.map(({ id }) => id), ...proofs].map((id): Actor => ({ kind: 'user', id })),
    ...linked,
    ...tokens.map((id): Actor => ({ kind: 'api', id })),
  ];
  return { actors, isSure };
}
