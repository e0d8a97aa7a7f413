// Restate: its server with a folder of its own, and a service of five steps. Requests go to the server's ingress, which answers
// when the service has ended.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http2';
import { createServer as createProbe } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { given, load, ready } from './program.mjs';

// Node 20 has none.
Promise.withResolvers ??= () => {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};

async function freePort() {
  const probe = createProbe();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const restate = await load('@restatedev/restate-sdk');
const service = restate.service({
  name: 'bench',
  handlers: {
    fiveSteps: async (context) => {
      for (let n = 1; n <= 5; n++) await context.run(`s${n}`, async () => true);
    },
  },
});
const endpoint = createServer(restate.createEndpointHandler({ services: [service], logger: () => undefined }));
await new Promise((resolve) => endpoint.listen(0, '127.0.0.1', resolve));

const folder = mkdtempSync(join(tmpdir(), 'firebreak-bench-restate-'));
const [ingress, admin, node] = [await freePort(), await freePort(), await freePort()];
const platform = `${process.platform}-${process.arch}`;
const server = spawn(
  join(given.folder, 'node_modules', '@restatedev', `restate-server-${platform}`, 'bin', 'restate-server'),
  ['--base-dir', folder],
  {
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
      RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`,
      RESTATE_LOG_FILTER: 'error,octocrab=off',
      RESTATE_DISABLE_TELEMETRY: 'true',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);
const ended = new Promise((resolve) => server.once('exit', resolve));
process.once('exit', () => {
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
void ended.then(() => process.exit());

// There is no event for it: it is asked until it has taken the service in.
for (let tries = 0; ; tries++) {
  const answer = await fetch(`http://127.0.0.1:${admin}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri: `http://127.0.0.1:${endpoint.address().port}` }),
  }).catch(() => null);
  if (answer?.ok) break;
  if (tries === 300) throw new Error(`Restate does not start: ${answer?.status} ${await answer?.text()}`);
  await delay(100);
}
ready(`http://127.0.0.1:${ingress}/bench/fiveSteps`, async () => {
  server.kill('SIGTERM');
  await ended;
});
