// The ids of user groups, people and channels of a workspace, as firebreak.yaml wants them. Asks Slack, changes nothing.
import type { WebClient } from '@slack/web-api';

/** One thing in the workspace that the configuration can name. */
export type NamedInSlack = {
  readonly kind: 'group' | 'person' | 'channel';
  readonly id: string;
  readonly name: string;
};

/** All of them; deactivated people, bots and archived channels are left out. Rejects with Slack's error. */
export const namedInSlack = async (client: WebClient): Promise<readonly NamedInSlack[]> =>
  (await Promise.all([groups(client), people(client), channels(client)])).flat();

async function groups(client: WebClient): Promise<readonly NamedInSlack[]> {
  const { usergroups = [] } = await client.usergroups.list();
  return usergroups.map(({ id = '', handle = '' }) => ({ kind: 'group', id, name: `@${handle}` }));
}

async function people(client: WebClient): Promise<readonly NamedInSlack[]> {
  const found: NamedInSlack[] = [];
  for await (const page of client.paginate('users.list', { limit: 200 })) {
    const { members = [] } = page as Awaited<ReturnType<WebClient['users']['list']>>;
    for (const { id = '', name = '', profile, deleted, is_bot: isBot } of members)
      if (!deleted && !isBot && id !== 'USLACKBOT')
        found.push({ kind: 'person', id, name: profile?.display_name || profile?.real_name || name });
  }
  return found;
}

async function channels(client: WebClient): Promise<readonly NamedInSlack[]> {
  const found: NamedInSlack[] = [];
  for await (const page of client.paginate('conversations.list', { limit: 200, exclude_archived: true })) {
    const { channels: listed = [] } = page as Awaited<ReturnType<WebClient['conversations']['list']>>;
    for (const { id = '', name = '' } of listed) found.push({ kind: 'channel', id, name: `#${name}` });
  }
  return found;
}
