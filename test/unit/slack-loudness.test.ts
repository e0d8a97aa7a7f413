// How loud an incident is in Slack, and that whoever was shown a begin is shown the end: against the sandbox workspace, with a memory of its own.
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunState } from '../../src/core/run/state.ts';
import { addMs } from '../../src/core/time.ts';
import { ana, playbook, Story, start } from '../support/given/given.ts';
import { anAlert, closed, ended, later, minute, type Past, received, resolved } from '../support/given/incident.ts';
import { givenTelling } from '../support/given/slack-telling.ts';

type World = Awaited<ReturnType<typeof givenTelling>>;
let world: World;
afterEach(() => world.sandbox.close());

const openedWith = (severity: number, change: object = {}, at = start): Past => ({
  type: 'incident.opened',
  data: { number: 7, title: 'checkout is slow', severity, groupKey: 'group', ...change },
  at,
});
const id = 'inc_00000000000000000000000007';
const raised = (from: number, to: number): Past => ({ type: 'severity.changed', data: { from, to } });
const texts = () => world.said().map(({ text }) => text);

describe('an incident', () => {
  it('of no urgency is one line in the announce channel, which is edited to its end', async () => {
    world = await givenTelling();
    const firebreak = world.start();
    world.put(id, openedWith(4), received('a'));
    await firebreak.notify(id);
    expect(texts()).toEqual([expect.stringContaining('#7 checkout is slow  ·  SEV4 – Low  ·  since')]);
    expect(world.channelOf(id)).toBeUndefined();
    world.put(id, openedWith(4), received('a'), ended('a'), { ...resolved, ...later(12 * minute) });
    await firebreak.notify(id);
    expect(texts()).toEqual([expect.stringContaining('✓ *Resolved* after 12 m')]);
    expect(await world.owed()).toEqual([]);
  });

  it('of little urgency is a thread there, and nothing else', async () => {
    world = await givenTelling();
    const firebreak = world.start();
    world.put(id, openedWith(3), received('a'));
    await firebreak.notify(id);
    expect(texts()).toEqual(['Incident 7: checkout is slow. SEV3 – Minor, firing, 1 of 1 alert firing.']);
    expect(world.recorded).toEqual(['incident card in the announce channel']);
    expect(world.channelOf(id)).toBeUndefined();
  });

  it('gets a channel once it is more severe, or somebody is on it, and keeps it', async () => {
    world = await givenTelling();
    const firebreak = world.start();
    world.put(id, openedWith(4), received('a'));
    await firebreak.notify(id);
    world.put(id, openedWith(4), received('a'), raised(4, 2));
    await firebreak.notify(id);
    const channel = world.channelOf(id);
    expect(channel?.name).toBe('inc-7-checkout-is-slow');
    expect(texts()).toEqual([expect.stringContaining('SEV2')]);
    world.put(id, openedWith(4), received('a'), raised(4, 2), raised(2, 4), resolved);
    await firebreak.notify(id);
    expect(channel?.messages.find(({ text }) => text.startsWith('Incident 7'))?.text).toContain('resolved');
    expect(texts()).toEqual([expect.stringContaining('resolved')]);

    const other = 'inc_00000000000000000000000008';
    world.put(other, openedWith(4, { number: 8 }), received('a'), {
      type: 'incident.acknowledged',
      data: {},
      actor: ana,
    });
    await firebreak.notify(other);
    expect(world.channelOf(other)?.name).toBe('inc-8-checkout-is-slow');
  });

  it('is as loud as its route says, until it gets worse', async () => {
    world = await givenTelling();
    const firebreak = world.start();
    const quiet = openedWith(2, { handling: { channel: 'line' } });
    world.put(id, quiet, received('a'));
    await firebreak.notify(id);
    expect(world.channelOf(id)).toBeUndefined();
    expect(texts()).toHaveLength(1);
    world.put(id, quiet, received('a'), raised(2, 1));
    await firebreak.notify(id);
    expect(world.channelOf(id)).toBeDefined();

    const silent = 'inc_00000000000000000000000009';
    world.put(silent, openedWith(1, { number: 9, handling: { channel: 'none' } }), received('a'));
    await firebreak.notify(silent);
    expect(world.channelOf(silent)).toBeUndefined();
    expect(texts()).toHaveLength(1);
  });

  it('without an announce channel has a channel, or nothing if it is for information only', async () => {
    world = await givenTelling({});
    const firebreak = world.start();
    world.put(id, openedWith(3), received('a'));
    await firebreak.notify(id);
    expect(world.channelOf(id)).toBeDefined();
    const info = 'inc_00000000000000000000000008';
    world.put(info, openedWith(4, { number: 8 }), received('a'));
    await firebreak.notify(info);
    expect(world.channelOf(info)).toBeUndefined();
    expect(world.said()).toEqual([]);
  });
});

describe('a telling', () => {
  it('reads an incident once, and anew only for a version that it has not read', async () => {
    world = await givenTelling();
    const firebreak = world.start();
    const read = vi.spyOn(world.reads, 'incident');
    const story = [openedWith(4), received('a')];
    world.put(id, ...story);
    const first = firebreak.notify(id, 1);
    await new Promise(setImmediate);
    await firebreak.notify(id, 1);
    await first;
    expect(read).toHaveBeenCalledTimes(1);
    world.put(id, ...story, received('b'));
    const second = firebreak.notify(id, 2);
    await new Promise(setImmediate);
    world.put(id, ...story, received('b'), received('c'));
    await firebreak.notify(id, 3);
    await second;
    expect(read).toHaveBeenCalledTimes(3);
    // What moved on unheard while it was told is read as well.
    world.put(id, ...story, received('b'), received('c'), received('d'));
    const third = firebreak.notify(id, 4);
    await new Promise(setImmediate);
    world.put(id, ...story, received('b'), received('c'), received('d'), received('e'));
    await third;
    expect(read).toHaveBeenCalledTimes(5);
  });
});

describe('whoever was shown a begin', () => {
  it('is shown the end, however often the process dies between a post and its record', async () => {
    world = await givenTelling();
    for (const severity of [1, 3, 4]) {
      const one = `inc_0000000000000000000000000${severity}`;
      const begin = openedWith(severity, { number: severity });
      world.put(one, begin, received('a'));
      world.loseNext();
      await world
        .start()
        .notify(one)
        .catch(() => undefined);
      await world.start().notify(one);
      world.put(one, begin, received('a'), ended('a'), severity === 3 ? closed : resolved);
      world.loseNext();
      await world
        .start()
        .notify(one)
        .catch(() => undefined);
      await world.start().notify(one);
    }
    expect(texts()).toEqual([
      expect.stringContaining('SEV1 – Critical, resolved'),
      expect.stringContaining('SEV3 – Minor, closed'),
      expect.stringContaining('✓ *Resolved*'),
    ]);
    expect(await world.owed()).toEqual([]);
  });

  it('is owed the end while Slack refuses it, and is told it as soon as Slack takes it', async () => {
    world = await givenTelling();
    const firebreak = world.start();
    world.put(id, openedWith(4), received('a'));
    await firebreak.notify(id);
    world.announcements.archived = true;
    world.put(id, openedWith(4), received('a'), ended('a'), resolved);
    await firebreak.notify(id);
    expect(await world.owed()).toEqual([`announced/${id}`]);
    world.announcements.archived = false;
    const again: Promise<void>[] = [];
    await firebreak.followOwed((incidentId) => {
      const told = firebreak.notify(incidentId);
      again.push(told);
      return told;
    });
    await Promise.all(again);
    expect(texts()).toEqual([expect.stringContaining('✓ *Resolved*')]);
    expect(await world.owed()).toEqual([]);
  });

  it('was refused: a message that Slack does not take is kept as owed, and is no success', async () => {
    world = await givenTelling();
    world.announcements.archived = true;
    world.put(id, openedWith(3), received('a'));
    await world.start().notify(id);
    expect(await world.messages.owed(10)).toMatchObject([{ key: `announced/${id}`, refused: 'is_archived' }]);
    world.announcements.archived = false;
    await world.start().notify(id);
    expect(await world.owed()).toEqual([]);
    expect(texts()).toHaveLength(1);
  });

  it('in a channel that was archived is owed nothing once the announce channel shows the end', async () => {
    world = await givenTelling();
    const firebreak = world.start();
    world.put(id, openedWith(1), received('a'));
    await firebreak.notify(id);
    const channel = world.channelOf(id);
    if (channel) channel.archived = true;
    world.put(id, openedWith(1), received('a'), ended('a'), resolved);
    await firebreak.notify(id);
    expect(texts()).toEqual([expect.stringContaining('SEV1 – Critical, resolved')]);
    expect(await world.owed()).toEqual([]);
  });
});

describe('an alert', () => {
  const because = 'the silence deploy is over, and it still fires';
  const repeated = (reason?: string): Past => ({
    type: 'alert.repeated',
    data: { fingerprint: 'a', count: 2, receipt: 'dlv_1', ...(reason && { because: reason }) },
    ...later(minute),
  });

  it('that is told again says why, once, in a message of its own that is brought to its end', async () => {
    world = await givenTelling();
    const firebreak = world.start();
    const story = [openedWith(4), received('a')];
    world.put(id, ...story);
    await firebreak.notify(id);
    world.put(id, ...story, repeated(because));
    await firebreak.notify(id);
    world.put(id, ...story, repeated(because), repeated());
    await world.start().notify(id);
    expect(texts()).toEqual([
      expect.stringContaining(because),
      `Still firing: a is down  (#7 checkout is slow): ${because}`,
    ]);
    world.put(id, ...story, repeated(because), ended('a'), resolved);
    await firebreak.notify(id);
    expect(texts()[1]).toMatch(/^✓ No longer firing: a is down/);
    expect(await world.owed()).toEqual([]);
  });

  it('that a maintenance window holds says so, and why it was held until now', async () => {
    world = await givenTelling();
    const data = { alert: anAlert('a'), receipt: 'dlv_0', because: '3 alerts within 10m', unacted: true as const };
    const settling: Past = { type: 'incident.settling', data: { until: addMs(start, minute), reason: 'over' } };
    world.put(id, openedWith(3), { type: 'alert.received', data }, settling);
    await world.start().notify(id);
    const card = JSON.stringify(world.said()[0]?.blocks);
    expect(card).toContain('3 alerts within 10m');
    expect(card).toContain('in a maintenance window');
    expect(card).toContain('unless something fires');
    expect(card).toContain('1 of 1 alert firing');
  });
});

describe('an acknowledgement that ended by itself', () => {
  it('is asked after once, with a button, until somebody acknowledges it anew', async () => {
    world = await givenTelling();
    const firebreak = world.start();
    const by = { ...ana, id: 'U0ANA' };
    const story: Past[] = [
      openedWith(1),
      received('a'),
      { type: 'incident.acknowledged', data: {}, actor: by },
      { type: 'incident.acknowledge_lapsed', data: { by, since: start }, ...later(60 * minute) },
    ];
    world.put(id, ...story);
    await firebreak.notify(id);
    const asked = () => world.channelOf(id)?.messages.find(({ text }) => /Still on it|No longer asked/.test(text));
    expect(asked()?.text).toMatch(/^<@U0ANA> Still on it\?/);
    expect(JSON.stringify(asked()?.blocks)).toContain('incident_acknowledge');
    world.put(id, ...story, { type: 'incident.acknowledged', data: {}, actor: by });
    await firebreak.notify(id);
    expect(asked()?.text).toBe('No longer asked: #7 checkout is slow, acknowledged by <@U0ANA>.');
  });
});

describe('a storm', () => {
  it('is one digest with the worst first, few messages, channels for the worst only, and an end', async () => {
    world = await givenTelling();
    const firebreak = world.start();
    const nameOf = (n: number) => `inc_${String(n).padStart(26, '0')}`;
    const story = (n: number): Past[] => [
      openedWith(n === 15 ? 1 : 2, { number: n, title: `problem ${n}` }, addMs(start, n * 100)),
      received('a'),
    ];
    const all = Array.from({ length: 200 }, (_, n) => n);
    for (const n of all) world.put(nameOf(n), ...story(n));
    for (const n of all) await firebreak.notify(nameOf(n));
    await firebreak.storms.follow();
    const withChannel = all.filter((n) => world.channelOf(nameOf(n)) !== undefined);
    expect(withChannel).toEqual([...all.slice(0, 10), 15]);
    const digests = () => texts().filter((text) => text.includes('torm'));
    expect(texts()).toHaveLength(21);
    expect(digests()).toEqual([expect.stringMatching(/^Storm: 190 incidents .*, 190 of them open/)]);
    // Another process, later: the same digest.
    for (const n of all) world.put(nameOf(n), ...story(n), ended('a'), { ...resolved, ...later(2 * minute) });
    await world.clock.sleep(10 * minute);
    const restarted = world.start();
    for (const n of all) await restarted.notify(nameOf(n));
    await restarted.storms.follow();
    expect(digests()).toEqual([expect.stringMatching(/^✔ Storm over: 190 incidents/)]);
    expect(await world.owed()).toEqual([]);
    expect([...world.rows.values()].filter(({ showsFiring }) => showsFiring)).toEqual([]);
  });
});

describe('the digest of a storm of drills', () => {
  const nameOf = (n: number) => `inc_${String(n).padStart(26, '0')}`;
  const run = new Story(playbook('  - { id: a, uses: shell.run, with: { command: [/bin/true] } }\n')).state;
  const drilled = (reason: string): RunState[] => [{ ...run, trigger: { type: 'manual', reason } }];

  async function stormOf(real: number) {
    world = await givenTelling();
    const firebreak = world.start();
    const all = Array.from({ length: 25 }, (_, n) => n);
    for (const n of all) {
      world.put(nameOf(n), openedWith(1, { number: n, title: `drill ${n}`, groupKey: null }, addMs(start, n * 100)));
      world.runs.set(nameOf(n), drilled(n < real ? 'it burns' : 'drill: monthly'));
    }
    for (const n of all) await firebreak.notify(nameOf(n));
    await firebreak.storms.follow();
    const digest = world.announcements.messages.find(({ text }) => text.includes('Storm'));
    return { text: digest?.text ?? '', blocks: JSON.stringify(digest?.blocks) };
  }

  it('says so before everything, and of each', async () => {
    const { text, blocks } = await stormOf(0);
    expect(text).toMatch(/^\[DRILL\] Storm: 15 incidents since/);
    expect(blocks.match(/• \[DRILL\] #/g)).toHaveLength(15);
  });

  it('says which are drills where others are not', async () => {
    const { text, blocks } = await stormOf(12);
    expect(text).toMatch(/^Storm: 15 incidents \(13 of them drills\) since/);
    expect(blocks.match(/• #/g)).toHaveLength(2);
    expect(blocks.match(/• \[DRILL\] #/g)).toHaveLength(13);
  });
});

describe('a line that belongs to no incident', () => {
  it('is told once for its key, also after a restart', async () => {
    world = await givenTelling();
    const line = { key: 'silence/deploy/start', text: 'The silence deploy begins <!channel>' };
    expect(await world.start().announce(line)).toBe(true);
    expect(await world.start().announce(line)).toBe(true);
    expect(texts()).toEqual(['The silence deploy begins &lt;!channel&gt;']);
  });

  it('leads with what it is about and how that stands, and shows times as its reader counts them', async () => {
    world = await givenTelling();
    const text = `The silence deploy holds until ${start}: move *now*`;
    await world.start().announce({ key: 'a', text, state: 'rests' });
    await world.start().announce({ key: 'b', text: 'restart *x: y', state: 'waits' });
    await world.start().announce({ key: 'c', text: 'restart ended well. To let it act: `x`', state: 'waits' });
    const [held, odd, two] = world.said().map(({ blocks }) => JSON.stringify(blocks));
    expect(texts()[0]).toMatch(/^○ The silence deploy holds until <!date\^[^>]+>: move \*now\*$/);
    expect(held).toMatch(/"○ \*The silence deploy holds until <!date\^[^>]+>\*: move/);
    expect(odd).toContain('"◐ restart *x: y"');
    expect(two).toContain('"◐ restart ended well. To let it act: `x`"');
  });
});

describe('90 of 90 failing alerts (trap 6)', () => {
  it('are told count first, the list cut with the number that is cut, and a link to all of it', async () => {
    world = await givenTelling();
    const all = Array.from({ length: 90 }, (_, n) => received(`check-${n}`));
    world.put(id, openedWith(1), ...all);
    await world.start().notify(id);
    const card = world.channelOf(id)?.messages.find(({ text }) => text.startsWith('Incident 7'));
    expect(card?.text).toContain('90 of 90 alerts firing');
    const shown = JSON.stringify(card?.blocks);
    expect(shown).toMatch(/90 of 90 alerts firing\\n● check-/);
    expect(shown).toContain('… and 80 more');
    expect(shown).toContain('|Open #7>');
  });
});
