// A Firebreak in a process of its own, which says where it listens and, when asked, what it has used so far. Ends with its parent.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { prepare, start } from './firebreak.mjs';

const self = fileURLToPath(import.meta.url);

/**
 * `count` processes on one database, in one folder of their own; `quiet` where faults are part of what is measured; `collects`: each
 * collects its garbage before it says what it uses, so that only what stays is counted; `prepared` and `settings` where they are
 * not those of every measurement.
 */
export async function startApart(
  databaseUrl,
  { role = 'all', count = 1, quiet = false, collects = false, prepared = prepare(), settings: besides = {} } = {},
) {
  const { env, remove } = prepared;
  // For a profile of what is measured: BENCH_NODE_ARGS="--cpu-prof --cpu-prof-dir=/tmp/profiles".
  const given = (process.env.BENCH_NODE_ARGS ?? '').split(' ').filter((arg) => arg !== '');
  const execArgv = collects ? [...given, '--expose-gc'] : given;
  const settings = { ...env, ...besides, PATH: process.env.PATH, DATABASE_URL: databaseUrl };
  const stdio = quiet ? ['ignore', 'ignore', 'ignore', 'ipc'] : ['ignore', 'inherit', 'inherit', 'ipc'];
  const members = [];
  // One after the other: the first brings the schema up to date.
  for (let n = 0; n < count; n++) members.push(await member(fork(self, [role], { env: settings, execArgv, stdio })));
  return {
    urls: members.map(({ url }) => url),
    /** `cpuMs`, `rssBytes` now and `peakRssBytes` of all of them together. */
    async used() {
      const all = await Promise.all(members.map(({ ask }) => ask('used')));
      const total = (name) => all.reduce((sum, one) => sum + one[name], 0);
      return { cpuMs: total('cpuMs'), rssBytes: total('rssBytes'), peakRssBytes: total('peakRssBytes') };
    },
    async stop() {
      await Promise.all(members.map(({ stop }) => stop()));
      remove();
    },
  };
}

function next(child, event) {
  return new Promise((resolve, reject) => {
    const ended = (code) => (event === 'exit' ? resolve() : reject(new Error(`Firebreak ended with ${code}`)));
    child.once('exit', ended);
    if (event === 'exit') return;
    child.once(event, (value) => {
      child.off('exit', ended);
      resolve(value);
    });
  });
}

async function member(child) {
  const { url } = await next(child, 'message');
  const ask = (question) => {
    const answer = next(child, 'message');
    child.send(question);
    return answer;
  };
  const stop = () => {
    const ended = next(child, 'exit');
    child.disconnect();
    return ended;
  };
  return { url, ask, stop };
}

if (process.argv[1] === self) {
  const app = await start(process.env, process.argv[2]);
  process.on('message', () => {
    globalThis.gc?.();
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const cpuMs = (userCPUTime + systemCPUTime) / 1000;
    process.send({ cpuMs, rssBytes: process.memoryUsage.rss(), peakRssBytes: maxRSS * 1024 });
  });
  process.once('disconnect', async () => {
    await app.stop();
    process.exit();
  });
  process.send({ url: app.url });
}
