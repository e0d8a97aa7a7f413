// Schedules on whole engines in memory: each slot is started once or recorded as missed, whatever dies and however the clock goes.
import { describe, expect, it } from 'vitest';
import { systemPrincipal } from '../../src/core/authority/principal.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ScheduleStory } from '../support/engine/schedule-story.ts';
import { ana, playbook } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';

const nightly = '  - { cron: "30 2 * * *", timezone: Europe/Berlin }\n';
const hourly = (rest = '') => `  - { cron: "0 * * * *"${rest} }\n`;

describe('A slot of a schedule', () => {
  it('starts a run in an incident of its own, which says what started it', async () => {
    const story = new ScheduleStory(nightly);
    await story.at('2026-03-02T00:00:00Z');
    await story.at('2026-03-02T01:30:01Z');
    expect(story.told).toEqual(['set 1.0.0', 'started 03-02T01:30']);
    const [run] = [...story.world.tables.runs.values()];
    expect(run?.state).toMatchObject({
      trigger: { type: 'schedule', schedule: 'default', slotAt: '2026-03-02T01:30:00.000Z' },
      requestedBy: { kind: 'system' },
    });
    const [incident] = [...story.world.tables.incidents.values()];
    expect(incident).toMatchObject({ incident: { kind: 'operation', title: 'Scheduled run of nightly (default)' } });
  });

  it('is not started again while nothing else is due', async () => {
    const story = new ScheduleStory(nightly);
    await story.at('2026-03-02T00:00:00Z');
    for (const second of ['01', '03', '30', '59']) await story.at(`2026-03-02T01:30:${second}Z`);
    expect(story.runSlots).toEqual(['2026-03-02T01:30:00.000Z']);
  });

  it('is started by one of several processes that look at the same moment', async () => {
    const story = new ScheduleStory(nightly);
    const names = ['one', 'two', 'three'];
    await story.at('2026-03-02T00:00:00Z', ...names);
    story.world.ms = Date.parse('2026-03-02T01:30:00Z');
    await Promise.all(names.map((name) => story.look(name)));
    expect(story.events.map(({ type }) => type)).toEqual(['schedule.set', 'slot.claimed', 'slot.started']);
    expect(story.runSlots).toHaveLength(1);
  });

  it.each(['slot.claimed', 'run.started', 'slot.started'] as const)(
    'is taken up by another process, and started once, when one dies at %s',
    async (point) => {
      const story = new ScheduleStory(nightly);
      await story.at('2026-03-02T00:00:00Z', 'one', 'two');
      story.dies = point;
      story.world.ms = Date.parse('2026-03-02T01:30:00Z');
      expect(await story.look('one')).toBe(true);
      await story.at('2026-03-02T01:30:02Z', 'two');
      expect(story.told).toEqual(point === 'slot.started' ? ['set 1.0.0', 'started 03-02T01:30'] : ['set 1.0.0']);
      await story.at('2026-03-02T01:30:06Z', 'two');
      expect(story.told).toEqual(['set 1.0.0', 'started 03-02T01:30']);
      expect(story.runSlots).toHaveLength(1);
    },
  );

  it('is left alone by a process whose clock is apart from the database', async () => {
    const story = new ScheduleStory(nightly);
    const clock = { agrees: () => false, settle: () => null };
    await story.at('2026-03-02T00:00:00Z');
    const apart = story.world.engine({ worker: 'wrk_apart' }, { clock });
    story.world.ms = Date.parse('2026-03-02T01:30:00Z');
    await apart.lookAtSchedules();
    expect(story.told).toEqual(['set 1.0.0']);
  });

  it('is missed with the reason where its inputs can no longer be given', async () => {
    const story = new ScheduleStory(nightly);
    await story.at('2026-03-02T00:00:00Z');
    story.world.versions.clear();
    await story.at('2026-03-02T01:30:00Z');
    expect(story.told).toEqual(['set 1.0.0', 'refused 03-02T01:30']);
  });
});

describe('Slots that were missed', () => {
  const away = async (rest: string) => {
    const story = new ScheduleStory(hourly(rest));
    await story.at('2026-03-02T00:10:00Z');
    await story.at('2026-03-02T05:10:00Z');
    return story;
  };

  it('are recorded and not made up for where catchUp is not given', async () => {
    const story = await away('');
    expect(story.told).toEqual(['set 1.0.0', 'missed 5 until 03-02T05:00: late']);
    await story.at('2026-03-02T06:00:00Z');
    expect(story.told.at(-1)).toBe('started 03-02T06:00');
  });

  it('are made up for by the latest', async () => {
    const story = await away(', catchUp: latest');
    expect(story.told).toEqual(['set 1.0.0', 'missed 4 until 03-02T04:00: not_caught_up', 'started 03-02T05:00']);
    const [run] = [...story.world.tables.runs.values()];
    expect(run?.state.trigger).toMatchObject({ late: true });
  });

  it('are made up for one after the other, the newest so many of them', async () => {
    const story = await away(', catchUp: all, catchUpMax: 2');
    await story.look();
    expect(story.told).toEqual(['set 1.0.0', 'missed 3 until 03-02T03:00: not_caught_up', 'started 03-02T04:00']);
    await story.runsEnd();
    await story.look();
    expect(story.told.at(-1)).toBe('started 03-02T05:00');
  });

  it('are those of a clock that jumps ahead by days, in one event', async () => {
    const story = new ScheduleStory('  - { cron: "* * * * *", catchUp: latest }\n');
    await story.at('2026-03-02T00:00:30Z');
    await story.at('2026-03-12T00:00:30Z');
    expect(story.told).toEqual(['set 1.0.0', 'missed 14399 until 03-11T23:59: not_caught_up', 'started 03-12T00:00']);
  });

  it('are none where the clock goes back: no slot comes twice', async () => {
    const story = new ScheduleStory(hourly());
    await story.at('2026-03-02T00:10:00Z');
    await story.at('2026-03-02T01:00:00Z');
    await story.runsEnd();
    await story.at('2026-03-01T23:59:00Z');
    await story.at('2026-03-02T01:00:30Z');
    expect(story.told).toEqual(['set 1.0.0', 'started 03-02T01:00']);
    await story.at('2026-03-02T02:00:00Z');
    expect(story.told.at(-1)).toBe('started 03-02T02:00');
  });
});

describe('A schedule whose run is still at work', () => {
  it('misses the next slots, and says why', async () => {
    const story = new ScheduleStory(hourly());
    await story.at('2026-03-02T00:10:00Z');
    await story.at('2026-03-02T01:00:00Z');
    await story.at('2026-03-02T02:00:10Z');
    expect(story.told).toEqual(['set 1.0.0', 'started 03-02T01:00']);
    await story.at('2026-03-02T02:01:10Z');
    expect(story.told.at(-1)).toBe('missed 1 until 03-02T02:00: still_running');
    await story.runsEnd();
    await story.at('2026-03-02T03:00:00Z');
    expect(story.told.at(-1)).toBe('started 03-02T03:00');
  });

  it('waits with a halted run, and starts one run after the release however long it was', async () => {
    const story = new ScheduleStory(hourly(', catchUp: latest'));
    const caller = { principal: principalOf(ana), cause: 'cmd_1' };
    await story.at('2026-03-02T00:10:00Z');
    await story.process().operations.halt({ ...caller, scope: 'nightly', reason: 'moving house' });
    await story.at('2026-03-02T01:00:00Z');
    await story.at('2026-03-05T01:00:00Z');
    expect(story.told).toEqual(['set 1.0.0', 'started 03-02T01:00']);
    const listed = await story.process().operations.schedules({ principal: systemPrincipal });
    expect(listed).toMatchObject({ ok: true, value: [{ halted: 'moving house' }] });
    await story.process().operations.release({ ...caller, scope: 'nightly' });
    await story.runsEnd();
    await story.look();
    expect(story.told.slice(2)).toEqual(['missed 71 until 03-05T00:00: not_caught_up', 'started 03-05T01:00']);
  });
});

describe('The definition of a schedule', () => {
  const second = (story: ScheduleStory, schedule: string) =>
    story.world.publish({
      ...playbook('  - { id: a, uses: shell.run, with: { command: [/bin/false] } }', `schedule:\n${schedule}`),
      name: 'nightly',
      version: '2.0.0',
    });

  it('is the one in force when the slot is claimed, even if it is started later', async () => {
    const story = new ScheduleStory(nightly);
    await story.at('2026-03-02T00:00:00Z');
    story.dies = 'slot.claimed';
    await story.at('2026-03-02T01:30:00Z');
    second(story, nightly);
    await story.at('2026-03-02T01:30:10Z');
    expect(story.told).toEqual(['set 1.0.0', 'set 2.0.0', 'started 03-02T01:30']);
    const [run] = [...story.world.tables.runs.values()];
    expect(run?.state.playbook.version).toBe('1.0.0');
  });

  it('is that of the process which read it last: one that is older says nothing', async () => {
    const story = new ScheduleStory(nightly);
    await story.at('2026-03-02T00:00:00Z', 'old');
    const first = [...story.world.books.values()];
    second(story, hourly());
    await story.at('2026-03-02T00:10:00Z', 'new');
    expect(story.told).toEqual(['set 1.0.0', 'set 2.0.0']);
    story.world.books.clear();
    for (const book of first) story.world.books.set(book.name, book);
    await story.at('2026-03-02T01:00:00Z', 'old');
    story.world.books.clear();
    await story.at('2026-03-02T01:00:00Z', 'old');
    expect(story.told).toEqual(['set 1.0.0', 'set 2.0.0']);
  });

  it('goes on where it was when its times stay the same, and begins anew when they change', async () => {
    const story = new ScheduleStory(hourly(', catchUp: latest'));
    await story.at('2026-03-02T00:10:00Z');
    story.stop();
    second(story, hourly(', catchUp: latest'));
    await story.at('2026-03-02T01:10:00Z');
    await story.look();
    expect(story.told).toEqual(['set 1.0.0', 'set 2.0.0', 'started 03-02T01:00']);
    story.stop();
    second(story, nightly);
    await story.at('2026-03-02T02:10:00Z');
    expect(story.told.slice(3)).toEqual(['missed 1 until 03-02T02:00: changed', 'set 2.0.0']);
  });

  it('is taken away with its playbook, and comes again with it', async () => {
    const story = new ScheduleStory(nightly);
    await story.at('2026-03-02T00:00:00Z');
    story.stop();
    const books = [...story.world.books.values()];
    story.world.books.clear();
    await story.at('2026-03-03T00:00:00Z');
    expect(story.told).toEqual(['set 1.0.0', 'missed 1 until 03-02T01:30: changed', 'removed']);
    story.stop();
    for (const book of books) story.world.publish(book);
    await story.at('2026-03-05T00:00:00Z');
    expect(story.told.at(-1)).toBe('set 1.0.0');
  });
});

describe('A schedule that asks people', () => {
  const asking = '  - { cron: "0 * * * *", approval: { from: [U0ANA], expiresIn: 12h } }\n';
  const approvals = (story: ScheduleStory) =>
    [...story.world.tables.runs.values()].map(({ state }) =>
      Object.values(state.approvals).map(({ status }) => status),
    );

  async function agree(story: ScheduleStory): Promise<void> {
    const open = [...story.world.tables.runs.values()]
      .flatMap(({ state }) => Object.values(state.approvals))
      .find(({ status }) => status === 'open');
    if (!open) throw new Error('nobody is asked');
    const { id: approvalId, planDigest } = open;
    const caller = { principal: principalOf(ana), cause: 'cmd_1' };
    const answer = await story
      .process()
      .operations.decideApproval({ ...caller, approvalId, decision: 'approve', planDigest });
    expect(answer).toMatchObject({ ok: true });
  }

  it('asks once about a version, and anew about the next', async () => {
    const story = new ScheduleStory(asking);
    await story.at('2026-03-02T00:10:00Z');
    await story.at('2026-03-02T01:00:00Z');
    expect(approvals(story)).toEqual([['open']]);
    await agree(story);
    await story.runsEnd();
    await story.at('2026-03-02T02:00:00Z');
    await story.runsEnd();
    expect(approvals(story)).toEqual([['granted'], []]);
    story.stop();
    story.publish(asking, 'nightly', 'description: another\n');
    await story.at('2026-03-02T02:30:00Z');
    await story.at('2026-03-02T03:00:00Z');
    expect(approvals(story)).toEqual([['granted'], [], ['open']]);
  });

  it('asks at the next slot again where nobody has answered, and starts no step before', async () => {
    const story = new ScheduleStory(asking);
    await story.at('2026-03-02T00:10:00Z');
    await story.at('2026-03-02T01:00:00Z');
    await story.at('2026-03-02T02:02:00Z');
    expect(story.told.at(-1)).toBe('missed 1 until 03-02T02:00: still_running');
    const [run] = [...story.world.tables.runs.values()];
    expect(run?.state.nodes.a?.status).toBe('pending');
    story.world.ms = Date.parse('2026-03-02T13:01:00Z');
    await story.process().dispatch(run?.state.runId ?? '');
    await story.world.deliver(story.process());
    await story.at('2026-03-02T14:00:00Z');
    expect(approvals(story)).toEqual([['expired'], ['open']]);
  });
});

describe('Schedules as they are listed', () => {
  it('show next times, words, the last slot with its run, and what was missed', async () => {
    const story = new ScheduleStory(nightly);
    await story.at('2026-03-02T00:00:00Z');
    await story.at('2026-03-03T00:00:00Z');
    await story.at('2026-03-03T01:30:00Z');
    const listed = await story.process().operations.schedules({ principal: principalOf(ana) });
    expect(listed).toMatchObject({
      ok: true,
      value: [
        {
          name: 'default',
          words: 'At 02:30',
          timezone: 'Europe/Berlin',
          inForce: true,
          next: ['2026-03-04T01:30:00.000Z', '2026-03-05T01:30:00.000Z', '2026-03-06T01:30:00.000Z'],
          last: { slotAt: '2026-03-03T01:30:00.000Z', status: 'started', run: { status: 'running' } },
          missed: [{ count: 1, because: 'late' }],
          missedCount: 1,
        },
      ],
    });
  });

  it('are read without a change where no playbook has any', async () => {
    const world = new MemoryEngines();
    const engine = world.engine();
    await engine.lookAtSchedules();
    expect(await engine.operations.schedules({ principal: principalOf(ana) })).toEqual({ ok: true, value: [] });
    expect(world.tables.events.size).toBe(0);
  });
});
