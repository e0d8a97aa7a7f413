// What stands at the top of an incident's channel: the card, pinned once; bookmarks, once; and that neither is worth a failure.
import { afterEach, describe, expect, it } from 'vitest';
import { anAlert, type Past, received, resolved } from '../support/given/incident.ts';
import { givenTelling } from '../support/given/slack-telling.ts';

type World = Awaited<ReturnType<typeof givenTelling>>;
let world: World;
afterEach(() => world.sandbox.close());

const id = 'inc_00000000000000000000000007';
const openedAs: Past = {
  type: 'incident.opened',
  data: { number: 7, title: 'checkout is down', severity: 1, groupKey: 'group' },
};
const alert = anAlert('a', {
  links: [
    { label: 'Runbook', url: 'https://wiki.test/checkout' },
    { label: 'Dashboard', url: 'https://grafana.test/d/1' },
    { label: 'Graph', url: 'https://prom.test/graph' },
  ],
});
const callsOf = (method: string) => world.sandbox.calls.filter((call) => call.method === method);
const given = async () => {
  world = await givenTelling();
  world.put(id, openedAs, received('a'));
  world.opening.set(id, alert);
  return world.start();
};

describe('the channel of an incident', () => {
  it('has its card pinned, and bookmarks for the runbook, the dashboard and the page', async () => {
    const firebreak = await given();
    await firebreak.notify(id);
    const channel = world.channelOf(id);
    const card = channel?.messages.find(({ text }) => text.startsWith('Incident 7'));
    expect([...(channel?.pins ?? [])]).toEqual([card?.ts]);
    expect(channel?.bookmarks.map(({ title, link }) => [title, link])).toEqual([
      ['Runbook', 'https://wiki.test/checkout'],
      ['Dashboard', 'https://grafana.test/d/1'],
      ['Incident #7', 'https://fb.test/incidents/7'],
    ]);
  });

  it('is furnished once, however often it is told, and after a restart', async () => {
    await (await given()).notify(id);
    world.put(id, openedAs, received('a'), resolved);
    await world.start().notify(id);
    expect(callsOf('pins.add')).toHaveLength(1);
    expect(callsOf('bookmarks.add')).toHaveLength(3);
  });

  it('has nothing twice after a crash between Slack and its record', async () => {
    await (await given()).notify(id);
    for (const key of [`pin/${id}`, `bookmarks/${id}`]) world.rows.delete(key);
    const bookmarks = world.channelOf(id)?.bookmarks ?? [];
    bookmarks.splice(1);
    await world.start().notify(id);
    expect(bookmarks.map(({ title }) => title)).toEqual(['Runbook', 'Dashboard', 'Incident #7']);
    expect(world.channelOf(id)?.pins.size).toBe(1);
  });

  it('is told all the same where Slack takes no pins and no bookmarks', async () => {
    world = await givenTelling({ announce: '#alarms' }, ['pins:write', 'bookmarks:read', 'bookmarks:write']);
    world.put(id, openedAs, received('a'));
    await world.start().notify(id);
    expect(world.channelOf(id)?.pins.size).toBe(0);
    await world.start().notify(id);
    expect(callsOf('pins.add')).toHaveLength(1);
    expect(world.said()).toHaveLength(1);
  });

  it('gets both once Slack is well again', async () => {
    const firebreak = await given();
    world.sandbox.addFault({ method: 'pins.add', kind: 'http_500', times: 1 });
    await expect(firebreak.notify(id)).rejects.toThrow();
    await firebreak.notify(id);
    expect(world.channelOf(id)?.pins.size).toBe(1);
    expect(world.channelOf(id)?.bookmarks).toHaveLength(3);
  });
});
