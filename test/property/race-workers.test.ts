// Races of many processes over one ledger, by the real engine: whatever overtakes what, nothing is done twice and nothing is wedged.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/core/events.ts';
import { isGroupStream } from '../../src/core/group/state.ts';
import { evolveIncident, openIncident } from '../../src/core/incident/evolve.ts';
import type { IncidentState } from '../../src/core/incident/state.ts';
import { evolve, startRun } from '../../src/core/run/evolve.ts';
import { waitingFor } from '../../src/core/run/owed.ts';
import { isTerminal } from '../../src/core/run/state.ts';
import { systemStreamId } from '../../src/core/system/events.ts';
import { verifyChain } from '../../src/core/timeline/chain.ts';
import { foldGroup, foldSystem } from '../../src/core/timeline/fold-stream.ts';
import { callIn, type RunFact, watchRun } from '../support/engine/run-watch.ts';
import { answerAll, begin, want } from '../support/race/people.ts';
import { RaceWorld } from '../support/race/world.ts';

/** What a world is made of besides its seed. */
const scenario = fc.record({
  seed: fc.nat(),
  books: fc.array(
    fc.constantFrom('pair', 'fan', 'asked', 'signalled', 'caller', 'undone', 'queueing', 'skipping', 'cancelling'),
    { minLength: 1, maxLength: 3 },
  ),
  alerts: fc.nat(2),
  deaths: fc.boolean(),
  hangs: fc.boolean(),
  wishes: fc.boolean(),
  length: fc.integer({ min: 20, max: 400 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** Everything happens at once. */
async function rage(world: RaceWorld, { books, alerts, deaths, hangs, wishes, length }: Scenario): Promise<void> {
  const { chance } = world;
  for (const name of books) begin(world, name, null);
  for (let n = 0; n < length; n++) {
    if (n % 40 === 39) world.lookAround();
    if (alerts > 0 && chance.oneIn(30))
      world.alert(`alert-${chance.below(alerts)}`, chance.oneIn(2) ? 'firing' : 'resolved');
    if (deaths && chance.oneIn(60)) world.kill();
    if (hangs && chance.oneIn(60)) world.hang();
    if (chance.oneIn(40)) world.wakeUp();
    if (wishes && chance.oneIn(15)) want(world);
    if (chance.oneIn(25)) await world.later(chance.pick([100, 1000, 6000, 30_000, 70_000]) ?? 0);
    if (chance.oneIn(4) || !(await world.turns.letOneGo(chance))) await world.takeJob();
  }
}

/** From here on all is well: nobody dies, nothing is lost, people answer. */
async function calm(world: RaceWorld): Promise<void> {
  world.chaos = false;
  world.wakeUp();
  const stands = () => world.runs.some(({ status }) => !isTerminal(status)) || world.tables.open.size > 0;
  await world.quiet();
  // In steps as short as the reconciler's own: after a longer silence it judges nobody for a while.
  for (let round = 0; round < 2000 && stands(); round++) {
    answerAll(world);
    await world.quiet();
    await world.later(3000);
    world.lookAround();
    await world.quiet();
  }
}

/** What must hold of everything that was recorded, and of everything that took effect. */
async function judge(world: RaceWorld): Promise<void> {
  expect(world.errors).toEqual([]);
  expect(world.runs.flatMap((run) => waitingFor(run).map(({ what }) => `${run.playbook.name}: ${what}`))).toEqual([]);
  expect([...world.tables.open]).toEqual([]);
  const started = new Map<string, { key: string; step: string; digest: string }>();
  for (const [id, events] of world.tables.events) {
    const { system, groups, incidents } = world.tables;
    const head = (id === systemStreamId ? system : (groups.get(id) ?? incidents.get(id)))?.head ?? null;
    expect(await verifyChain(id, events, head)).toMatchObject({ outcome: 'ok' });
    if (id === systemStreamId) {
      expect(foldSystem(events)).toEqual(system?.state);
      expect(Object.fromEntries(world.tables.switches)).toEqual(system?.state.switches);
      continue;
    }
    if (isGroupStream(id)) {
      expect(foldGroup(events)).toEqual(groups.get(id)?.group);
      continue;
    }
    expect(incidentOf(id, events)).toEqual(world.tables.incidents.get(id)?.incident);
    for (const run of world.runs.filter(({ incidentId }) => incidentId === id)) {
      const own = factsOf(events, run.runId);
      const [first, ...rest] = own;
      if (first?.type !== 'run.started') throw new Error(`${run.runId} does not begin with its start`);
      expect(rest.reduce<typeof run>(evolve, startRun(first))).toEqual(run);
      const book = world.byDigest.get(run.playbook.digest);
      if (!book) throw new Error(`${run.runId} is pinned to no playbook`);
      const watch = watchRun(book, first);
      for (const event of rest) watch.see(event);
      for (const { type, data } of own) {
        if (type !== 'step.started') continue;
        const { idempotencyKey: key, step } = data;
        expect(started.get(key)?.step ?? step).toBe(step);
        started.set(key, { key, step, digest: run.playbook.digest });
      }
    }
  }
  for (const [key, times] of world.effects) {
    const { step, digest } = started.get(key) ?? {};
    const book = world.byDigest.get(digest ?? '');
    const replay = book && step !== undefined ? callIn(book, step)?.replay : undefined;
    if (replay === undefined) throw new Error(`${key} took effect, but nothing was started under it`);
    // A probe cannot see what a worker that was given up will still do.
    if (replay === 'ask' || (replay === 'probe' && !world.hung)) expect([key, times]).toEqual([key, 1]);
  }
}

function incidentOf(id: string, events: readonly StoredEvent[]) {
  const [first, ...rest] = events.filter(({ data }) => !('runId' in data)) as unknown as IncidentFact[];
  if (first?.type !== 'incident.opened') throw new Error(`${id} does not begin with its opening`);
  return rest.reduce<IncidentState>(evolveIncident, openIncident(id, first));
}

type IncidentFact = Parameters<typeof evolveIncident>[1];
const factsOf = (events: readonly StoredEvent[], runId: string) =>
  events.filter(({ data }) => data.runId === runId) as unknown as RunFact[];

/** A run that is being undone calls for the undoing of one that it had called, in an incident that was merged away meanwhile. */
const undoneInClosedIncident: Scenario = {
  ...{ seed: 522447989, books: ['undone', 'undone'], alerts: 0, length: 124 },
  ...{ deaths: false, hangs: true, wishes: true },
};

describe('in every race', () => {
  it('no attempt has two results, nothing is done twice, nothing is wedged, the record is whole', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const world = new RaceWorld(given.seed);
        await rage(world, given);
        await calm(world);
        await judge(world);
      }),
      { numRuns: 300, examples: [[undoneInClosedIncident]] },
    );
  }, 180_000);
});
