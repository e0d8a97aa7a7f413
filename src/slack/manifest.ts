// The manifest of the Slack app: what Firebreak asks a workspace for, each with its reason. deploy/slack-manifest.yaml is what it says
// for HTTP. Asks Slack nothing. Fields and limits: Slack's app manifest reference.
import { Document, isScalar, isSeq, type YAMLMap } from 'yaml';

/** One scope of the bot token and what it is for. */
export type BotScope = { readonly name: string; readonly reason: string };

/** The scopes that an installation needs. */
export const neededScopes: readonly BotScope[] = [
  { name: 'commands', reason: 'the slash command and the shortcuts' },
  { name: 'chat:write', reason: 'cards, requests for approval, and what calls people' },
  { name: 'channels:manage', reason: 'opens the channel of an incident, invites people, sets its topic, archives it' },
  { name: 'channels:read', reason: 'finds the announce channel by its name' },
  {
    name: 'channels:history',
    reason: 'finds its own message after a crash instead of posting it twice; reads what people put into a timeline',
  },
  { name: 'channels:join', reason: 'joins the public channels that the configuration names' },
  { name: 'reactions:read', reason: 'hears of the reaction that puts a message into a timeline' },
  {
    name: 'users:read',
    reason: 'who is deactivated or a bot decides nothing; names of those who wrote or are mentioned',
  },
  { name: 'usergroups:read', reason: 'who belongs to a role' },
  { name: 'files:write', reason: 'puts the exported timeline into the channel' },
  { name: 'pins:write', reason: 'pins the card of an incident in its channel' },
  { name: 'bookmarks:read', reason: 'adds no bookmark twice' },
  { name: 'bookmarks:write', reason: 'bookmarks for runbook, dashboard and page of an incident' },
  { name: 'im:write', reason: 'writes to those who have not answered a request when half of its time is over' },
  { name: 'im:history', reason: 'finds such a message after a crash instead of writing it twice' },
  { name: 'groups:write', reason: 'private incidents have private channels: opens them, invites and takes people out' },
  { name: 'groups:read', reason: 'the same for private channels: finds them' },
  {
    name: 'groups:history',
    reason: 'the same for private channels: finds its own message, reads what people put into a timeline',
  },
];

/** What the app asks to hear, each with its reason. */
const botEvents: readonly BotScope[] = [
  { name: 'reaction_added', reason: 'a message is put into a timeline' },
  { name: 'message.channels', reason: 'a message of a timeline is edited or deleted' },
  { name: 'app_home_opened', reason: 'the Home tab is shown as it is then' },
  { name: 'message.groups', reason: 'the same in private channels' },
  { name: 'member_joined_channel', reason: 'whoever comes into the channel of a private incident may know of it' },
  { name: 'member_left_channel', reason: 'whoever leaves it may know of it no more' },
];

/** The shortcuts, by the callback ids that inbound/shortcuts has handlers for. */
const shortcuts = [
  { name: 'Declare incident', type: 'global', callback_id: 'declare', description: 'Open an incident by hand' },
  {
    name: 'Declare incident',
    type: 'message',
    callback_id: 'declare_from_message',
    description: 'Open an incident from a message',
  },
  {
    name: 'Add to timeline',
    type: 'message',
    callback_id: 'add_to_timeline',
    description: 'Put a message into the timeline of the incident',
  },
] as const;

/** How Slack reaches Firebreak. `publicUrl` without a slash at its end. */
export type Transport = { readonly type: 'http'; readonly publicUrl: string } | { readonly type: 'socket' };

/** What the manifest depends on. */
export type ManifestOptions = {
  readonly transport: Transport;
  /** The slash command, with its slash. */
  readonly command: string;
};

/** The manifest as YAML, to be pasted where Slack asks for one: `https://api.slack.com/apps`, "From a manifest". */
export function manifestText({ transport, command }: ManifestOptions): string {
  const url = transport.type === 'http' ? `${transport.publicUrl}/slack/events` : undefined;
  const document = new Document({
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: {
      name: 'Firebreak',
      description: 'Incident response with approvals and a record',
      background_color: '#7c2d12',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: true },
      shortcuts,
      bot_user: { display_name: 'firebreak', always_online: true },
      slash_commands: [
        {
          command,
          description: 'Incidents and playbooks',
          usage_hint: 'help | status | run | approve | ack | halt',
          should_escape: true,
          ...(url === undefined ? {} : { url }),
        },
      ],
    },
    oauth_config: { ...signInOf(transport), scopes: { bot: neededScopes.map(({ name }) => name) } },
    settings: {
      event_subscriptions: {
        ...(url === undefined ? {} : { request_url: url }),
        bot_events: botEvents.map(({ name }) => name),
      },
      interactivity: { is_enabled: true, ...(url === undefined ? {} : { request_url: url }) },
      socket_mode_enabled: transport.type === 'socket',
      org_deploy_enabled: false,
      token_rotation_enabled: false,
    },
  });
  document.commentBefore = heading(transport);
  giveReasons(document, ['oauth_config', 'scopes', 'bot'], neededScopes);
  giveReasons(document, ['settings', 'event_subscriptions', 'bot_events'], botEvents);
  return document.toString({ lineWidth: 0 });
}

/** Where Sign in with Slack comes back to; Slack takes https only. In Socket Mode it is added by hand, where the page has such an address. */
const signInOf = (transport: Transport): { readonly redirect_urls?: readonly string[] } =>
  transport.type === 'http' && transport.publicUrl.startsWith('https:')
    ? { redirect_urls: [`${transport.publicUrl}/sign-in/slack/callback`] }
    : {};

/** Writes the reason behind each name of a list. */
function giveReasons(document: Document, path: readonly string[], reasons: readonly BotScope[]): void {
  const listed = (document.contents as YAMLMap).getIn(path);
  if (!isSeq(listed)) throw new Error(`the manifest has no ${path.join('.')}`);
  listed.items.forEach((item, i) => {
    if (isScalar(item)) item.comment = ` ${reasons[i]?.reason}`;
  });
}

const heading = (transport: Transport): string =>
  transport.type === 'socket'
    ? ' The Slack app, for Socket Mode: Slack needs no way in. After installing it make an app-level token with connections:write.'
    : ' The Slack app, for HTTP: Slack must reach the address below. `firebreak slack manifest` prints it for yours, or for Socket Mode.';
