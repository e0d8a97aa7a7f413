// What taking many alerts in at the same time asks of the database: a few statements, not some for each delivery.
import type { Pool } from 'pg';
import { expect, it } from 'vitest';
import { InhibitionRule } from '../../src/core/alert/inhibition.ts';
import { createStages, noRules } from '../../src/engine/alerts/stages.ts';
import { createFiringAlerts } from '../../src/store/intake/firing-alerts.ts';
import { createGroupStreams } from '../../src/store/ledger/group-streams.ts';
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
