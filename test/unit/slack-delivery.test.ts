// What people see when the place of an incident in Slack cannot be used any more: said once, and everything goes on elsewhere.
import { afterEach, describe, expect, it } from 'vitest';
import { playbookRef } from '../../src/core/playbook/playbook.ts';
import type { Channel } from '../../src/sandbox/entities.ts';
import { ana, playbook, Story, start } from '../support/given/given.ts';
import { ended, later, type Past, received, resolved } from '../support/given/incident.ts';
import { givenTelling } from '../support/given/slack-telling.ts';

type World = Awaited<ReturnType<typeof givenTelling>>;
let world: World;
afterEach(() => world.sandbox.close());

const id = 'inc_00000000000000000000000007';
const roles = { sre: { users: ['U0ANA'], groups: [], people: [], tokens: [] } };
const fallbackChannel = 'C0FALLBACK';
const opened: Past = {
  type: 'incident.opened',
  data: { number: 7, title: 'checkout is slow', severity: 1, groupKey: 'group' },
  at: start,
};
const book = playbook(
  '  - { id: a, uses: shell.run, with: { command: [/bin/true] }, risk: high, approval: { from: ["@sre"], expiresIn: 10m } }\n',
);

async function asking() {
  world = await givenTelling({ fallbackChannel }, [], { roles });
  const fallback = world.addChannel(fallbackChannel, 'fallback');
  world.books.set(playbookRef(book).digest, book);
  const run = new Story(book);
  run.when({ type: 'advance' });
  const firebreak = world.start();
  const story: Past[] = [opened, received('a')];
  const tell = async (...past: readonly Past[]) => {
    story.push(...past);
    world.put(id, ...story);
    world.runs.set(id, [{ ...run.state, incidentId: id }]);
    await firebreak.notify(id);
  };
  return { run, tell, fallback };
}
const said = ({ messages }: Channel) => messages.filter(({ subtype }) => subtype === undefined).map(({ text }) => text);
const moved = (texts: readonly string[]) => texts.filter((text) => text.startsWith('◐ *#7'));

describe('an incident whose channel cannot be used', () => {
  it.each([
    ['was archived', (channel: Channel) => Object.assign(channel, { archived: true }), 'it was archived'],
    [
      'is one that Firebreak was removed from',
      (channel: Channel) => world.sandbox.workspace.channels.delete(channel.id),
      'it is gone, or Firebreak was removed from it',
    ],
  ])('because it %s goes on in the fallback channel, which is told why, once', async (_how, lose, why) => {
    const { run, tell, fallback } = await asking();
    await tell();
    const channel = world.channelOf(id);
    if (channel) lose(channel);
    await tell({ type: 'severity.changed', data: { from: 1, to: 2 } });
    expect(moved(said(fallback))).toEqual([
      `◐ *#7 checkout is slow* goes on here: Slack takes no messages in <#${channel?.id}>: ${why}.`,
    ]);
    expect(said(fallback).some((text) => text.startsWith('Approval needed'))).toBe(true);
    run.approve(ana);
    await tell(ended('a'), { ...resolved, ...later(1000) });
    await world.start().notify(id);
    expect(moved(said(fallback))).toHaveLength(1);
    expect(said(fallback).filter((text) => text.startsWith('✓ *Resolved*'))).toHaveLength(1);
  });

  it('because none could be made is told in the fallback channel, which is told why, once', async () => {
    const { tell, fallback } = await asking();
    world.holdCalls(async (method) => {
      if (method === 'conversations.create') throw new Error('no way to make one');
    });
    await tell();
    await tell({ type: 'severity.changed', data: { from: 1, to: 2 } });
    expect(moved(said(fallback))).toEqual(['◐ *#7 checkout is slow* goes on here: no channel could be made for it.']);
  });

  it('posts anew what somebody has deleted, and tells nothing twice', async () => {
    const { tell } = await asking();
    await tell();
    const channel = world.channelOf(id);
    const card = channel?.messages.find(({ text }) => text.startsWith('Incident 7'));
    if (channel && card) channel.messages.splice(channel.messages.indexOf(card), 1);
    await tell({ type: 'severity.changed', data: { from: 1, to: 2 } });
    const texts = channel ? said(channel) : [];
    expect(texts.filter((text) => text.startsWith('Incident 7'))).toEqual([expect.stringContaining('SEV2')]);
    expect(texts.filter((text) => text.startsWith('Approval needed'))).toHaveLength(1);
  });
});
