// What `firebreak doctor` sees of Slack: whether the tokens are taken, and whether they carry every scope that is used.
import { WebClient } from '@slack/web-api';
import type { Config } from '../../config/environment.ts';
import type { SlackSettings } from '../../slack/settings.ts';
import { messageOf } from '../session/failure.ts';
import type { Check } from './check.ts';

const about = 'slack';

/** Scopes of the bot token, as in deploy/slack-manifest.yaml. */
const scopes = [
  'commands',
  'chat:write',
  'channels:manage',
  'channels:read',
  'channels:history',
  'channels:join',
  'users:read',
  'usergroups:read',
  'files:write',
  'im:write',
  'im:history',
];
/** Used in the place of the channels:* scopes where incident channels are private. */
const privateScopes = ['groups:write', 'groups:read', 'groups:history'];

/** Looks at the Slack workspace these settings name: auth.test, the scopes it names, and whether Socket Mode opens. */
export async function checkSlack({ slack }: Config, settings: SlackSettings): Promise<readonly Check[]> {
  if (slack === null) {
    const found = 'not configured: nobody is told, and decisions come by command line and API only';
    return [{ about, status: 'warn', found, advice: 'set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET' }];
  }
  const options = {
    timeout: 10_000,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    ...(slack.apiUrl ? { slackApiUrl: slack.apiUrl } : {}),
  };
  const checks = [await checkBot(new WebClient(slack.botToken, options), settings)];
  if (slack.appToken !== null) checks.push(await checkSocket(new WebClient(slack.appToken, options)));
  return checks;
}

async function checkBot(client: WebClient, { privateChannels }: SlackSettings): Promise<Check> {
  try {
    const answer = await client.auth.test();
    // Slack names a token's scopes in the header x-oauth-scopes of every answer.
    const has = answer.response_metadata?.scopes ?? [];
    const needed = [...scopes, ...(privateChannels ? privateScopes : [])];
    const missing = has.length === 0 ? [] : needed.filter((scope) => !has.includes(scope));
    const found = `${answer.user} in ${answer.team}`;
    if (missing.length === 0)
      return { about, status: 'ok', found: has.length > 0 ? `${found}, every scope` : found, advice: null };
    const advice = 'add them to the app (deploy/slack-manifest.yaml) and install it again';
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
