// What taking many alerts in at the same time asks of the database: a few statements, not some for each delivery.
import type { Pool } from 'pg';
import { expect, it } from 'vitest';
import { InhibitionRule } from '../../src/core/alert/inhibition.ts';
import { usualTrust } from '../../src/core/trust/settings.ts';
import { createAdmission } from '../../src/engine/admission.ts';
import { createStages, noRules } from '../../src/engine/alerts/stages.ts';
import { createFiringAlerts } from '../../src/store/intake/firing-alerts.ts';
import { createGroupStreams } from '../../src/store/ledger/group-streams.ts';
import { createSnapshotLoads } from '../../src/store/ledger/snapshot-loads.ts';
import { firingAlert } from '../support/given/firing-alert.ts';

const deliveries = 500;
const alerts = Array.from({ length: deliveries }, (_, n) => firingAlert({ n: `${n}` }));

/** A pool that counts statements and finds nothing. */
function counting() {
  const statements: string[] = [];
  const pool = {
    async query({ name }: { readonly name: string }) {
      statements.push(name);
      await new Promise((resolve) => setImmediate(resolve));
      return { rows: [] };
    },
  };
  return { statements, pool: pool as unknown as Pool };
}

const never = () => {
  throw new Error('there is nothing to load');
};

it('500 deliveries at once ask which groups hold their alerts in a few statements', async () => {
  const { statements, pool } = counting();
  const groups = createGroupStreams(pool, { ofGroup: never, loadGroup: never, refuse: never });
  await Promise.all(alerts.map(({ fingerprint }) => groups.holding([fingerprint])));
  expect(statements.length).toBeLessThanOrEqual(5);
});

it('500 deliveries at once note what fires in a few statements', async () => {
  const { statements, pool } = counting();
  const firing = createFiringAlerts(pool);
  await Promise.all(alerts.map((alert) => firing.put([alert])));
  expect(statements.length).toBeLessThanOrEqual(5);
});

it('500 deliveries at once look together for what fires, and each sees what fired before it asked', async () => {
  const down = InhibitionRule.parse({
    name: 'down',
    source: { match: 'role="source"' },
    target: { match: 'role="target"' },
    equal: ['n'],
  });
  let looks = 0;
  const there: ReturnType<typeof firingAlert>[] = [];
  const stages = createStages({
    rules: { ...noRules, inhibition: [down] },
    byPeople: () => ({ silences: [], windows: [] }),
    refresh: async () => undefined,
    enrich: async (alert) => ({ alert, steps: [] }),
    firing: {
      put: async (put) => void there.push(...put),
      async changedSince() {
        looks += 1;
        const seen = [...there];
        await new Promise((resolve) => setImmediate(resolve));
        return { alerts: seen, look: String(looks) };
      },
    },
  });
  const pairs = Array.from({ length: deliveries }, (_, n) =>
    ['source', 'target'].map((role) => firingAlert({ role, n: `${n}` })),
  );
  const staged = await Promise.all(pairs.map((pair) => stages.apply(pair, '2027-01-01T00:00:00.000Z')));
  expect(staged.map(([, target]) => target?.verdict.type)).toEqual(pairs.map(() => 'muted'));
  expect(looks).toBeLessThanOrEqual(3);
});

it('500 incidents at once are asked for their runs in a few statements', async () => {
  const { statements, pool } = counting();
  const loads = createSnapshotLoads(pool, { refuse: never } as never);
  const runs = await Promise.all(alerts.map(({ fingerprint }) => loads.runsOf(`inc_${fingerprint}`)));
  expect(runs.flat()).toEqual([]);
  expect(statements.length).toBeLessThanOrEqual(8);
});

it('a count of a storm that failed fails those that share it, and nobody after them', async () => {
  let asked = 0;
  const admission = createAdmission({
    store: {} as never,
    runtime: { nowMs: () => 1_772_323_200_000 } as never,
    trust: usualTrust,
    storm: { runs: 2, withinMs: 60_000 },
    lookups: {
      async startedByAlerts() {
        asked += 1;
        if (asked === 1) throw new Error('the database is away');
        return 1;
      },
    },
  });
  const shared = await Promise.allSettled([admission.storm(), admission.storm()]);
  expect(shared.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect([await admission.storm(), asked]).toEqual([null, 2]);
  expect(await admission.storm()).toMatch(/2 runs within a short time/);
});
