// What `firebreak doctor` sees of Slack: whether the tokens are taken and carry every scope, whether people would hear of anything, and
// whether what the configuration names is there. Posts nothing.
import { LogLevel, WebClient } from '@slack/web-api';
import type { Config } from '../../config/environment.ts';
import { neededScopes } from '../../slack/manifest.ts';
import type { SlackSettings } from '../../slack/settings.ts';
import { isPlatformError, troubleOf } from '../../slack/slack-error.ts';
import { messageOf } from '../session/failure.ts';
import type { Check } from './check.ts';

const about = 'slack';
const warn = (found: string, advice: string): Check => ({ about, status: 'warn', found, advice });

/** Looks at the Slack workspace these settings name. */
export async function checkSlack(config: Config, settings: SlackSettings): Promise<readonly Check[]> {
  const { slack } = config;
  if (slack === null) {
    const found = 'not configured: nobody is told, and decisions come by command line and API only';
    return [warn(found, 'run `firebreak init`, or set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET; docs/slack.md')];
  }
  const options = {
    timeout: 10_000,
    retryConfig: { retries: 0 },
    logLevel: LogLevel.ERROR,
    rejectRateLimitedCalls: true,
    ...(slack.apiUrl ? { slackApiUrl: slack.apiUrl } : {}),
  };
  const client = new WebClient(slack.botToken, options);
  const bot = await checkBot(client);
  const socket = slack.appToken === null ? [] : [await checkSocket(new WebClient(slack.appToken, options))];
  const named = bot.status === 'fail' ? [] : await checkNamed(client, config, settings);
  return [bot, ...socket, ...checkHeard(config, settings), ...named];
}

/** Whether people would hear of an incident, and could follow its links. */
export function checkHeard(
  { publicUrl, file }: Pick<Config, 'publicUrl'> & { readonly file: Pick<Config['file'], 'roles'> },
  { invite, fallbackChannel }: SlackSettings,
): readonly Check[] {
  const isLocal = /^https?:\/\/(?:127\.|localhost\b|\[::1\])/.test(publicUrl);
  const hasRoles = Object.keys(file.roles).length > 0;
  return [
    ...(invite.length > 0
      ? []
      : [
          warn(
            'nobody is invited to incidents: their channels stay empty',
            hasRoles
              ? 'add to firebreak.yaml: slack: { invite: ["@ROLE"] }'
              : 'add roles and `slack: { invite: ["@ROLE"] }`; `firebreak slack ids` finds the ids',
          ),
        ]),
    ...(fallbackChannel === undefined
      ? [
          warn(
            'no fallback channel: an incident whose channel cannot be made is told nowhere',
            'add to firebreak.yaml: slack: { fallbackChannel: C012ABCDEF }; `firebreak slack ids` finds the id',
          ),
        ]
      : []),
    ...(isLocal
      ? [warn(`links in Slack lead to ${publicUrl}, which only this machine reaches`, 'set FIREBREAK_PUBLIC_URL')]
      : []),
  ];
}

/** Whether the groups, people and channels that the configuration names are in the workspace. */
export async function checkNamed(
  client: WebClient,
  { file }: { readonly file: Pick<Config['file'], 'roles' | 'people'> },
  { fallbackChannel, announceChannel, announce }: SlackSettings,
): Promise<readonly Check[]> {
  const roles = Object.entries(file.roles);
  const groups = roles.flatMap(([role, { groups: ids }]) => ids.map((id) => ({ id, where: `the role ${role}` })));
  const users = [
    ...roles.flatMap(([role, { users: ids }]) => ids.map((id) => ({ id, where: `the role ${role}` }))),
    ...Object.entries(file.people).flatMap(([key, { slack: id }]) => (id ? [{ id, where: `people.${key}` }] : [])),
  ];
  const channels = [fallbackChannel, announceChannel, announce].filter((id) => id !== undefined && /^[CG]/.test(id));
  const checks = await Promise.all([
    ...groups.map((one) => lookedUp('user group', one, ({ id }) => client.usergroups.users.list({ usergroup: id }))),
    ...users.map((one) => lookedUp('person', one, ({ id }) => client.users.info({ user: id }))),
    ...channels.map((id = '') =>
      lookedUp('channel', { id, where: 'slack' }, () => client.conversations.info({ channel: id })),
    ),
  ]);
  return checks.flat();
}

/** Slack's codes for what is not there. */
const absent = ['no_such_subteam', 'user_not_found', 'channel_not_found', 'users_not_found', 'subteam_not_found'];

async function lookedUp(
  kind: string,
  one: { readonly id: string; readonly where: string },
  look: (one: { readonly id: string }) => Promise<unknown>,
): Promise<readonly Check[]> {
  const { id, where } = one;
  try {
    const answer = (await look(one)) as { users?: readonly string[]; user?: { deleted?: boolean } };
    if (answer.users?.length === 0)
      return [warn(`${where} names the ${kind} ${id}, which has nobody`, 'add people to it in Slack')];
    if (answer.user?.deleted) return [warn(`${where} names ${id}, who is deactivated`, 'name somebody else')];
    return [];
  } catch (error) {
    if (isPlatformError(error, absent))
      return [
        warn(
          `${where} names the ${kind} ${id}, which is not in this workspace`,
          '`firebreak slack ids` lists those there are',
        ),
      ];
    return [warn(`the ${kind} ${id} of ${where} could not be looked up: ${troubleOf(error).message}`, 'try again')];
  }
}

async function checkBot(client: WebClient): Promise<Check> {
  try {
    const answer = await client.auth.test();
    // Slack names a token's scopes in the header x-oauth-scopes of every answer.
    const has = answer.response_metadata?.scopes ?? [];
    const needed = neededScopes.map(({ name }) => name);
    const missing = has.length === 0 ? [] : needed.filter((scope) => !has.includes(scope));
    const found = `${answer.user} in ${answer.team}`;
    if (missing.length === 0)
      return { about, status: 'ok', found: has.length > 0 ? `${found}, every scope` : found, advice: null };
    const advice = 'add them to the app (`firebreak slack manifest` prints all) and install it again';
    return { about, status: 'fail', found: `${found}, without the scopes ${missing.join(', ')}`, advice };
  } catch (error) {
    return {
      about,
      status: 'fail',
      found: `auth.test: ${messageOf(error)}`,
      advice: 'check SLACK_BOT_TOKEN, and that Slack can be reached',
    };
  }
}

async function checkSocket(client: WebClient): Promise<Check> {
  try {
    await client.apps.connections.open({});
    return { about, status: 'ok', found: 'Socket Mode opens', advice: null };
  } catch (error) {
    const advice = 'check SLACK_APP_TOKEN: it needs the scope connections:write, and Socket Mode must be on';
    return { about, status: 'fail', found: `Socket Mode: ${messageOf(error)}`, advice };
  }
}
