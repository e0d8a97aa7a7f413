// Messages of an incident's channel in its timeline, over the real protocol: by reaction, by shortcut, once; edited, deleted, refused, told twice.
import { afterEach, describe, expect, it } from 'vitest';
import { givenEdge } from '../support/given/slack-edge.ts';

let edge: Awaited<ReturnType<typeof givenEdge>>;
afterEach(() => edge.close());

const react = (user: string, ts: string, name = 'pushpin') => edge.sandbox.react(user, edge.channel, ts, name);
const say = (text: string, thread?: string) => edge.sandbox.postAs('U0BEN', edge.channel, text, thread);
const types = () => edge.events().map(({ type }) => type);
const until = (...wanted: readonly string[]) =>
  edge.sandbox.waitFor(() => JSON.stringify(types()) === JSON.stringify(wanted) || undefined);
const shortcut = (user: string, ts: string) =>
  edge.sandbox.shortcut({ user, callbackId: 'add_to_timeline', on: { channel: edge.channel, ts } });

describe('a reaction', () => {
  it('puts the message into the timeline: its own time, who wrote it, its link, mentions by name', async () => {
    edge = await givenEdge();
    const ts = say('ask @ana: the <disk> of https://db-1.example is full');
    react('U0ANA', ts);
    await until('chat.kept');
    expect(edge.events()[0]).toEqual({
      type: 'chat.kept',
      actor: expect.objectContaining({ kind: 'user', id: 'U0ANA' }),
      data: {
        ...{ channelId: edge.channel, ts, saidAt: new Date(Number(ts) * 1000).toISOString(), files: [] },
        ...{
          how: 'reaction',
          text: expect.stringMatching(/^ask @\S+: the <disk> of https:\/\/db-1\.example is full$/),
        },
        author: { id: 'U0BEN', name: expect.any(String) },
        permalink: expect.stringContaining(edge.channel),
      },
    });
    expect(edge.events()[0]?.data).not.toHaveProperty('text', expect.stringContaining('U0ANA'));
    await edge.sandbox.waitFor(() => edge.told('U0ANA').length > 0);
    expect(edge.told('U0ANA')).toEqual(['That message is in the timeline of #7.']);
  });

  it('of several people, or beside the shortcut, counts once', async () => {
    edge = await givenEdge();
    const ts = say('the disk is full');
    react('U0ANA', ts);
    await until('chat.kept');
    react('U0BEN', ts);
    await shortcut('U0BEN', ts);
    const other = say('the disk is free');
    react('U0BEN', other);
    await until('chat.kept', 'chat.kept');
    expect(edge.asked()).toBe(2);
  });

  it('finds an answer in a thread', async () => {
    edge = await givenEdge();
    const first = say('what happened?');
    react('U0ANA', say('the disk is full', first));
    await until('chat.kept');
    expect(edge.events()[0]?.data).toMatchObject({ text: 'the disk is full' });
  });

  it('of another kind, in another channel, or on what Firebreak wrote means nothing', async () => {
    edge = await givenEdge({ settings: { timelineReaction: 'memo' } });
    const { workspace } = edge.sandbox;
    const general = edge.sandbox.channel('general')?.id ?? '';
    const there = edge.sandbox.postAs('U0BEN', general, 'elsewhere');
    edge.sandbox.react('U0ANA', general, there, 'memo');
    react('U0ANA', say('not this one'), 'pushpin');
    const channel = workspace.channels.get(edge.channel);
    if (!channel) throw new Error('there is no channel');
    react('U0ANA', workspace.post(channel, { user: workspace.bot.userId, text: 'own' }).ts, 'memo');
    react('U0ANA', say('this one'), 'memo');
    await until('chat.kept');
    expect(edge.events()[0]?.data).toMatchObject({ text: 'this one' });
    expect(edge.told('U0ANA')).toContain('What Firebreak writes is in the timeline already.');
  });

  it('of somebody without the right changes nothing, and that person alone is told why', async () => {
    edge = await givenEdge({ mayRespond: (user) => user !== 'U0ANA' });
    const ts = say('the disk is full');
    react('U0ANA', ts);
    await edge.sandbox.waitFor(() => edge.told('U0ANA').length > 0);
    expect(edge.told('U0ANA')).toEqual(['Not done: lacks the right respond.']);
    expect(types()).toEqual([]);
  });

  it('that could not be recorded is not acknowledged, comes again, and then counts', async () => {
    edge = await givenEdge();
    const ts = say('the disk is full');
    edge.failNext();
    react('U0ANA', ts);
    await until('chat.kept');
    const tries = await edge.sandbox.waitFor(() => {
      const told = edge.sandbox.deliveries.filter(({ payload }) => JSON.stringify(payload).includes('reaction_added'));
      return told.length > 1 ? told : undefined;
    });
    expect(tries.map(({ status }) => status)).toEqual([500, 200]);
  });
});

describe('the shortcut', () => {
  it('puts a message into the timeline, and says so to whoever chose it', async () => {
    edge = await givenEdge();
    await shortcut('U0ANA', say('the disk is full'));
    await until('chat.kept');
    expect(edge.events()[0]?.data).toMatchObject({
      how: 'shortcut',
      text: 'the disk is full',
      author: { id: 'U0BEN' },
    });
    await edge.sandbox.waitFor(() => edge.told('U0ANA').length > 0);
    expect(edge.told('U0ANA')).toEqual(['That message is in the timeline of #7.']);
  });

  it('declares an incident from a message, with its words as the title, and keeps the message', async () => {
    edge = await givenEdge();
    const ts = say('nobody can pay\nsince ten minutes');
    await edge.sandbox.shortcut({
      user: 'U0ANA',
      callbackId: 'declare_from_message',
      on: { channel: edge.channel, ts },
    });
    const form = await edge.sandbox.waitFor(() => edge.sandbox.openViews('U0ANA')[0]);
    expect(JSON.stringify(form.view)).toContain('"initial_value":"nobody can pay"');
    await edge.sandbox.submit({ user: 'U0ANA', viewId: form.id, values: { service: { value: 'checkout' } } });
    await until('chat.kept');
    expect(edge.declared).toEqual([
      expect.objectContaining({ title: 'nobody can pay', severity: 3, service: 'checkout' }),
    ]);
  });
});

describe('a message of the timeline', () => {
  it('that is edited or deleted gets that as an event; a new one, and one that nobody kept, gets none', async () => {
    edge = await givenEdge();
    const { workspace } = edge.sandbox;
    const channel = workspace.channels.get(edge.channel);
    if (!channel) throw new Error('there is no channel');
    const [ts, other] = [say('the disk is full'), say('hello')];
    react('U0ANA', ts);
    await until('chat.kept');
    workspace.edit(channel, edge.messageOf(other), (message) => Object.assign(message, { text: 'good bye' }));
    workspace.edit(channel, edge.messageOf(ts), (message) => Object.assign(message, { text: 'the disk was full' }));
    await until('chat.kept', 'chat.edited');
    expect(edge.events()[1]?.data).toMatchObject({ ts, text: 'the disk was full' });
    workspace.remove(channel, edge.messageOf(ts));
    await until('chat.kept', 'chat.edited', 'chat.deleted');
    expect(edge.events()[1]?.actor).toMatchObject({ kind: 'system' });
  });
});

it('a note has the names of those whom it mentions', async () => {
  edge = await givenEdge();
  await edge.sandbox.command({ user: 'U0BEN', channel: edge.channel, text: 'note @ana restarts it' });
  await until('note.added');
  expect(edge.events()[0]?.data).toMatchObject({ text: expect.stringMatching(/^@\S+.* restarts it$/) });
  expect(JSON.stringify(edge.events())).not.toContain('<@U0ANA>');
});

describe('an incident that is told in a thread of the announce channel alone', () => {
  const settings = { announce: '#alarms' };

  it('keeps messages of that thread, by reaction and by shortcut', async () => {
    edge = await givenEdge({ isInThread: true, settings });
    const { channel, ts } = edge.thread;
    const said = (text: string) => edge.sandbox.postAs('U0BEN', channel, text, ts);
    const first = said('the disk is full');
    edge.sandbox.react('U0ANA', channel, first, 'pushpin');
    await until('chat.kept');
    const second = said('it is free again');
    await edge.sandbox.shortcut({ user: 'U0ANA', callbackId: 'add_to_timeline', on: { channel, ts: second } });
    await until('chat.kept', 'chat.kept');
    expect(edge.events().map(({ data }) => data)).toMatchObject([
      { channelId: channel, ts: first, text: 'the disk is full', how: 'reaction' },
      { channelId: channel, ts: second, text: 'it is free again', how: 'shortcut' },
    ]);
  });

  it('keeps nothing of what is said beside it', async () => {
    edge = await givenEdge({ isInThread: true, settings });
    const { channel } = edge.thread;
    const beside = edge.sandbox.postAs('U0BEN', channel, 'something else');
    edge.sandbox.react('U0ANA', channel, beside, 'pushpin');
    await edge.sandbox.shortcut({ user: 'U0ANA', callbackId: 'add_to_timeline', on: { channel, ts: beside } });
    await edge.sandbox.waitFor(() =>
      edge.sandbox.messages(channel, 'U0ANA').some(({ onlyFor }) => onlyFor === 'U0ANA'),
    );
    expect(edge.events()).toEqual([]);
  });
});
