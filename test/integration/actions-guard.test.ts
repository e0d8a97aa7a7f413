// What an outgoing request may reach, and what a command may do. Real sockets and real processes.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { actionsResolving, contextOf } from '../support/given/called-action.ts';

const run = (settings: unknown, name: string, input: Json, given = contextOf()) => {
  const actions = actionsResolving(settings, async (host) =>
    host === 'inside.example.com' ? ['93.184.216.34', '10.0.0.1'] : ['127.0.0.1'],
  );
  return actions.get(name)?.run(input, given);
};

describe('http.request', () => {
  const refused = [
    'http://127.0.0.1/',
    'http://localhost/',
    'http://10.1.2.3/',
    'http://192.168.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://0.0.0.0/',
    'http://100.64.0.1/',
    'http://inside.example.com/',
    'http://rebind.example.com/',
  ];
  for (const url of refused) {
    it(`does not reach ${url}`, async () => {
      expect(await run({}, 'http.request', { url })).toMatchObject({
        outcome: 'failed',
        error: { class: 'denied', code: 'address_refused' },
      });
    });
  }

  it('takes no other scheme and no user name', async () => {
    for (const url of ['file:///etc/passwd', 'ftp://example.com/', 'http://a:b@example.com/'])
      expect(await run({}, 'http.request', { url })).toMatchObject({ outcome: 'failed', error: { class: 'invalid' } });
  });

  it('follows no redirect inside, bounds what it reads, and ends in time', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/away') response.writeHead(302, { location: 'http://10.0.0.1/' }).end();
      else if (request.url === '/endless') {
        const timer = setInterval(() => response.write('x'.repeat(10_000)), 1);
        response.on('close', () => clearInterval(timer));
      } else if (request.url === '/hang') response.writeHead(200);
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    const settings = { http: { allow: ['127.0.0.1'], maxResponseBytes: 2048 } };
    expect(await run(settings, 'http.request', { url: `${base}/` })).toMatchObject({
      outcome: 'succeeded',
      output: { status: 200, body: { a: 1 } },
    });
    expect(await run(settings, 'http.request', { url: `${base}/away` })).toMatchObject({ error: { class: 'denied' } });
    const endless = await run(settings, 'http.request', { url: `${base}/endless` });
    expect(endless).toMatchObject({ outcome: 'succeeded', output: { truncated: true } });
    expect(
      await run(settings, 'http.request', { url: `${base}/hang` }, contextOf({ signal: AbortSignal.timeout(100) })),
    ).toMatchObject({ error: { class: 'timeout' } });
    server.closeAllConnections();
    server.close();
  });
});

describe('shell.run', () => {
  const settings = { shell: { allow: [['/bin/echo'], ['/bin/sh', '-c'], ['/usr/bin/env']] } };

  it('runs nothing that is not allowed', async () => {
    expect(await run({}, 'shell.run', { command: ['/bin/echo'] })).toMatchObject({ error: { class: 'denied' } });
    expect(await run(settings, 'shell.run', { command: ['/bin/sh', 'x'] })).toMatchObject({
      error: { class: 'denied' },
    });
  });

  it('gives arguments as they are: there is no shell between', async () => {
    const nasty = '; rm -rf / $(id) `id` "quotes" \n -rf';
    expect(await run(settings, 'shell.run', { command: ['/bin/echo', nasty] })).toMatchObject({
      outcome: 'succeeded',
      output: { stdout: `${nasty}\n` },
    });
  });

  it('hands on no environment of its own', async () => {
    const result = await run(settings, 'shell.run', { command: ['/usr/bin/env'] });
    const names =
      result?.outcome === 'succeeded'
        ? String((result.output as { stdout: string }).stdout)
            .trim()
            .split('\n')
            .map((line) => line.split('=')[0])
        : [];
    expect(names.sort()).toEqual(['FIREBREAK_IDEMPOTENCY_KEY', 'FIREBREAK_RUN_ID', 'HOME', 'LANG', 'PATH', 'TZ']);
  });

  it('ends the whole group of a command that ignores SIGTERM', async () => {
    const command = ['/bin/sh', '-c', 'trap "" TERM; sleep 60 & echo $!; wait; sleep 60'];
    const result = await run(settings, 'shell.run', { command }, contextOf({ signal: AbortSignal.timeout(300) }));
    expect(result).toMatchObject({ outcome: 'failed', error: { class: 'timeout' } });
  });
});
