// Channels of the sandbox, asked by the real client over HTTP: names, members, topics, history by pages, each with Slack's codes.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Given, givenSandbox, refusal } from '../support/given/sandbox.ts';

let given: Given;
let channel: string;
let archived: string;
let foreign: string;
beforeAll(async () => {
  given = await givenSandbox();
  const { client, sandbox } = given;
  channel = (await client.conversations.create({ name: 'here' })).channel?.id ?? '';
  archived = (await client.conversations.create({ name: 'gone' })).channel?.id ?? '';
  await client.conversations.archive({ channel: archived });
  foreign = sandbox.workspace.createChannel('public', 'foreign', 'U0ANA').id;
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
