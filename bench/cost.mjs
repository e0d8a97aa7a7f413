// What a 5-step run costs, in figures that depend little on how busy the machine is: processor, WAL, updates that stay in their
// page. Quick, so that it can be run after every change.
import { startApart } from './apart.mjs';
import { rowsOf, startDatabase } from './database.mjs';
import { fiveSteps, succeeded } from './five-steps.mjs';

const warmUpRuns = 500;
const measuredRuns = 1500;

/** Processor and WAL of one run. */
async function ofOneRun(database, databaseUrl, apart) {
  await fiveSteps(databaseUrl, apart, warmUpRuns);
  const before = { program: await apart.used(), server: await database.used() };
  await fiveSteps(databaseUrl, apart, measuredRuns);
  const after = { program: await apart.used(), server: await database.used() };
  const each = (name, of) => (after[of][name] - before[of][name]) / measuredRuns;
  const what = 'a 5-step run';
  const rows = [
    {
      what: `${what}: processor of the program`,
      value: each('cpuMs', 'program'),
      unit: ' ms',
      limit: 1.6,
      of: '1.6 ms',
    },
    { what: `${what}: WAL`, value: each('walBytes', 'server') / 1000, unit: ' kB', limit: 15, of: '15 kB' },
  ];
  if (after.server.cpuMs !== null)
    rows.splice(1, 0, {
      ...{ what: `${what}: processor of PostgreSQL`, value: each('cpuMs', 'server') },
      ...{ unit: ' ms', limit: 1, of: '1 ms' },
    });
  return rows.map((row) => ({ ...row, goal: '<= 1' }));
}

/** The share of updates that stayed in their page, of each table that most runs update. Connections have ended, so all is counted. */
async function inPlace(databaseUrl) {
  const runs = await succeeded(databaseUrl);
  const tables = await rowsOf(
    databaseUrl,
    `SELECT relname AS name, n_tup_upd::float8 AS updates, n_tup_hot_upd::float8 AS hot FROM pg_stat_user_tables
     WHERE n_tup_upd > $1 / 2.0 ORDER BY n_tup_upd DESC`,
    [runs],
  );
  return tables.map(({ name, updates, hot }) => ({
    what: `table ${name}, ${(updates / runs).toFixed(1)} updates a run: in place (HOT)`,
    value: (hot / updates) * 100,
    unit: ' %',
  }));
}

/** Rows of the table. */
export async function cost() {
  const database = await startDatabase();
  try {
    const url = await database.create('cost');
    const apart = await startApart(url);
    const rows = await ofOneRun(database, url, apart);
    await apart.stop();
    return [...rows, ...(await inPlace(url))];
  } finally {
    await database.stop();
  }
}
