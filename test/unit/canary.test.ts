// The tests for small numbers against values that are known, which incidents a canary takes, and when it is taken back.
import { describe, expect, it } from 'vitest';
import { judgeCanary, takesIncident, type VersionOutcome } from '../../src/core/change-control/canary.ts';
import { fisherWorse, mannWhitneyLarger, median } from '../../src/core/change-control/statistics.ts';

describe("Fisher's exact test, one-sided", () => {
  // The lady who tastes tea (Fisher 1935), and tables whose tails were counted by hand from the hypergeometric distribution.
  it.each([
    [{ bad: 3, of: 4 }, { bad: 1, of: 4 }, 17 / 70],
    [{ bad: 4, of: 4 }, { bad: 0, of: 4 }, 1 / 70],
    [{ bad: 6, of: 8 }, { bad: 1, of: 5 }, 111 / 1287],
    [{ bad: 0, of: 5 }, { bad: 3, of: 5 }, 1],
    [{ bad: 2, of: 2 }, { bad: 0, of: 98 }, 1 / 4950],
    [{ bad: 1, of: 0 }, { bad: 0, of: 5 }, 1],
  ])('gives for %j against %j %d', (tried, known, p) => {
    expect(fisherWorse(tried, known)).toBeCloseTo(p, 10);
  });

  it('stays a probability for hundreds of runs', () => {
    const p = fisherWorse({ bad: 20, of: 200 }, { bad: 2, of: 200 });
    expect(p).toBeGreaterThan(0);
    expect(p).toBeLessThan(0.001);
    expect(fisherWorse({ bad: 2, of: 200 }, { bad: 2, of: 200 })).toBeGreaterThan(0.5);
  });
});

describe('the test of Mann and Whitney, one-sided', () => {
  it('is exact for few numbers', () => {
    // U = 17 of 20: 7 of the C(9,4) = 126 orders are as extreme (Mann and Whitney 1947, table for n = 5, m = 4).
    expect(mannWhitneyLarger([19, 22, 16, 29, 24], [20, 11, 17, 12])).toBeCloseTo(7 / 126, 10);
    expect(mannWhitneyLarger([4, 5, 6], [1, 2, 3])).toBeCloseTo(1 / 20, 10);
    expect(mannWhitneyLarger([1, 2, 3], [4, 5, 6])).toBe(1);
    expect(mannWhitneyLarger([], [1])).toBe(1);
  });

  it('is near the exact value where it is approximated, also with ties', () => {
    const [low, high] = [Array.from({ length: 60 }, (_, i) => i), Array.from({ length: 60 }, (_, i) => i + 20)];
    expect(mannWhitneyLarger(high, low)).toBeLessThan(0.001);
    expect(mannWhitneyLarger(low, low)).toBeCloseTo(0.5, 1);
    expect(mannWhitneyLarger([7, 7, 7], [7, 7, 7])).toBe(1);
  });

  it('knows the number in the middle', () => {
    expect([median([]), median([3]), median([4, 1]), median([9, 1, 5])]).toEqual([null, 3, 2.5, 5]);
  });
});

describe('a canary takes', () => {
  const ids = Array.from({ length: 2000 }, (_, i) => `inc_${i}`);
  const taken = (share: number) =>
    new Set(ids.filter((incidentId) => takesIncident({ share }, 'restart', { incidentId, inputs: null })));

  it('about its share of the incidents, the same ones always, and with a larger share those too', () => {
    const [few, some, all] = [taken(5), taken(25), taken(100)];
    expect(few.size / ids.length).toBeCloseTo(0.05, 1);
    expect(some.size / ids.length).toBeCloseTo(0.25, 1);
    expect(all.size).toBe(ids.length);
    expect([...few].every((id) => some.has(id))).toBe(true);
    expect(taken(25)).toEqual(some);
  });

  it('other incidents of another playbook', () => {
    const other = new Set(
      ids.filter((incidentId) => takesIncident({ share: 25 }, 'other', { incidentId, inputs: null })),
    );
    expect(other).not.toEqual(taken(25));
  });

  it('only where an input has one of the values that are named', () => {
    const part = { share: 100, only: { input: 'service', values: ['checkout', '7'] } };
    const takes = (inputs: { [name: string]: string | number } | null) =>
      takesIncident(part, 'restart', { incidentId: 'inc_1', inputs });
    expect([takes({ service: 'checkout' }), takes({ service: 7 }), takes({ service: 'search' })]).toEqual([
      true,
      true,
      false,
    ]);
    expect([takes({}), takes(null)]).toEqual([false, false]);
  });
});

describe('a canary is taken back', () => {
  const runs = (end: VersionOutcome['end'], count: number, ms = 1000): VersionOutcome[] =>
    Array.from({ length: count }, (_, i) => ({ runId: `run_${end}${i}`, end, ms: ms + i }));
  const good = runs('succeeded', 50);

  it('after three failures in a row, whatever the live version does', () => {
    expect(judgeCanary(runs('failed', 3), [])).toMatch(/last 3 runs failed/);
    expect(judgeCanary(runs('failed', 2), [])).toBeNull();
    expect(judgeCanary([...runs('failed', 2), ...runs('succeeded', 1), ...runs('failed', 1)], [])).toBeNull();
    expect(judgeCanary([...runs('cancelled', 5), ...runs('failed', 3)], [])).toMatch(/last 3 runs failed/);
  });

  it('where it fails more often, or is denied more often, than chance explains; and not for what the live version does too', () => {
    const mixed = [...runs('succeeded', 1), ...runs('failed', 2), ...runs('succeeded', 3)];
    expect(judgeCanary(mixed, good)).toMatch(/2 of its 6 runs failed, of the live version's 0 of 50 \(Fisher/);
    expect(judgeCanary(mixed, [...good.slice(0, 20), ...runs('failed', 10)])).toBeNull();
    const denied = [...runs('denied', 3), ...runs('succeeded', 3)];
    expect(judgeCanary(denied, good)).toMatch(/3 of its 6 runs were denied an approval/);
    expect(judgeCanary([...runs('failed', 1), ...runs('succeeded', 3)], good)).toBeNull();
    expect(judgeCanary(mixed, good.slice(0, 4))).toBeNull();
  });

  it('where it takes much longer, and not where it takes a little longer or was looked at too early', () => {
    expect(judgeCanary(runs('succeeded', 10, 5000), good)).toMatch(/take 5s, the live version's 1s .*Mann-Whitney/);
    expect(judgeCanary(runs('succeeded', 10, 1100), good)).toBeNull();
    expect(judgeCanary(runs('succeeded', 7, 5000), good)).toBeNull();
  });

  it('by chance only seldom: versions that are alike stay, though each is looked at after every run', () => {
    // Mulberry32 (Tommy Ettinger, public domain): whole numbers of 32 bits, so that every machine draws the same.
    let seed = 7;
    const random = () => {
      seed = (seed + 0x6d2b79f5) | 0;
      let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
    const drawn = (count: number) =>
      Array.from({ length: count }, (_, i): VersionOutcome => {
        const end = random() < 0.1 ? 'failed' : 'succeeded';
        return { runId: `run_${i}`, end, ms: 10 * Math.floor(100 * random()) };
      });
    const draws = 400;
    const looks = Array.from({ length: 20 }, (_, n) => n + 1);
    let [once, ever] = [0, 0];
    for (let n = 0; n < draws; n++) {
      const [canary, live] = [drawn(looks.length), drawn(100)];
      // The latest come first.
      const back = looks.map((count) => judgeCanary(canary.slice(-count), live) !== null);
      once += back.at(-1) ? 1 : 0;
      ever += back.includes(true) ? 1 : 0;
    }
    expect(once / draws).toBeLessThan(0.03);
    expect(ever / draws).toBeLessThan(0.1);
  });
});
