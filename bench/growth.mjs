// Resident memory of one process while alerts come in by the ten thousands: what stays after the first of them, and after the last.
import { startApart } from './apart.mjs';
import { startDatabase } from './database.mjs';
import { until } from './firebreak.mjs';
import { post } from './load.mjs';

const mebi = 1024 * 1024;
const connections = 16;
/** Alerts of one round; every tenth of them starts a run of five steps, each opens an incident. */
const round = { plain: 4500, five: 500 };
const perRound = round.plain + round.five;
const rounds = 10;
/** Rounds after which every cache of a fixed size is full and the heap has its size. */
const warm = 3;

/** Rows of the table. */
export async function growth(sql) {
  const database = await startDatabase();
  const url = await database.create('growth');
  const apart = await startApart(url, { collects: true });
  const query = await sql(url);
  const resident = [];
  try {
    for (let n = 1; n <= rounds; n++) {
      for (const [name, total] of Object.entries(round)) await post(apart.urls[0], { connections, name, total });
      await until(async () => (await query(`SELECT count(*) FROM intake_queue`)) === 0, 200);
      await until(
        async () => (await query(`SELECT count(*) FROM runs WHERE status = 'succeeded'`)) === n * round.five,
        200,
      );
      resident.push((await apart.used()).rssBytes / mebi);
      process.stderr.write(`after ${n * perRound} alerts: ${resident.at(-1).toFixed(1)} MiB\n`);
    }
  } finally {
    await query.end();
    await apart.stop();
    await database.stop();
  }
  const [early, late] = [resident.slice(0, warm), resident.slice(-warm)].map((some) => Math.max(...some));
  return [
    {
      what: `memory after ${rounds * perRound} alerts, resident`,
      value: late,
      unit: ' MiB',
      limit: early,
      goal: '<= 1.1',
      of: `after the first ${warm * perRound}`,
    },
  ];
}
