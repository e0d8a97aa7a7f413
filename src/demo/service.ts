// The demo's service: a real little process of its own, controlled as its playbook does it, and watched from outside.
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** The service. It is down until somebody restarts it. */
export type DemoService = {
  readonly name: string;
  readonly statusUrl: string;
  readonly answers: () => Promise<boolean>;
  /** Looks again and again, as a monitor does; resolves once it answers. Rejects when the signal comes. */
  readonly comesUp: (signal: AbortSignal) => Promise<void>;
  readonly stop: () => Promise<void>;
};

const name = 'checkout-api';
const lookEveryMs = 500;
const answerWithinMs = 500;

/** Makes the service known to `servicectl`, on a port that was free just now, and down. */
export async function prepareService(root: string): Promise<DemoService> {
  const port = await freePort(18_080);
  const folder = join(root, '.cache/demo-service');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ port, pid: 0, release: 1 }));
  const statusUrl = `http://127.0.0.1:${port}/status`;
  const answers = async () => {
    const answer = await fetch(statusUrl, { signal: AbortSignal.timeout(answerWithinMs) }).catch(() => null);
    await answer?.body?.cancel();
    return answer?.ok === true;
  };
  return {
    name,
    statusUrl,
    answers,
    async comesUp(signal) {
      while (!(await answers())) await delay(lookEveryMs, undefined, { signal });
    },
    async stop() {
      await promisify(execFile)(process.execPath, [join(root, 'deploy/demo/servicectl'), 'stop', name]);
    },
  };
}

/** The wanted port if it is free, else any. */
export function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' && wanted !== 0 ? resolve(freePort(0)) : reject(error),
    );
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
