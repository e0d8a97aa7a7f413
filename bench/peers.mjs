// Five trivial durable steps on Firebreak, DBOS, Restate and raw BullMQ, in turn, in one run and on one machine.
// Everybody: requests over HTTP from this process to processes of their own, 50 connections, fsync on; those on PostgreSQL have
// the same server. The rate counts from the first request to the end of the last run. The latency of an idle system counts from
// the request to the commit of the last step: the peers answer then; Firebreak answers earlier, and its database tells.
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { startDatabase } from './database.mjs';
import { percentile } from './firebreak.mjs';
import { startContestants } from './peers/contestants.mjs';
import { installPeers } from './peers/install.mjs';

const rounds = 3;
const connections = 50;
const warmUpRuns = 400;
const runsPerRound = 500;
const samplesPerRound = 40;
/** Between two runs of an idle system, so that what it does after an end is over. */
const pauseMs = 20;

const median = (samples) => percentile(samples, 0.5);

async function send(pool, contestant) {
  const { statusCode, body } = await pool.request(contestant.request());
  const text = await body.text();
  if (statusCode >= 300) throw new Error(`${contestant.name} answered ${statusCode}: ${text.slice(0, 200)}`);
}

async function runsPerSecond(contestant, runs) {
  const pool = new Pool(contestant.origin, { connections });
  let left = runs;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (left-- > 0) await send(pool, contestant);
    }),
  );
  await contestant.after();
  const rate = (runs / (performance.now() - started)) * 1000;
  await pool.close();
  return rate;
}

async function idleLatencies(contestant) {
  const pool = new Pool(contestant.origin, { connections: 1 });
  const watch = await contestant.watch();
  const took = [];
  // The first opens the connection.
  for (let n = 0; n <= samplesPerRound; n++) {
    await delay(pauseMs);
    const started = performance.now();
    const ended = watch.next();
    await send(pool, contestant);
    await ended;
    if (n > 0) took.push(performance.now() - started);
  }
  await watch.end();
  await pool.close();
  return took;
}

async function measure(contestants) {
  const figures = contestants.map(({ name }) => ({ name, rates: [], took: [], medians: [] }));
  for (const contestant of contestants) await runsPerSecond(contestant, warmUpRuns);
  for (let round = 1; round <= rounds; round++)
    for (const [n, contestant] of contestants.entries()) {
      process.stderr.write(`round ${round} of ${rounds}: ${contestant.name}\n`);
      figures[n].rates.push(await runsPerSecond(contestant, runsPerRound));
      const took = await idleLatencies(contestant);
      figures[n].took.push(...took);
      figures[n].medians.push(median(took));
    }
  return figures;
}

/** Figures of each, then Firebreak's beside those it is to be held against. */
function table(figures) {
  const rows = [];
  for (const { name, rates } of figures)
    rows.push({ what: `${name}: runs of 5 steps`, value: median(rates), unit: '/s', spread: rates });
  for (const { name, took, medians } of figures) {
    rows.push({ what: `${name}: idle, p50`, value: median(took), unit: ' ms', spread: medians });
    rows.push({ what: `${name}: idle, p99`, value: percentile(took, 0.99), unit: ' ms' });
  }
  const of = (wanted) => figures.find(({ name }) => name === wanted);
  const ours = of('Firebreak');
  const rate = { what: 'Firebreak: runs of 5 steps', value: median(ours.rates), unit: '/s' };
  const goals = { DBOS: '>= 2.5', Restate: '>= 1.5' };
  for (const { name, rates } of figures)
    if (name !== 'Firebreak') rows.push({ ...rate, limit: median(rates), goal: goals[name] ?? '', of: name });
  const [dbos, restate] = [median(of('DBOS').took), median(of('Restate').took)];
  rows.push({
    ...{ what: 'Firebreak: idle, p50', value: median(ours.took), unit: ' ms', limit: Math.min(dbos, restate) },
    ...{ goal: '<= 1', of: `the better of both, ${dbos < restate ? 'DBOS' : 'Restate'}` },
  });
  return rows;
}

/** Rows of the table. */
export async function peers() {
  const folder = installPeers();
  const database = await startDatabase();
  try {
    const { contestants, stop } = await startContestants(database, folder);
    try {
      return table(await measure(contestants));
    } finally {
      await stop();
    }
  } finally {
    await database.stop();
  }
}
