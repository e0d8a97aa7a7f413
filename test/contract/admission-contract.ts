// What the store of circuit breakers promises. Its kill switches are what the system stream leaves there: system-stream-contract.ts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenStores, Stores } from './stores.ts';

const firstOpenMs = 30_000;

/** The contract of `AdmissionStore`. */
export function admissionContract(open: OpenStores): void {
  describe('a store of circuit breakers', () => {
    let stores: Stores;
    beforeAll(async () => {
      stores = await open();
    });
    afterAll(() => stores.close());

    const failTimes = async (target: string, times: number) => {
      let until: string | null = null;
      for (let n = 0; n < times; n++) until = await stores.admission.targetFailed(target);
      return until;
    };

    it('opens the breaker of a target at the fifth failure in a row, and closes it with time or a success', async () => {
      const { admission } = stores;
      expect(await failTimes('a', 4)).toBe(null);
      const until = await failTimes('a', 1);
      expect(until).toBeTypeOf('string');
      expect([...(await admission.openBreakers())]).toEqual([['a', until]]);
      await stores.later(firstOpenMs + 1000);
      expect(await admission.openBreakers()).toEqual(new Map());
      expect(await failTimes('b', 4)).toBe(null);
      await admission.targetSucceeded('b');
      expect(await failTimes('b', 4)).toBe(null);
      expect(await failTimes('b', 1)).toBeTypeOf('string');
      await admission.targetSucceeded('b');
      expect(await admission.openBreakers()).toEqual(new Map());
    });

    it('does not put off an open breaker for failures meanwhile, and opens for twice as long if the trial fails', async () => {
      const { admission } = stores;
      const until = await failTimes('c', 5);
      expect(await failTimes('c', 3)).toBe(until);
      await stores.later(firstOpenMs + 1000);
      expect(await failTimes('c', 1)).toBeTypeOf('string');
      await stores.later(firstOpenMs + 1000);
      expect([...(await admission.openBreakers()).keys()]).toEqual(['c']);
      await stores.later(firstOpenMs);
      expect(await admission.openBreakers()).toEqual(new Map());
    });

    it('leaves no breaker open for longer than ten minutes', async () => {
      for (let n = 0; n < 12; n++) {
        await failTimes('d', 5);
        await stores.later(600_001);
        expect(await stores.admission.openBreakers()).toEqual(new Map());
      }
    });
  });
}
