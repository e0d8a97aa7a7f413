// Speed, memory and scale against limits measured in the same run, on the embedded PostgreSQL with fsync on. Prints; asserts nothing.
import pg from 'pg';
import { authority } from './authority.mjs';
import { browser } from './browser.mjs';
import { cost } from './cost.mjs';
import { digest } from './digest.mjs';
import { growth } from './growth.mjs';
import { latency } from './latency.mjs';
import { memory } from './memory.mjs';
import { metrics } from './metrics.mjs';
import { page } from './page.mjs';
import { peers } from './peers.mjs';
import { promotion } from './promotion.mjs';
import { scale } from './scale.mjs';
import { slack } from './slack.mjs';
import { storm } from './storm.mjs';
import { throughput } from './throughput.mjs';
import { tracing } from './tracing.mjs';
import { turns } from './turns.mjs';
import { whatIf } from './what-if.mjs';

const parts = {
  cost,
  turns,
  memory,
  growth,
  throughput,
  latency,
  scale,
  storm,
  slack,
  page,
  browser,
  tracing,
  metrics,
  digest,
  authority,
  promotion,
  'what-if': whatIf,
};
/** Installs packages, so only when it is named. */
const onlyByName = { peers };
const wanted = process.argv.slice(2);

/** Counts on a connection of its own. */
async function sql(connectionString) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  client.on('error', () => undefined);
  return Object.assign(async (text) => Number((await client.query(text)).rows[0].count), { end: () => client.end() });
}

function print({ what, value, unit, limit, goal, of, spread }) {
  const number = (n) => n.toFixed(n < 10 ? 2 : n < 100 ? 1 : 0).padStart(8);
  const figure = `${what.padEnd(52)} ${number(value)}${unit.padEnd(4)}`;
  const held =
    limit === undefined
      ? spread === undefined
        ? ''
        : ` medians of rounds: ${number(Math.min(...spread)).trim()} to ${number(Math.max(...spread)).trim()}`
      : `${number(limit)}${unit.padEnd(4)} ${(value / limit).toFixed(2).padStart(6)}  ${goal.padEnd(7)} ${of}`;
  process.stdout.write(`${figure} ${held}\n`.replace(/ +\n/, '\n'));
}

// So that what is told to stop still removes what it made.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

process.stdout.write(`Firebreak on PostgreSQL with fsync, ${process.version}\n`);
process.stdout.write(
  `${'what'.padEnd(52)} ${'figure'.padStart(8)}     ${'limit'.padStart(8)}      ratio  goal    limit is\n`,
);
const known = { ...parts, ...onlyByName };
const unknown = wanted.filter((name) => !(name in known));
if (unknown.length > 0) {
  process.stderr.write(`there is no part ${unknown}; there are ${Object.keys(known).join(', ')}\n`);
  process.exit(1);
}
for (const [name, part] of Object.entries(wanted.length > 0 ? known : parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`measuring ${name} ...\n`);
  for (const row of await part(sql)) print(row);
}
process.exit();
