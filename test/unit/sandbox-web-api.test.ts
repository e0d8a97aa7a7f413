// Web API of the sandbox, asked by the real client over HTTP: what works answers as Slack does, what does not says Slack's code.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Given, givenSandbox, refusal } from '../support/given-sandbox.ts';

let given: Given;
let channel: string;
let archived: string;
let foreign: string;
/** A message of the bot's in `channel`. */
let own: string;
beforeAll(async () => {
  given = await givenSandbox();
  const { client, sandbox } = given;
  channel = (await client.conversations.create({ name: 'here' })).channel?.id ?? '';
  archived = (await client.conversations.create({ name: 'gone' })).channel?.id ?? '';
  await client.conversations.archive({ channel: archived });
  foreign = sandbox.workspace.createChannel('public', 'foreign', 'U0ANA').id;
  own = (await client.chat.postMessage({ channel, text: 'first' })).ts ?? '';
});
afterAll(async () => given.sandbox.close());

const missing = 'C0NOWHERE';
/** Each call and the code that refuses it. */
type Refused = readonly [what: string, call: () => Promise<unknown>, code: string];
function refuses(cases: readonly Refused[]): void {
  for (const [what, call, code] of cases)
    it(`${what}: ${code}`, async () => {
      expect((await refusal(call())).error).toBe(code);
    });
}

describe('auth.test and team.info', () => {
  it('say who the bot is', async () => {
    expect(await given.client.auth.test()).toMatchObject({ user_id: 'U0FIREBREAK', bot_id: 'B0FIREBREAK' });
    expect((await given.client.team.info()).team?.id).toBe('T0FIREBREAK');
  });
});

describe('chat.postMessage', () => {
  it('posts, in threads too, and keeps the metadata for those who ask', async () => {
    const { client } = given;
    const metadata = { event_type: 'x', event_payload: { key: 'k' } };
    const parent = await client.chat.postMessage({ channel, text: 'parent', metadata });
    expect(parent).toMatchObject({ ok: true, channel, message: { text: 'parent', bot_id: 'B0FIREBREAK' } });
    expect(parent.ts).toMatch(/^\d{10}\.\d{6}$/);
    const reply = await client.chat.postMessage({ channel, text: 'reply', thread_ts: parent.ts ?? '' });
    const toReply = await client.chat.postMessage({ channel, text: 'again', thread_ts: reply.ts ?? '' });
    expect(toReply.message?.thread_ts).toBe(parent.ts);
    const history = await client.conversations.history({ channel, include_all_metadata: true, limit: 1 });
    expect(history.messages).toMatchObject([{ ts: parent.ts, reply_count: 2, metadata }]);
    const plain = await client.conversations.history({ channel, limit: 1 });
    expect(plain.messages?.[0]).not.toHaveProperty('metadata');
    const thread = await client.conversations.replies({ channel, ts: parent.ts ?? '' });
    expect(thread.messages?.map(({ text }) => text)).toEqual(['parent', 'reply', 'again']);
  });

  it('takes a channel by its name and a person by their id, and cuts text at 40 000 characters', async () => {
    const { client, sandbox } = given;
    expect((await client.chat.postMessage({ channel: '#here', text: 'x' })).channel).toBe(channel);
    const direct = await client.chat.postMessage({ channel: 'U0ANA', text: 'a'.repeat(40_001) });
    expect(sandbox.messages(direct.channel ?? '')[0]?.text).toHaveLength(40_000);
  });

  const post = (more: object) => given.client.apiCall('chat.postMessage', { channel, text: 'x', ...more });
  refuses([
    ['an unknown channel', () => post({ channel: missing }), 'channel_not_found'],
    ['a channel the bot is not in', () => post({ channel: foreign }), 'not_in_channel'],
    ['an archived channel', () => post({ channel: archived }), 'is_archived'],
    ['nothing to say', () => post({ text: '' }), 'no_text'],
    ['a thread that is not there', () => post({ thread_ts: '1.000001' }), 'cannot_reply_to_message'],
    ['blocks that are no list', () => post({ blocks: '{"type":"divider"}' }), 'invalid_blocks_format'],
    ['metadata without a type', () => post({ metadata: '{"event_payload":{}}' }), 'invalid_metadata_format'],
    ['markdown beside text', () => post({ markdown_text: 'y' }), 'markdown_text_conflict'],
    ['101 attachments', () => post({ attachments: Array(101).fill({ text: 'a' }) }), 'too_many_attachments'],
    ['no channel', () => given.client.apiCall('chat.postMessage', { text: 'x' }), 'invalid_arguments'],
  ]);
});

describe('chat.update', () => {
  it('text without blocks removes the blocks; metadata stays unless it is emptied', async () => {
    const { client, sandbox } = given;
    const blocks = [{ type: 'divider' as const }];
    const metadata = { event_type: 'x', event_payload: {} };
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'with', blocks, metadata });
    const message = () => sandbox.messages(channel).find((one) => one.ts === ts);
    expect(message()).toMatchObject({ blocks: [{ type: 'divider', block_id: expect.any(String) }], metadata });
    await client.chat.update({ channel, ts, text: 'new', blocks });
    expect(message()).not.toHaveProperty('edited');
    await client.chat.update({ channel, ts, text: 'without' });
    expect(message()).toMatchObject({ text: 'without', metadata, edited: expect.any(String) });
    expect(message()).not.toHaveProperty('blocks');
    await client.apiCall('chat.update', { channel, ts, metadata: {} });
    expect(message()).not.toHaveProperty('metadata');
  });

  const update = (more: object) => given.client.apiCall('chat.update', { channel, ts: own, text: 'x', ...more });
  refuses([
    ['an unknown channel', () => update({ channel: missing }), 'channel_not_found'],
    ['an archived channel', () => update({ channel: archived }), 'is_inactive'],
    ['an unknown message', () => update({ ts: '1.000001' }), 'message_not_found'],
    [
      'a message of somebody else',
      () => update({ ts: given.sandbox.postAs('U0ANA', channel, 'hi') }),
      'cant_update_message',
    ],
    ['nothing to change', () => update({ text: '' }), 'no_text'],
    ['more than 4000 characters', () => update({ text: 'x'.repeat(4001) }), 'msg_too_long'],
    ['blocks that are wrong', () => update({ blocks: [{ type: 'nope' }] }), 'invalid_blocks'],
  ]);
});

describe('chat.postEphemeral', () => {
  it('is seen by one person, and nobody can change it', async () => {
    const { client, sandbox, general } = given;
    const { message_ts: ts = '' } = await client.chat.postEphemeral({ channel: general, user: 'U0ANA', text: 'psst' });
    expect(sandbox.messages(general, 'U0ANA').map(({ text }) => text)).toContain('psst');
    expect(sandbox.messages(general, 'U0BEN').map(({ text }) => text)).not.toContain('psst');
    expect((await refusal(client.chat.update({ channel: general, ts, text: 'x' }))).error).toBe('message_not_found');
    expect((await refusal(client.chat.delete({ channel: general, ts }))).error).toBe('message_not_found');
  });

  const post = (more: object) =>
    given.client.apiCall('chat.postEphemeral', { channel, user: 'U0ANA', text: 'x', ...more });
  refuses([
    ['a person who is not in the channel', () => post({}), 'user_not_in_channel'],
    ['a channel the bot is not in', () => post({ channel: foreign }), 'not_in_channel'],
    ['an archived channel', () => post({ channel: archived }), 'is_archived'],
  ]);
});

describe('chat.delete and chat.getPermalink', () => {
  it('delete the bot’s own message and lead to it', async () => {
    const { client, sandbox } = given;
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'short-lived' });
    const { permalink = '' } = await client.chat.getPermalink({ channel, message_ts: ts });
    expect((await fetch(permalink, { redirect: 'manual' })).headers.get('location')).toBe('/');
    await client.chat.delete({ channel, ts });
    expect(sandbox.messages(channel).some((message) => message.ts === ts)).toBe(false);
  });

  const remove = (more: object) => given.client.apiCall('chat.delete', { channel, ts: own, ...more });
  refuses([
    ['an unknown message', () => remove({ ts: '1.000001' }), 'message_not_found'],
    ['somebody else’s', () => remove({ ts: given.sandbox.postAs('U0ANA', channel, 'hi') }), 'cant_delete_message'],
    [
      'a link to nothing',
      () => given.client.chat.getPermalink({ channel, message_ts: '1.000001' }),
      'message_not_found',
    ],
  ]);
});

describe('conversations', () => {
  const create = (name: string) => () => given.client.conversations.create({ name });
  refuses([
    ['a name that is taken', create('here'), 'name_taken'],
    ['a name of an archived channel', create('gone'), 'name_taken'],
    ['no name', create(''), 'invalid_name_required'],
    ['a name of 81 characters', create('a'.repeat(81)), 'invalid_name_maxlength'],
    ['upper case', create('Here'), 'invalid_name_specials'],
    ['spaces', create('a b'), 'invalid_name_specials'],
    ['letters beyond ASCII', create('störung'), 'invalid_name_specials'],
    ['nothing but punctuation', create('--_'), 'invalid_name_punctuation'],
  ]);
  it('takes a name of 80 characters', async () => {
    expect((await create('a'.repeat(80))()).channel?.creator).toBe('U0FIREBREAK');
  });

  it('invites people once, and with `force` those who can come', async () => {
    const { client, sandbox } = given;
    const id = (await client.conversations.create({ name: 'guests' })).channel?.id ?? '';
    const invite = (users: string, force = false) => client.conversations.invite({ channel: id, users, force });
    await invite('U0ANA');
    expect((await refusal(invite('U0ANA'))).error).toBe('already_in_channel');
    expect((await refusal(invite('U0FIREBREAK'))).error).toBe('cant_invite_self');
    expect((await refusal(invite('U0NOBODY,U0BEN'))).error).toBe('user_not_found');
    expect(await invite('U0NOBODY,U0BEN', true)).toMatchObject({
      errors: [{ user: 'U0NOBODY', error: 'user_not_found' }],
    });
    const { members } = await client.conversations.members({ channel: id });
    expect(members).toEqual(['U0FIREBREAK', 'U0ANA', 'U0BEN']);
    expect(sandbox.messages(id).filter(({ subtype }) => subtype === 'channel_join')).toHaveLength(3);
    const many = Array.from({ length: 101 }, (_, i) => `U${i}`).join(',');
    expect((await refusal(invite(many))).error).toBe('invalid_arguments');
  });

  it('sets topic and purpose, and says so in the channel', async () => {
    const { client, sandbox } = given;
    await client.conversations.setTopic({ channel, topic: 't'.repeat(250) });
    await client.conversations.setPurpose({ channel, purpose: 'for tests' });
    const { channel: info } = await client.conversations.info({ channel });
    expect(info).toMatchObject({ topic: { value: 't'.repeat(250) }, purpose: { value: 'for tests' }, is_member: true });
    expect(sandbox.messages(channel).map(({ subtype }) => subtype)).toContain('channel_topic');
  });

  it('lists by pages, and history too, newest first', async () => {
    const { client } = given;
    const names: (string | undefined)[] = [];
    let next: string | undefined;
    do {
      const page = await client.conversations.list({
        limit: 2,
        exclude_archived: true,
        ...(next ? { cursor: next } : {}),
      });
      names.push(...(page.channels ?? []).map(({ name }) => name));
      next = page.response_metadata?.next_cursor;
    } while (next);
    expect(names).toEqual(expect.arrayContaining(['general', 'incidents', 'here', 'foreign']));
    expect(names).not.toContain('gone');
    const id = (await client.conversations.create({ name: 'long' })).channel?.id ?? '';
    const sent: string[] = [];
    for (const text of ['1', '2', '3']) sent.push((await client.chat.postMessage({ channel: id, text })).ts ?? '');
    const texts: (string | undefined)[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.conversations.history({ channel: id, limit: 2, ...(cursor ? { cursor } : {}) });
      texts.push(...(page.messages ?? []).map(({ text }) => text));
      cursor = page.response_metadata?.next_cursor;
    } while (cursor);
    expect(texts).toEqual(['3', '2', '1', '<@U0FIREBREAK> has joined the channel']);
    const [first = '', second = '', third = ''] = sent;
    const between = async (inclusive: boolean) =>
      (await client.conversations.history({ channel: id, oldest: first, latest: third, inclusive })).messages?.map(
        ({ ts }) => ts,
      );
    expect(await between(false)).toEqual([second]);
    expect(await between(true)).toEqual([third, second, first]);
  });

  it('joins public channels, again without harm', async () => {
    const { client, sandbox } = given;
    const open = sandbox.workspace.createChannel('public', 'open', 'U0ANA').id;
    await client.conversations.join({ channel: open });
    expect(await client.conversations.join({ channel: open })).toMatchObject({ warning: 'already_in_channel' });
    const closed = sandbox.workspace.createChannel('private', 'closed', 'U0ANA').id;
    expect((await refusal(client.conversations.join({ channel: closed }))).error).toBe('channel_not_found');
  });

  const call = (name: string, more: object) => given.client.apiCall(`conversations.${name}`, { channel, ...more });
  refuses([
    ['inviting to an unknown channel', () => call('invite', { channel: missing, users: 'U0ANA' }), 'channel_not_found'],
    ['inviting where the bot is not', () => call('invite', { channel: foreign, users: 'U0BEN' }), 'not_in_channel'],
    ['inviting to an archived channel', () => call('invite', { channel: archived, users: 'U0ANA' }), 'is_archived'],
    ['a topic of 251 characters', () => call('setTopic', { topic: 't'.repeat(251) }), 'too_long'],
    ['a purpose of 251 characters', () => call('setPurpose', { purpose: 't'.repeat(251) }), 'too_long'],
    ['a topic where the bot is not', () => call('setTopic', { channel: foreign, topic: 't' }), 'not_in_channel'],
    ['a topic of an archived channel', () => call('setTopic', { channel: archived, topic: 't' }), 'is_archived'],
    ['archiving twice', () => call('archive', { channel: archived }), 'already_archived'],
    ['archiving #general', () => call('archive', { channel: given.general }), 'cant_archive_general'],
    ['archiving where the bot is not', () => call('archive', { channel: foreign }), 'not_in_channel'],
    ['reading where the bot is not', () => call('history', { channel: foreign }), 'not_in_channel'],
    ['reading an unknown channel', () => call('history', { channel: missing }), 'channel_not_found'],
    ['a time that is none', () => call('history', { oldest: 'yesterday' }), 'invalid_ts_oldest'],
    ['an end that is none', () => call('history', { latest: 'now' }), 'invalid_ts_latest'],
    ['a cursor that is not Slack’s', () => call('history', { cursor: 'x' }), 'invalid_cursor'],
    ['an unknown thread', () => call('replies', { ts: '1.000001' }), 'thread_not_found'],
    ['joining an archived channel', () => call('join', { channel: archived }), 'is_archived'],
    ['an unknown channel', () => call('info', { channel: missing }), 'channel_not_found'],
    ['a list of unknown types', () => call('list', { types: 'secret' }), 'invalid_types'],
    ['a direct message to nobody', () => call('open', { channel: undefined, users: 'U0NOBODY' }), 'user_not_found'],
  ]);
});

describe('people', () => {
  it('are found by id, by address and in groups', async () => {
    const { client } = given;
    expect((await client.users.info({ user: 'U0ANA' })).user).toMatchObject({ name: 'ana', deleted: false });
    expect((await client.users.lookupByEmail({ email: 'BEN@sandbox.example' })).user?.id).toBe('U0BEN');
    expect((await client.usergroups.users.list({ usergroup: 'S0SRE' })).users).toEqual(['U0ANA', 'U0BEN']);
    expect((await client.usergroups.list({ include_users: true })).usergroups).toMatchObject([{ handle: 'sre' }]);
    expect((await client.users.list({})).members).toHaveLength(5);
  });

  refuses([
    ['nobody', () => given.client.users.info({ user: 'U0NOBODY' }), 'user_not_found'],
    ['an unknown address', () => given.client.users.lookupByEmail({ email: 'no@example.com' }), 'users_not_found'],
    ['an unknown group', () => given.client.usergroups.users.list({ usergroup: 'S0NONE' }), 'no_such_subteam'],
  ]);
});

describe('pins, bookmarks, reactions', () => {
  it('are put on once', async () => {
    const { client } = given;
    await client.pins.add({ channel, timestamp: own });
    await client.reactions.add({ channel, timestamp: own, name: 'eyes' });
    const link = { channel_id: channel, title: 'docs', type: 'link' as const };
    expect(await client.bookmarks.add({ ...link, link: 'https://example.com' })).toMatchObject({ ok: true });
  });

  const mark = (name: string, more: object) => given.client.apiCall(name, { channel, timestamp: own, ...more });
  const bookmark = (more: object) => () =>
    given.client.apiCall('bookmarks.add', { channel_id: channel, title: 'x', type: 'link', ...more });
  refuses([
    ['pinned already', () => mark('pins.add', {}), 'already_pinned'],
    ['pinning nothing', () => mark('pins.add', { timestamp: '1.000001' }), 'message_not_found'],
    ['reacted already', () => mark('reactions.add', { name: 'eyes' }), 'already_reacted'],
    ['an emoji with colons', () => mark('reactions.add', { name: ':eyes:' }), 'invalid_name'],
    ['a link that is none', bookmark({ link: 'javascript:alert(1)' }), 'invalid_link'],
    ['an emoji without colons', bookmark({ link: 'https://example.com', emoji: 'eyes' }), 'invalid_emoji'],
  ]);
});

describe('files', () => {
  it('come in three steps, which the client takes as one', async () => {
    const { client, sandbox } = given;
    const answer = await client.filesUploadV2({
      channel_id: channel,
      filename: 'log.txt',
      content: 'äöü',
      title: 'Log',
    });
    const [{ files = [] } = {}] = answer.files as { files?: { id?: string }[] }[];
    const id = files[0]?.id ?? '';
    expect(sandbox.workspace.files.get(id)).toMatchObject({ name: 'log.txt', title: 'Log', channels: [channel] });
    expect(sandbox.messages(channel).at(-1)).toMatchObject({ subtype: 'file_share', files: [id] });
    const bytes = await fetch(`${sandbox.url}files/${id}`);
    expect(await bytes.text()).toBe('äöü');
    const complete = client.files.completeUploadExternal({ files: [{ id, title: 'again' }] });
    expect((await refusal(complete)).error).toBe('file_not_found');
  });

  it('are not complete before their bytes are there, and not with other bytes', async () => {
    const { client } = given;
    const { file_id: id = '', upload_url = '' } = await client.files.getUploadURLExternal({ filename: 'a', length: 3 });
    const complete = () => client.files.completeUploadExternal({ files: [{ id, title: 'a' }] });
    expect((await refusal(complete())).error).toBe('file_not_found');
    expect((await fetch(upload_url, { method: 'POST', body: 'abcd' })).status).toBe(400);
    const sent = await fetch(upload_url, { method: 'POST', body: 'abc' });
    expect([sent.status, await sent.text()]).toEqual([200, 'OK - 3']);
    expect((await complete()).ok).toBe(true);
    expect((await fetch(`${upload_url}x`, { method: 'POST', body: 'abc' })).status).toBe(404);
  });

  const url = (more: object) =>
    given.client.apiCall('files.getUploadURLExternal', { filename: 'a', length: 1, ...more });
  refuses([
    ['an empty file', () => url({ length: 0 }), 'missing_argument'],
    ['a long snippet', () => url({ length: 1_048_577, snippet_type: 'text' }), 'snippet_too_large'],
  ]);
});

describe('what is unknown', () => {
  it('method: unknown_method, with status 200', async () => {
    expect((await refusal(given.client.apiCall('chat.shout'))).error).toBe('unknown_method');
    expect((await refusal(given.client.apiCall('constructor'))).error).toBe('unknown_method');
  });
  it('argument: ignored', async () => {
    expect((await given.client.apiCall('auth.test', { team_id: 'T1', whatever: true })).ok).toBe(true);
  });
});
