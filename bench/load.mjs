// Posts alerts as fast as they are answered, over a fixed number of connections; for a time or up to a total. In a process of
// its own, so that what it costs is not part of what is measured.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { alertBody, token } from './firebreak.mjs';

const self = fileURLToPath(import.meta.url);

/** Posts from a process of its own; resolves with { done, millis }. `name` is the alert's; `forMs` or `total` says how many. */
export function post(url, { connections, name, forMs, total }) {
  return new Promise((resolve, reject) => {
    const child = fork(self, [JSON.stringify({ url, connections, name, forMs, total })], { execArgv: [] });
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the load ended with ${code}`)));
  });
}

async function load({ url, connections, name, forMs, total }) {
  const pool = new Pool(url, { connections });
  const started = performance.now();
  let sent = 0;
  let done = 0;
  const more = () => (total === undefined ? performance.now() - started < forMs : sent < total);
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (more()) {
        sent += 1;
        const answer = await pool.request({
          path: '/hooks/alertmanager',
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: alertBody(name, `${name}-${process.pid}-${sent}`),
        });
        await answer.body.dump();
        if (answer.statusCode === 202) done += 1;
      }
    }),
  );
  const millis = performance.now() - started;
  await pool.close();
  return { done, millis };
}

if (process.argv[1] === self) process.send(await load(JSON.parse(process.argv[2])));
