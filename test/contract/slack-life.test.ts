// What the notifier does for the people of an incident, over the real protocol: a call for a lead, updates elsewhere, and the channel's end.
import { afterEach, expect, it } from 'vitest';
import { addMs } from '../../src/core/time.ts';
import { ana, start } from '../support/given/given.ts';
import { closed, minute, opened, type Past } from '../support/given/incident.ts';
import { givenTelling } from '../support/given/slack-telling.ts';

let telling: Awaited<ReturnType<typeof givenTelling>>;
afterEach(() => telling.sandbox.close());

const texts = (channel: { readonly messages: readonly { readonly text: string }[] } | undefined) =>
  channel?.messages.map(({ text }) => text) ?? [];

it('a lead who is missed is called once, and the call is brought to its end where it stands', async () => {
  telling = await givenTelling({ leads: ['U0ANA'] });
  const { notify } = telling.start();
  const vacant: Past = { type: 'role.vacant', data: { role: 'lead', since: start }, at: addMs(start, 5 * minute) };
  telling.put('inc_1', opened);
  await notify('inc_1');
  telling.put('inc_1', opened, vacant);
  await notify('inc_1');
  await telling.start().notify('inc_1');
  const calls = () => texts(telling.channelOf('inc_1')).filter((text) => text.includes('nobody leads'));
  expect(calls()).toEqual([expect.stringMatching(/^◐ <@U0ANA>: nobody leads #7/)]);
  telling.put('inc_1', opened, vacant, { type: 'role.assigned', data: { role: 'lead', user: 'U0BEN' } });
  await notify('inc_1');
  expect(calls()).toEqual([]);
  expect(texts(telling.channelOf('inc_1'))).toContainEqual(expect.stringContaining('No longer asked for a lead of #7'));
});

it('an update is heard in the channels of people outside, each time anew', async () => {
  telling = await givenTelling();
  const outside = telling.sandbox.workspace.createChannel('public', 'status', telling.sandbox.workspace.bot.userId);
  await telling.sandbox.close();
  telling = await givenTelling({ stakeholders: [outside.id] });
  const again = telling.sandbox.workspace.createChannel('public', 'status', telling.sandbox.workspace.bot.userId);
  const { notify } = telling.start();
  const update = (text: string, minutes: number): Past => ({
    type: 'update.given',
    data: { text },
    actor: ana,
    at: addMs(start, minutes * minute),
  });
  telling.put('inc_1', opened, update('we look', 1));
  await notify('inc_1');
  telling.put('inc_1', opened, update('we look', 1), update('it is better', 9));
  await notify('inc_1');
  await notify('inc_1');
  expect(again.id).toBe(outside.id);
  expect(texts(again)).toEqual([expect.stringContaining('we look'), expect.stringContaining('it is better')]);
  expect(telling.recorded.filter((about) => about === 'update for people outside')).toHaveLength(2);
});

it('the channel of an incident that nobody needs any more is archived once, whoever tells it again', async () => {
  telling = await givenTelling();
  const { notify } = telling.start();
  telling.put('inc_1', opened);
  await notify('inc_1');
  const channel = telling.channelOf('inc_1');
  telling.put('inc_1', opened, closed);
  await notify('inc_1');
  expect(channel?.archived).toBe(false);
  telling.put('inc_1', opened, closed, { type: 'channel.retired', data: { channelId: channel?.id ?? '' } });
  await notify('inc_1');
  await telling.start().notify('inc_1');
  expect(channel?.archived).toBe(true);
  expect(telling.sandbox.calls.filter(({ method }) => method === 'conversations.archive')).toHaveLength(1);
});

it('an incident that is opened again after its channel was archived goes on in a second one, which says so and calls who leads', async () => {
  telling = await givenTelling({ invite: ['U0ANA'] }, [], { membersOf: (name) => [name] });
  const { notify } = telling.start();
  const led: Past = { type: 'role.assigned', data: { role: 'lead', user: 'U0BEN' } };
  telling.put('inc_1', opened, led);
  await notify('inc_1');
  const first = telling.channelOf('inc_1');
  const retired: Past = { type: 'channel.retired', data: { channelId: first?.id ?? '' } };
  telling.put('inc_1', opened, led, closed, retired);
  await notify('inc_1');
  const linked: Past = {
    type: 'channel.linked',
    data: { channelId: first?.id ?? '', name: first?.name ?? '', created: true },
  };
  telling.incidents.set('inc_1', { ...telling.put('inc_1', opened), channel: null });
  const again: Past = { type: 'incident.reopened', data: { reason: 'it is back' } };
  telling.put('inc_1', opened, linked, led, closed, retired, again);
  await notify('inc_1');
  await telling.start().notify('inc_1');
  const second = telling.channelOf('inc_1');
  expect(second?.id).not.toBe(first?.id);
  expect(second?.name).toBe(`${first?.name}-2`);
  expect([...(second?.members ?? [])]).toEqual(expect.arrayContaining(['U0ANA', 'U0BEN']));
  const said = texts(second).filter((text) => text.includes('is open again'));
  expect(said).toEqual([
    expect.stringMatching(`^<@U0BEN>: #7 .* goes on here. Its first channel <#${first?.id}> is archived`),
  ]);
  expect(texts(second).filter((text) => text.startsWith('Incident 7'))).toHaveLength(1);
});
