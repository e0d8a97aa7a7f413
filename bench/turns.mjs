// Ratios of rates measured in turn, so that what else the machine does falls on both sides: accepting against a bare route, two
// processes against one.
import { startApart } from './apart.mjs';
import { startBare } from './bare.mjs';
import { startDatabase } from './database.mjs';
import { percentile } from './firebreak.mjs';
import { fiveSteps } from './five-steps.mjs';
import { post } from './load.mjs';

const rounds = 3;
const warmUpRuns = 200;
const runsPerRound = 300;
const acceptMs = 1500;
const median = (samples) => percentile(samples, 0.5);

/** Alerts accepted by Firebreak and by a bare route, in turn. */
async function acceptance(database) {
  const url = await database.create('acceptance');
  const web = await startApart(url, { role: 'web' });
  const bare = await startBare(await database.create('bare'));
  const rates = { web: [], bare: [] };
  // The first round is a warm-up.
  for (let round = 0; round <= rounds; round++)
    for (const [name, target] of Object.entries({ web: web.urls[0], bare: bare.url })) {
      const { done, millis } = await post(target, { connections: 16, name: 'plain', forMs: acceptMs });
      if (round > 0) rates[name].push((done / millis) * 1000);
    }
  await web.stop();
  await bare.stop();
  const what = 'alerts accepted, durable and answered';
  return [
    {
      what,
      value: median(rates.web),
      unit: '/s',
      limit: median(rates.bare),
      goal: '>= 0.6',
      of: 'bare route, in turn',
    },
  ];
}

/** Runs per second of one process and of two, in turn. */
async function oneAndTwo(database, second) {
  const url = await database.create('one_process');
  const one = await startApart(url);
  await fiveSteps(url, one, warmUpRuns);
  const sharedUrl = await second.create('two_processes');
  const two = await startApart(sharedUrl, { count: 2 });
  await fiveSteps(sharedUrl, two, 2 * warmUpRuns);
  const rates = { one: [], two: [] };
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`one and two processes: round ${round} of ${rounds}\n`);
    rates.one.push(await fiveSteps(url, one, runsPerRound));
    rates.two.push(await fiveSteps(sharedUrl, two, runsPerRound));
  }
  await one.stop();
  await two.stop();
  const what = '5-step runs from HTTP, two processes';
  return [
    { what, value: median(rates.two), unit: '/s', limit: median(rates.one), goal: '>= 1', of: 'one process, in turn' },
  ];
}

/** Rows of the table. */
export async function turns() {
  // Three processes are more than one server has connections for.
  const [database, second] = [await startDatabase(), await startDatabase()];
  try {
    return [...(await acceptance(database)), ...(await oneAndTwo(database, second))];
  } finally {
    await Promise.all([database.stop(), second.stop()]);
  }
}
