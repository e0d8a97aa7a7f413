// Who is who: auth.test, team.info, users.*, usergroups.*.
import { z } from 'zod';
import { userJson } from '../wire.ts';
import { count, flag, type Method, method, page, refuse } from './method.ts';

const emailScope = 'users:read.email';

/** The methods about people by name. */
export const people: { readonly [name: string]: Method } = {
  'api.test': method([], z.object({ error: z.string().optional() }).loose(), (args) =>
    args.error === undefined ? { ok: true, args } : refuse(args.error, [], { args }),
  ),
  'auth.test': method([], z.object({}), (_args, { workspace: { team, bot }, base }) => ({
    ok: true,
    url: `${base()}/`,
    team: team.name,
    user: bot.name,
    team_id: team.id,
    user_id: bot.userId,
    bot_id: bot.botId,
    is_enterprise_install: false,
  })),
  'team.info': method(['team:read'], z.object({}), (_args, { workspace: { team } }) => ({
    ok: true,
    team: { id: team.id, name: team.name, domain: team.domain, email_domain: '' },
  })),
  'bots.info': method(['users:read'], z.object({ bot: z.string() }), (args, { workspace: { bot } }) =>
    args.bot === bot.botId
      ? { ok: true, bot: { id: bot.botId, user_id: bot.userId, app_id: bot.appId, name: bot.name, deleted: false } }
      : refuse('bot_not_found'),
  ),
  'users.info': method(['users:read'], z.object({ user: z.string() }), (args, { workspace, hasScope }) => {
    const user = workspace.users.get(args.user);
    return user ? { ok: true, user: userJson(user, hasScope(emailScope)) } : refuse('user_not_found');
  }),
  'users.list': method(
    ['users:read'],
    z.object({ limit: count(0, 1000).default(0), cursor: z.string().optional() }),
    (args, { workspace, hasScope }) => {
      const all = [...workspace.users.values()];
      const found = page(all, args.limit || all.length, args.cursor);
      if (!found) return refuse('invalid_cursor');
      const members = found.items.map((user) => userJson(user, hasScope(emailScope)));
      return { ok: true, members, response_metadata: { next_cursor: found.next } };
    },
  ),
  'users.lookupByEmail': method([emailScope], z.object({ email: z.string() }), (args, { workspace }) => {
    const user = [...workspace.users.values()].find(
      ({ email, deleted, isBot }) => !deleted && !isBot && email.toLowerCase() === args.email.toLowerCase(),
    );
    return user ? { ok: true, user: userJson(user, true) } : refuse('users_not_found');
  }),
  'usergroups.list': method(
    ['usergroups:read'],
    z.object({ include_users: flag.optional() }),
    (args, { workspace }) => ({
      ok: true,
      usergroups: [...workspace.groups.values()].map(({ id, handle, users }) => ({
        id,
        handle,
        name: handle,
        team_id: workspace.team.id,
        is_usergroup: true,
        date_delete: 0,
        user_count: users.length,
        ...(args.include_users ? { users } : {}),
      })),
    }),
  ),
  'usergroups.users.list': method(['usergroups:read'], z.object({ usergroup: z.string() }), (args, { workspace }) => {
    const group = workspace.groups.get(args.usergroup);
    return group ? { ok: true, users: group.users } : refuse('no_such_subteam');
  }),
};
