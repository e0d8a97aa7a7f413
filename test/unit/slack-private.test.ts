// A private incident in Slack, over the real protocol: a private channel with its members, nothing anywhere else, and whoever comes or goes.
import { afterEach, describe, expect, it } from 'vitest';
import { closed, openedFor, type Past } from '../support/given/incident.ts';
import { givenEdge } from '../support/given/slack-edge.ts';
import { givenTelling } from '../support/given/slack-telling.ts';

let telling: Awaited<ReturnType<typeof givenTelling>> | null = null;
let edge: Awaited<ReturnType<typeof givenEdge>> | null = null;
afterEach(async () => {
  await telling?.sandbox.close();
  await edge?.close();
  telling = edge = null;
});

const secret = openedFor(['U0ANA', 'local:owner']);
const users = (name: string) => (name.startsWith('U0') ? [name] : []);

describe('a private incident', () => {
  it('is told in a private channel to its members, and in no other place', async () => {
    const around = { announce: '#alarms', invite: ['U0BEN'], fallbackChannel: 'C0FALLBACK' };
    telling = await givenTelling(around, [], { membersOf: users });
    const { workspace } = telling.sandbox;
    const fallback = telling.addChannel('C0FALLBACK', 'fallback');
    const { notify } = telling.start();
    const update: Past = { type: 'update.given', data: { text: 'we look' } };
    for (const past of [[secret], [secret, update], [secret, update, closed]]) {
      telling.put('inc_1', ...past);
      await notify('inc_1');
    }
    const channel = telling.channelOf('inc_1');
    expect(channel?.kind).toBe('private');
    expect([...(channel?.members ?? [])].sort()).toEqual(['U0ANA', workspace.bot.userId].sort());
    expect(channel?.messages.some(({ text }) => text.startsWith('Incident 7'))).toBe(true);
    expect(telling.said()).toEqual([]);
    expect(fallback.messages.filter(({ subtype }) => subtype === undefined)).toEqual([]);
  });

  it('whose channel cannot be made is not told in the fallback channel', async () => {
    telling = await givenTelling({ fallbackChannel: 'C0FALLBACK' }, ['groups:write', 'channels:manage']);
    const fallback = telling.addChannel('C0FALLBACK', 'fallback');
    telling.put('inc_1', secret);
    await expect(telling.start().notify('inc_1')).rejects.toThrow(/missing_scope/);
    expect(fallback.messages.filter(({ subtype }) => subtype === undefined)).toEqual([]);
  });

  it('takes whoever was taken out of it out of its channel, once', async () => {
    telling = await givenTelling({}, [], { membersOf: users });
    const { notify } = telling.start();
    const joined: Past = { type: 'members.joined', data: { members: ['U0BEN'], how: 'invited' } };
    const left: Past = { type: 'members.left', data: { members: ['U0BEN'], how: 'removed' } };
    const inChannel = () => telling?.channelOf('inc_1')?.members.has('U0BEN');
    telling.put('inc_1', secret, joined);
    await notify('inc_1');
    expect(inChannel()).toBe(true);
    telling.put('inc_1', secret, joined, left);
    await notify('inc_1');
    await telling.start().notify('inc_1');
    expect(inChannel()).toBe(false);
    expect(telling.sandbox.calls.filter(({ method }) => method === 'conversations.kick')).toHaveLength(1);
    telling.put('inc_1', secret, joined, left, joined);
    await notify('inc_1');
    expect(inChannel()).toBe(true);
  });
});

describe('the channel of a private incident', () => {
  it('makes a member of whoever comes into it, and of whoever leaves it one no more', async () => {
    edge = await givenEdge({ members: ['U0ANA'] });
    const { sandbox, state } = edge;
    const channel = sandbox.workspace.channels.get(edge.channel);
    if (!channel) throw new Error('there is no channel');
    sandbox.workspace.join(channel, 'U0BEN', 'U0ANA');
    await sandbox.waitFor(() => state().members?.includes('U0BEN'));
    sandbox.workspace.leave(channel, 'U0BEN');
    await sandbox.waitFor(() => !state().members?.includes('U0BEN'));
    expect(state().members).toEqual(['U0ANA']);
    expect(edge.events().map(({ type }) => type)).toEqual(['members.joined', 'members.left']);
  });

  it('proves by itself that whoever acts there is a member, where Slack has not said so', async () => {
    edge = await givenEdge({ members: ['U0ANA'] });
    edge.sandbox.workspace.channels.get(edge.channel)?.members.add('U0BEN');
    await edge.sandbox.command({ user: 'U0BEN', channel: edge.channel, text: 'note it is him' });
    await edge.sandbox.waitFor(() => (edge?.told('U0BEN').length ?? 0) > 0);
    expect(edge.told('U0BEN')).toEqual([expect.stringContaining('You noted on #7')]);
    expect(edge.state().members).toEqual(['U0ANA', 'U0BEN']);
  });
});

describe('to whoever is no member', () => {
  it('commands elsewhere say of its number, its channel and itself that it is not there', async () => {
    edge = await givenEdge({ members: ['U0ANA'] });
    const general = edge.sandbox.channel('general')?.id ?? '';
    const told = () =>
      edge?.sandbox
        .messages(general, 'U0BEN')
        .filter(({ onlyFor }) => onlyFor === 'U0BEN')
        .map(({ text }) => text);
    await edge.sandbox.command({ user: 'U0BEN', channel: general, text: 'status' });
    await edge.sandbox.command({ user: 'U0BEN', channel: general, text: 'note what' });
    await edge.sandbox.waitFor(() => told()?.length === 2);
    expect(told()?.toSorted()).toEqual(['There is no such run here.', 'This works in the channel of an incident.']);
    expect(edge.events()).toEqual([]);
  });

  it('a form that was opened before is one that is not there', async () => {
    edge = await givenEdge({ members: ['U0ANA', 'U0BEN'] });
    const { sandbox, channel, state } = edge;
    await sandbox.command({ user: 'U0BEN', channel, text: 'note' });
    const [form] = await sandbox.waitFor(() =>
      sandbox.openViews('U0BEN').length > 0 ? sandbox.openViews('U0BEN') : null,
    );
    const room = sandbox.workspace.channels.get(channel);
    if (!form || !room) throw new Error('there is no form, or no channel');
    sandbox.workspace.leave(room, 'U0BEN');
    await sandbox.waitFor(() => !state().members?.includes('U0BEN'));
    await sandbox.submit({ user: 'U0BEN', viewId: form.id, values: { text: { value: 'what was it?' } } });
    expect(edge.events().map(({ type }) => type)).toEqual(['members.left']);
  });
});
