// Who looks at what is promised, and when: once recorded, whatever number of processes looks; a delivery that was late is noted, and nothing else.
import { expect, it } from 'vitest';
import { attainedText, budgetText, sloState, stuckBecause } from '../../src/web/model/slo.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { playbook } from '../support/given/given.ts';
import { anAlert } from '../support/given/incident.ts';
import { countedRuns } from '../support/given/slo.ts';

const book = { ...playbook('  - { id: a, uses: assert, with: { that: true } }'), name: 'restart' };

function world() {
  const engines = new MemoryEngines();
  engines.publish(book);
  return engines;
}

const recorded = ({ tables }: MemoryEngines) => (tables.events.get('system') ?? []).map(({ type }) => type);

it('a budget that is used up is recorded once, whatever number of processes looks', async () => {
  const engines = world();
  const sloTallies = countedRuns(() => ({ good: 20, bad: 10 }));
  const [one, other] = [engines.engine({}, { sloTallies }), engines.engine({ worker: 'wrk_2' }, { sloTallies })];
  await Promise.all([one.watchSlo(), other.watchSlo()]);
  await one.watchSlo();
  // Of the playbook, and of Firebreak as a whole.
  expect(recorded(engines)).toEqual(['slo.burned', 'slo.burned']);
  expect(engines.logged.map(({ msg }) => msg)).toContainEqual(expect.stringContaining('an error budget is used up'));
});

it('a process whose clock is apart from the record’s records nothing of what is promised', async () => {
  const engines = world();
  const sloTallies = countedRuns(() => ({ good: 20, bad: 10 }));
  await engines.engine({}, { sloTallies, clock: { settle: () => null, agrees: () => false } }).watchSlo();
  expect(recorded(engines)).toEqual([]);
});

it('a playbook that never ran is nothing to record', async () => {
  const engines = world();
  await engines.engine({}, { sloTallies: countedRuns(() => ({ good: 0, bad: 0 })) }).watchSlo();
  expect(recorded(engines)).toEqual([]);
});

async function dealtWithAfter(ms: number, late: (receipt: string, lateMs: number) => Promise<void>) {
  const engines = world();
  engines.deliveries.put([anAlert('f')]);
  engines.ms += ms;
  await engines.engine({}, { deliveries: { ...engines.ports().deliveries, late } }).drainIntake();
  expect(await engines.deliveries.waiting()).toBe(false);
  return engines;
}

it('a delivery that is dealt with later than is promised is noted as late, one in time is not', async () => {
  const noted: number[] = [];
  const late = async (_receipt: string, lateMs: number) => void noted.push(lateMs);
  await dealtWithAfter(30_000, late);
  expect(noted).toEqual([]);
  await dealtWithAfter(31_000, late);
  expect(noted).toEqual([31_000]);
});

it('a late delivery that cannot be counted is dealt with all the same', async () => {
  const engines = await dealtWithAfter(31_000, () => Promise.reject(new Error('the database is away')));
  expect(engines.errors).toEqual([]);
  expect(engines.logged.map(({ msg }) => msg)).toContain('a late delivery could not be counted');
});

it('the page cuts what was attained, and says of a budget whether it is left or overdrawn', () => {
  expect(attainedText({ value: 0.99899, low: 0.9, high: 1, n: 12.25 })).toEqual({
    ...{ value: '99.89 %', between: '90–100 %', n: 12.25 },
  });
  expect(attainedText({ value: null, low: null, high: null, n: 0 })).toBeNull();
  expect(budgetText({ budgetLeft: 0.505 })).toEqual({ left: 0.505, words: '50 % left' });
  expect(budgetText({ budgetLeft: -1 })).toEqual({ left: 0, words: 'used up 2.0 times' });
  expect(budgetText({ budgetLeft: -400 })).toEqual({ left: 0, words: 'used up 10 times and more' });
  expect(budgetText({ budgetLeft: null })).toBeNull();
  expect(sloState({ status: 'unclear' }).word).toBe('Unclear');
  const stuck = { limitMs: 60_000, usual: { medianMs: 30_000, n: 5 }, ageMs: 3_600_000 };
  expect(stuckBecause({ ...stuck, because: 'usual' })).toContain('usually');
  expect(stuckBecause({ ...stuck, because: 'sla' })).toContain('SLA');
});
