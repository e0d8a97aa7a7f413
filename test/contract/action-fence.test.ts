// Actions look at the worker's lease at the last moment before each outside call: what lost it while it resolved, connected, followed a
// redirect or waited for its turn reaches nobody.
import { existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ActionSettings, createActions } from '../../src/actions/registry.ts';
import { LeaseOverError } from '../../src/engine/lease.ts';
import type { Chat } from '../../src/spi/action.ts';
import { contextOf } from '../support/given/called-action.ts';

const seen: string[] = [];
const target = createServer((request, response) => {
  seen.push(request.url ?? '');
  if (request.url === '/from') response.writeHead(302, { location: '/to' }).end();
  else response.writeHead(200).end('done');
});
const folder = mkdtempSync(join(tmpdir(), 'firebreak-fence-'));
const mark = join(folder, 'mark');
const actions = createActions(
  ActionSettings.parse({
    http: { allow: ['127.0.0.1'] },
    shell: { allow: [['/bin/touch']] },
  }),
);

beforeAll(() => new Promise<void>((listening) => target.listen(0, '127.0.0.1', listening)));
afterAll(() => target.close());

const urlOf = (path: string) => {
  const address = target.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}${path}`;
};
/** Lets so many calls pass, then the lease is over. */
const passing = (calls: number) => {
  let left = calls;
  return () => {
    left -= 1;
    if (left < 0) throw new LeaseOverError('the lease is over');
  };
};

async function call(
  name: string,
  input: { readonly [key: string]: string | string[] },
  fence: () => void,
  chat: Chat | null = null,
) {
  const action = actions.get(name);
  if (!action) throw new Error(`there is no ${name}`);
  return action.run(input, contextOf({ fence, chat })).catch((error: unknown) => {
    expect(error).toBeInstanceOf(LeaseOverError);
    return { outcome: 'failed' as const };
  });
}

describe('an action whose worker has lost its lease', () => {
  it('http.request sends nothing', async () => {
    expect(await call('http.request', { method: 'POST', url: urlOf('/act') }, passing(0))).toMatchObject({
      outcome: 'failed',
    });
    expect(seen).toEqual([]);
  });

  it('http.request follows no redirect once the lease is over', async () => {
    await call('http.request', { url: urlOf('/from') }, passing(1));
    expect(seen.splice(0)).toEqual(['/from']);
    expect(await call('http.request', { url: urlOf('/from') }, passing(2))).toMatchObject({ outcome: 'succeeded' });
    expect(seen.splice(0)).toEqual(['/from', '/to']);
  });

  it('shell.run starts no program', async () => {
    await call('shell.run', { command: ['/bin/touch', mark] }, passing(0));
    expect(existsSync(mark)).toBe(false);
    await call('shell.run', { command: ['/bin/touch', mark] }, passing(1));
    expect(existsSync(mark)).toBe(true);
  });

  it('slack.message hands the look at the lease to whoever posts', async () => {
    const posted: string[] = [];
    const chat: Chat = {
      async post({ text, fence }) {
        fence();
        posted.push(text);
        return { ok: true, value: { channelId: 'C1', ts: '1.0' } };
      },
    };
    await call('slack.message', { text: 'hello' }, passing(0), chat);
    expect(posted).toEqual([]);
    await call('slack.message', { text: 'hello' }, passing(1), chat);
    expect(posted).toEqual(['hello']);
  });
});
