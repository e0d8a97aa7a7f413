// Random playbooks, random histories: the invariants of the engine hold in all of them. What is held against every single event stands
// in test/support/run-watch.ts; here is what holds of a whole history.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evolve, startRun } from '../../src/core/run/evolve.ts';
import { owedPools, waitingFor, wakeAt } from '../../src/core/run/owed.ts';
import { isTerminal } from '../../src/core/run/state.ts';
import { addMs } from '../../src/core/time.ts';
import { histories, played } from '../support/given/random-histories.ts';
import { randomBooks } from '../support/given/random-playbooks.ts';
import { answer } from '../support/race/honest-people.ts';
import type { RunFamily } from '../support/race/run-family.ts';

const days = 48 * 60 * 60_000;

function inEveryHistory(holds: (family: RunFamily) => void): void {
  const property = fc.property(randomBooks, histories, (book, many) => {
    for (const history of many) holds(played(book, history));
  });
  fc.assert(property, { numRuns: 500 });
}

describe('in every history', () => {
  it('folding from nothing gives the state, and nothing of it is lost when it is stored', () => {
    inEveryHistory((family) => {
      for (const { watch } of family.members.values()) {
        const [first, ...rest] = watch.events.map((event) => JSON.parse(JSON.stringify(event)));
        expect(rest.reduce(evolve, startRun(first))).toEqual(JSON.parse(JSON.stringify(watch.state)));
      }
    });
  });

  it('a run that has not ended owes work, wakes by itself or names what it waits for', () => {
    inEveryHistory((family) => {
      family.settle();
      const waiting = family.runs.filter(({ run }) => !isTerminal(run.status));
      for (const { run } of waiting) expect(waitingFor(run)).not.toEqual([]);
      const wakes = waiting.flatMap(({ run, book }) => {
        if (run.status === 'queued') return family.at;
        expect([...owedPools(run, book, family.at)]).toEqual([]);
        const wake = wakeAt(run, book, family.at);
        if (wake !== null) expect(wake > family.at).toBe(true);
        return wake ?? [];
      });
      const looksAgain = waiting.some(
        ({ run }) => run.status === 'queued' || Object.values(run.nodes).some(({ status }) => status === 'delegated'),
      );
      const next = wakes.sort()[0];
      if (next === undefined) {
        // Nothing would wake it, so no time may move it.
        family.later(days);
        expect(family.settle()).toBe(0);
        return;
      }
      // A wake-up comes in time: nothing would have happened earlier.
      if (next > family.at) {
        family.at = addMs(next, -1);
        expect(family.settle()).toBe(0);
      }
      // And it is worth waking for: nothing is woken in vain, or for ever.
      family.at = next;
      if (!looksAgain) expect(family.settle()).toBeGreaterThan(0);
    });
  });

  it('an honest worker and people who answer bring every run, and those that it called, to an end', () => {
    inEveryHistory((family) => {
      for (let i = 0; i < 300 && !family.ended; i++) answer(family);
      expect(family.runs.flatMap(({ run }) => waitingFor(run))).toEqual([]);
    });
  });
});
