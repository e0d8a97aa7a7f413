// What people and administrators do in the stand-in workspace, and what the app is told of it, with no server around.
import { describe, expect, it } from 'vitest';
import { createAdministration } from '../../src/sandbox/administration.ts';
import type { SlackObject } from '../../src/sandbox/entities.ts';
import { eventsOf } from '../../src/sandbox/events.ts';
import { createPersonMessages } from '../../src/sandbox/person-messages.ts';
import { seedGroups, seedUsers } from '../../src/sandbox/seed.ts';
import { methods } from '../../src/sandbox/web-api/methods.ts';
import { createWorkspace } from '../../src/sandbox/workspace.ts';

const [ana, ben, mallory] = ['U0ANA', 'U0BEN', 'U0MALLORY'];

function given() {
  const workspace = createWorkspace(() => 1_700_000_000_000, seedUsers, seedGroups);
  workspace.site.origin = 'http://sandbox';
  const self = workspace.bot.userId;
  const told: SlackObject[] = [];
  workspace.changes.on('happened', (happening) => void told.push(...eventsOf(workspace, happening)));
  const channel = workspace.createChannel('private', 'inc-1', self, [ana, ben]);
  const context = {
    workspace,
    self,
    base: () => workspace.site.origin,
    hasScope: () => true,
    takeTrigger: () => 'invalid_trigger_id',
    newUpload: () => '',
  };
  return {
    workspace,
    channel,
    told,
    people: createPersonMessages(workspace),
    administration: createAdministration(workspace),
    call: (method: string, args: SlackObject) => methods.get(method)?.call(args, context),
  };
}

describe('a person', () => {
  it('reacts and takes it back: the app is told of both, and nothing remains', () => {
    const { people, channel, told } = given();
    const ts = people.postAs(ana, channel.id, 'it began here');
    people.react(ben, channel.id, ts, 'pushpin');
    people.react(ben, channel.id, ts, 'pushpin');
    people.unreact(ben, channel.id, ts, 'pushpin');
    people.unreact(ben, channel.id, ts, 'pushpin');
    const item = { type: 'message', channel: channel.id, ts };
    expect(told.slice(1)).toEqual([
      expect.objectContaining({ type: 'reaction_added', user: ben, reaction: 'pushpin', item_user: ana, item }),
      expect.objectContaining({ type: 'reaction_removed', user: ben, reaction: 'pushpin', item_user: ana, item }),
    ]);
    expect(channel.messages[0]?.reactions).toEqual([]);
  });

  it('changes and deletes a message of their own, and none of others', () => {
    const { people, channel, told } = given();
    const at = { channel: channel.id, ts: people.postAs(ana, channel.id, 'it began here') };
    people.editAs({ user: ana, ...at, text: 'it began there' });
    expect(() => people.editAs({ user: ben, ...at, text: 'x' })).toThrow('is not of U0BEN');
    expect(() => people.deleteAs({ user: ben, ...at })).toThrow('is not of U0BEN');
    people.deleteAs({ user: ana, ...at });
    expect(told.slice(1)).toEqual([
      expect.objectContaining({
        subtype: 'message_changed',
        message: expect.objectContaining({
          text: 'it began there',
          edited: { user: ana, ts: expect.stringMatching(/^\d+\.\d{6}$/) },
        }),
        previous_message: expect.objectContaining({ text: 'it began here' }),
      }),
      expect.objectContaining({ subtype: 'message_deleted', deleted_ts: at.ts }),
    ]);
  });

  it('sees and does nothing in a private channel of others, and enters none by themselves', () => {
    const { people, channel } = given();
    const ts = people.postAs(ana, channel.id, 'psst');
    for (const act of [
      () => people.postAs(mallory, channel.id, 'x'),
      () => people.react(mallory, channel.id, ts, 'eyes'),
      () => people.joinAs(mallory, channel.id),
      () => people.readAs(mallory, channel.id),
    ])
      expect(act).toThrow('does not belong to');
    expect(channel.members.has(mallory)).toBe(false);
  });

  it('shares a file that the app can fetch, and calls a group or all by their names', () => {
    const { people, channel, told, call } = given();
    const content = Buffer.from('a graph');
    people.shareFile({ user: ana, channel: channel.id, name: 'graph.png', content, text: '@sre look' });
    const [{ files: [file] = [], ...event } = {}] = told as [{ files?: { id: string }[] }];
    expect(event).toMatchObject({ type: 'message', subtype: 'file_share', text: '<!subteam^S0SRE|@sre> look' });
    expect(file).toMatchObject({ name: 'graph.png', size: 7, url_private: `http://sandbox/files/${file?.id}` });
    expect(call('files.info', { file: file?.id })).toMatchObject({ ok: true });
    expect(channel.messages[0]?.notified).toEqual([ben]);
    people.postAs(ana, channel.id, '@here fire, @nobody knows');
    expect(channel.messages[1]).toMatchObject({ text: '<!here> fire, @nobody knows', notified: [ben] });
  });

  it('has read as far as they looked, each for themselves', () => {
    const { people, channel } = given();
    const first = people.postAs(ana, channel.id, 'one');
    people.readAs(ben, channel.id);
    people.postAs(ana, channel.id, 'two');
    expect([...channel.read]).toEqual([[ben, first]]);
  });
});

describe('an administrator', () => {
  it('deactivates a person: Slack says so, no channel has them, nothing notifies them, and they write no more', () => {
    const { administration, workspace, channel, people, call } = given();
    administration.setActive(ben, false);
    expect(call('users.info', { user: ben })).toMatchObject({ ok: true, user: { deleted: true } });
    expect(call('usergroups.users.list', { usergroup: 'S0SRE' })).toMatchObject({ users: [ana, ben] });
    expect(call('conversations.members', { channel: channel.id })).toMatchObject({
      members: [workspace.bot.userId, ana],
    });
    expect(call('conversations.open', { users: ben })).toMatchObject({ ok: false, error: 'user_disabled' });
    expect(call('conversations.invite', { channel: channel.id, users: ben })).toMatchObject({ error: 'cant_invite' });
    expect(() => people.postAs(ben, workspace.createChannel('public', 'x', ana).id, 'x')).toThrow('deactivated');
    people.postAs(ana, channel.id, '@ben @sre look');
    expect(channel.messages.at(-1)?.notified).toEqual([]);
    administration.setActive(ben, true);
    expect(call('users.info', { user: ben })).toMatchObject({ user: { deleted: false } });
  });

  it('changes a group, and empties it', () => {
    const { administration, call } = given();
    administration.setGroup('S0SRE', [mallory]);
    expect(call('usergroups.users.list', { usergroup: 'S0SRE' })).toEqual({ ok: true, users: [mallory] });
    administration.setGroup('S0SRE', []);
    expect(call('usergroups.list', { include_users: 'true' })).toMatchObject({ usergroups: [{ user_count: 0 }] });
    expect(() => administration.setGroup('S0SRE', ['U0NOBODY'])).toThrow('there is no person U0NOBODY');
    expect(() => administration.setGroup('S0NONE', [])).toThrow('there is no group S0NONE');
  });

  it('takes the bot out of a channel: it can do and hear nothing there', () => {
    const { administration, workspace, channel, people, told, call } = given();
    administration.removeFromChannel(channel.id, workspace.bot.userId);
    people.postAs(ana, channel.id, 'alone at last');
    expect(told).toEqual([]);
    expect(call('chat.postMessage', { channel: channel.id, text: 'x' })).toMatchObject({ error: 'channel_not_found' });
  });
});

it('pins and bookmarks are listed, changed and taken off by the app', () => {
  const {
    call,
    channel: { id: channel },
  } = given();
  const { ts: timestamp } = call('chat.postMessage', { channel, text: 'card' }) as unknown as { ts: string };
  const pin = { channel, timestamp };
  expect(call('pins.add', pin)).toEqual({ ok: true });
  expect(call('pins.list', { channel })).toMatchObject({ items: [{ message: { ts: timestamp } }] });
  expect(call('pins.remove', pin)).toEqual({ ok: true });
  expect(call('pins.remove', pin)).toMatchObject({ error: 'no_pin' });
  const link = { channel_id: channel, title: 'Runbook', type: 'link', link: 'https://wiki.example/run' };
  const added = call('bookmarks.add', link) as unknown as { bookmark: { id: string } };
  const bookmark = { channel_id: channel, bookmark_id: added.bookmark.id };
  expect(call('bookmarks.edit', { ...bookmark, link: 'no link' })).toMatchObject({ error: 'invalid_link' });
  expect(call('bookmarks.edit', { ...bookmark, title: 'Book' })).toMatchObject({ bookmark: { title: 'Book' } });
  expect(call('bookmarks.list', { channel_id: channel })).toMatchObject({ bookmarks: [{ title: 'Book' }] });
  expect(call('bookmarks.remove', bookmark)).toEqual({ ok: true });
  expect(call('bookmarks.remove', bookmark)).toMatchObject({ error: 'not_found' });
});

it('the Home tab is told with what it shows, once the app has published something', () => {
  const { workspace, call, told } = given();
  const { channel } = workspace.directChannel([workspace.bot.userId, ana]);
  workspace.changes.emit('happened', { type: 'home_opened', user: ana, channel });
  expect(told[0]).not.toHaveProperty('view');
  call('views.publish', { user_id: ana, view: { type: 'home', blocks: [{ type: 'divider' }] } });
  const view = [...workspace.views.values()][0];
  workspace.changes.emit('happened', { type: 'home_opened', user: ana, channel, ...(view ? { view } : {}) });
  expect(told[1]).toMatchObject({ type: 'app_home_opened', tab: 'home', view: { type: 'home', id: view?.id } });
});
