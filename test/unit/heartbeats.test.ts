// Heartbeats on a whole engine in memory, by a clock that stands still until it is moved: what is missing fires once, what is heard again ends.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkHeartbeats } from '../../src/cli/doctor/heartbeats.ts';
import { readConfigFile } from '../../src/config/file.ts';
import type { Alert } from '../../src/core/alert/alert.ts';
import { Heartbeat, heartbeatChange } from '../../src/core/alert/heartbeat.ts';
import { systemPrincipal } from '../../src/core/authority/principal.ts';
import { addMs } from '../../src/core/time.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { start } from '../support/given/given.ts';
import { anAlert, minute } from '../support/given/incident.ts';

const backup = {
  name: 'backup',
  every: '5m',
  grace: '1m',
  severity: 'critical',
  service: 'db',
  labels: { team: 'dba' },
};

function given(entries: readonly object[] = [backup]) {
  const world = new MemoryEngines();
  const heartbeats = z.array(Heartbeat).parse(entries);
  const engineOf = () => world.engine({ heartbeats });
  let n = 0;
  const story = {
    world,
    engine: engineOf(),
    other: engineOf(),
    restart: () => {
      story.engine = engineOf();
    },
    incidents: () => [...world.tables.incidents.values()].map(({ incident }) => incident),
    statuses: () => story.incidents().map(({ status }) => status),
    async deliver(alerts: readonly Alert[], { source = 'heartbeat', integration = 'backup' } = {}) {
      n += 1;
      const dedupe = { kind: 'sender', value: `d${n}` } as const;
      await story.engine.acceptDelivery({ source, integration, headers: {}, body: Buffer.from(''), alerts, dedupe });
      await story.engine.drainIntake();
    },
    /** Time passes, and two processes look every five seconds, as their timers do. */
    async passes(ms: number, { pingEvery = 0 } = {}) {
      for (const end = world.ms + ms; world.ms < end; ) {
        world.ms += 5000;
        world.monotonic += 5000;
        if (pingEvery > 0 && world.ms % pingEvery === 0) await story.deliver([]);
        await Promise.all([story.engine.checkHeartbeats(), story.other.checkHeartbeats()]);
        await story.engine.drainIntake();
      }
    },
  };
  return story;
}

describe('a heartbeat', () => {
  it('that is heard raises nothing, and one that is missing fires once, however many look', async () => {
    const story = given();
    await story.passes(20 * minute, { pingEvery: 5 * minute });
    expect(story.incidents()).toEqual([]);
    await story.passes(6 * minute - 5000);
    expect(story.incidents()).toEqual([]);
    await story.passes(30 * minute);
    expect(story.incidents()).toHaveLength(1);
    const [incident] = story.incidents();
    expect(incident).toMatchObject({ status: 'open', title: 'backup was not heard' });
    expect(incident?.alerts['heartbeat/backup']).toMatchObject({ status: 'firing', count: 1 });
  });

  it('that is heard again ends its alert, and a later silence is a new episode', async () => {
    const story = given();
    await story.passes(10 * minute);
    await story.deliver([]);
    await story.passes(10_000);
    expect(story.statuses()).toEqual(['resolved']);
    await story.passes(10 * minute);
    expect(story.statuses()).toEqual(['open']);
    expect(story.incidents()[0]?.alerts['heartbeat/backup']).toMatchObject({ status: 'firing' });
    await story.deliver([]);
    await story.passes(10_000);
    expect(story.statuses()).toEqual(['resolved']);
  });

  it('that says of itself that it failed fires at once, and is over with the next good one', async () => {
    const story = given();
    const failed = anAlert('heartbeat/backup', {
      source: 'heartbeat',
      integration: 'backup',
      description: 'disk full',
    });
    await story.deliver([failed]);
    expect(story.incidents()).toMatchObject([{ status: 'open', title: 'backup reports a failure' }]);
    await story.passes(10_000);
    expect(story.statuses()).toEqual(['open']);
    await story.deliver([]);
    await story.passes(10_000);
    expect(story.statuses()).toEqual(['resolved']);
  });

  it('has all its time once more after nobody listened, so that our own absence raises nothing', async () => {
    const story = given();
    await story.deliver([]);
    await story.passes(minute);
    story.world.ms += 60 * minute;
    story.restart();
    await story.passes(6 * minute);
    expect(story.incidents()).toEqual([]);
    await story.passes(10_000);
    expect(story.statuses()).toEqual(['open']);
  });

  it('is told once where its teller dies between telling and noting it', async () => {
    const story = given();
    await story.passes(5 * minute);
    const { heartbeats } = story.world.ports();
    const dying = story.world.engine(
      { heartbeats: z.array(Heartbeat).parse([backup]) },
      { heartbeats: { ...heartbeats, raised: () => Promise.reject(new Error('killed')) } },
    );
    for (let n = 0; n < 18; n += 1) {
      story.world.ms += 5000;
      await dying.checkHeartbeats().catch(() => undefined);
    }
    await story.passes(minute);
    expect(story.incidents()).toHaveLength(1);
    expect(story.incidents()[0]?.alerts['heartbeat/backup']).toMatchObject({ count: 1 });
  });

  it('may be every delivery of an integration', async () => {
    const story = given([{ ...backup, from: 'grafana' }]);
    await story.passes(4 * minute);
    await story.deliver([], { source: 'grafana', integration: 'grafana' });
    await story.passes(5 * minute);
    expect(story.incidents()).toEqual([]);
    await story.passes(2 * minute);
    expect(story.statuses()).toEqual(['open']);
  });

  it('may be an alert such as Watchdog, which opens no incident by itself, while others beside it do', async () => {
    const story = given([{ ...backup, where: { match: 'alertname="Watchdog"' } }]);
    const watchdog = anAlert('w', { labels: { alertname: 'Watchdog' } });
    const from = { source: 'alertmanager', integration: 'alertmanager' };
    await story.deliver([watchdog], from);
    await story.passes(4 * minute);
    await story.deliver([watchdog, anAlert('real')], from);
    await story.passes(5 * minute);
    expect(story.incidents().flatMap(({ alerts }) => Object.keys(alerts))).toEqual(['real']);
    await story.passes(2 * minute);
    expect(story.incidents().flatMap(({ alerts }) => Object.keys(alerts))).toEqual(['real', 'heartbeat/backup']);
  });
});

it('What is to be told depends on what was heard and told only', () => {
  const rule = { every: 5 * minute, grace: minute };
  const state = { name: 'a', heardAt: null, watchedSince: start, raisedAt: null };
  const at = (minutes: number) => addMs(start, minutes * minute);
  expect(heartbeatChange(rule, state, at(5.9))).toBeNull();
  expect(heartbeatChange(rule, state, at(6))).toEqual({ status: 'missing', since: start });
  expect(heartbeatChange(rule, { ...state, heardAt: at(3) }, at(8))).toBeNull();
  expect(heartbeatChange(rule, { ...state, raisedAt: at(6) }, at(60))).toBeNull();
  expect(heartbeatChange(rule, { ...state, raisedAt: at(6), heardAt: at(7) }, at(7))).toEqual({
    status: 'heard',
    since: at(6),
  });
});

it('doctor names a heartbeat that was never heard', () => {
  const rules = z.array(Heartbeat).parse([backup, { ...backup, name: 'other' }]);
  const heard = { name: 'other', heardAt: start, watchedSince: start, raisedAt: null };
  expect(checkHeartbeats(rules, [heard])).toMatchObject([{ status: 'warn', found: 'backup was never heard' }]);
});

it('an integration of the source heartbeat that no entry expects is refused, with its place in the file', () => {
  const read = (entries: string) =>
    readConfigFile(
      `integrations:\n  backup:\n    source: heartbeat\n    auth: { type: none }\n${entries}`,
      'f.yaml',
      {},
    );
  const bare = read('');
  expect(bare.ok ? [] : bare.error).toEqual([
    expect.stringMatching(/^f.yaml:\d+:\d+ {2}integrations.backup: .*heartbeats:.*\{ name: backup, every: 1h \}$/),
  ]);
  expect(read('heartbeats: [ { name: backup, every: 1h } ]').ok).toBe(true);
  // What an alert stands for is not the ping of this integration.
  expect(read('heartbeats: [ { name: backup, every: 1h, where: { source: x } } ]').ok).toBe(false);
});

it('explain says that an alert counts as a heartbeat, and that nothing else comes of it', async () => {
  const story = given([{ ...backup, where: { match: 'alertname="Watchdog"' } }]);
  const explained = async (alertname: string) => {
    const alert = anAlert('w', { labels: { alertname } });
    const answer = await story.engine.operations.explainAlert({ principal: systemPrincipal, alert });
    return answer.ok ? answer.value.stages : [];
  };
  const stages = await explained('Watchdog');
  expect(stages.at(0)?.because).toContain('it counts as the heartbeat backup, so that no other stage is asked');
  expect(stages.at(-1)?.outcome).toBe('counts as the heartbeat backup, and opens nothing');
  expect((await explained('Other')).at(-1)?.outcome).toBe('opens an incident');
});

it('A heartbeat that nothing can be heard from is refused', () => {
  const read = readConfigFile(
    `
heartbeats:
  - { name: a, every: 5m }
  - { name: b, every: 5m, from: nowhere }
  - { name: c, every: 5m, where: {} }
`,
    'f.yaml',
    {},
  );
  expect(read.ok ? [] : read.error).toEqual([
    'f.yaml:5:27  heartbeats.2.where: must ask for something, such as match: alertname="Watchdog"',
  ]);
  const other = readConfigFile('heartbeats: [{ name: a, every: 5m }, { name: a, every: 5m, from: x }]', 'f.yaml', {});
  expect(other.ok ? [] : other.error.map((line) => line.replace(/^\S+ +/, ''))).toEqual([
    'heartbeats.0.name: there is no integration a that could be heard; add it with `source: heartbeat`, or say `from` or `where`',
    'heartbeats.1.name: there is already one called a; give each a name of its own',
    'heartbeats.1.from: there is no integration x',
  ]);
});
