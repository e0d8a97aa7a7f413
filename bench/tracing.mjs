// Runs per second, and processor time per run, with tracing on against off: in turns on the same machine in the same minute, the median of
// pairs. Off is measured twice: what differs between the two is the noise. Off no interceptor is made, so off is the run without tracing.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { prepare, start, until } from './firebreak.mjs';
import { post } from './load.mjs';

const connections = 16;
const runs = 800;
const pairs = 4;

/** One Firebreak for so many runs; runs per second, and milliseconds of this process per run. */
async function round(sql, more) {
  const { env, remove } = prepare();
  const app = await start({ ...env, ...more }, 'all');
  const query = await sql(app.store.url);
  const ended = async (count) =>
    until(async () => (await query(`SELECT count(*) FROM runs WHERE status = 'succeeded'`)) === count);
  // The first ones pay for compiling.
  await post(app.url, { connections, name: 'five', total: runs / 4 });
  await ended(runs / 4);
  const before = process.cpuUsage();
  const started = performance.now();
  await post(app.url, { connections, name: 'five', total: runs });
  await ended(runs + runs / 4);
  const perSecond = runs / ((performance.now() - started) / 1000);
  const { user, system } = process.cpuUsage(before);
  await query.end();
  await app.stop();
  remove();
  return { perSecond, cpuMs: (user + system) / 1000 / runs };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Rows of the table. */
export async function tracing(sql) {
  const collector = fork(new URL('./collector.mjs', import.meta.url), { stdio: 'inherit' });
  const [port] = await once(collector, 'message');
  const on = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
  const rounds = [];
  for (let n = 0; n < pairs; n++) {
    // Whichever comes second finds a warmer machine: they take turns.
    const [first, second] = n % 2 === 0 ? [{}, on] : [on, {}];
    const [one, other] = [await round(sql, first), await round(sql, second)];
    const again = await round(sql, {});
    rounds.push(n % 2 === 0 ? { off: one, on: other, again } : { off: other, on: one, again });
  }
  collector.disconnect();
  const ratio = (figure, of = 'on') => median(rounds.map((pair) => pair[of][figure] / pair.off[figure]));
  return [
    {
      what: 'runs per second with tracing on',
      value: ratio('perSecond') * 100,
      unit: '%',
      limit: 90,
      goal: '>= 1',
      of: '90 % of those with it off',
    },
    {
      what: 'processor time of a run with tracing on',
      value: ratio('cpuMs') * 100,
      unit: '%',
      limit: 110,
      goal: '<= 1',
      of: '110 % of that with it off',
    },
    { what: 'noise: processor time with it off, once more', value: ratio('cpuMs', 'again') * 100, unit: '%' },
  ];
}
