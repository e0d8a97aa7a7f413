// Web API of the sandbox, asked by the real client over HTTP: what works answers as Slack does, what does not says Slack's code.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Given, givenSandbox, refusal } from '../support/given/sandbox.ts';

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
    expect((await fetch(permalink, { redirect: 'manual' })).headers.get('location')).toBe(`/#${channel}/${ts}`);
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
