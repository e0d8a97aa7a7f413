// Drives 5-step runs through processes of Firebreak until all of them have succeeded. Measures their rate only.
import { rowsOf } from './database.mjs';
import { until } from './firebreak.mjs';
import { post } from './load.mjs';

/** How many runs have succeeded in a database. */
export async function succeeded(databaseUrl) {
  const [{ count }] = await rowsOf(databaseUrl, `SELECT count(*)::int AS count FROM runs WHERE status = 'succeeded'`);
  return count;
}

/** Sends alerts, shared out among the processes of `apart`, until their runs are over; answers runs per second. */
export async function fiveSteps(databaseUrl, { urls }, count) {
  const before = await succeeded(databaseUrl);
  const started = performance.now();
  const each = Math.floor(count / urls.length);
  await Promise.all(urls.map((url) => post(url, { connections: 16 / urls.length, name: 'five', total: each })));
  // Seldom, because looking costs processor of PostgreSQL too.
  await until(async () => (await succeeded(databaseUrl)) >= before + each * urls.length, 100);
  return ((each * urls.length) / (performance.now() - started)) * 1000;
}
