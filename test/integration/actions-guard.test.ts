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

describe('what actions.http.allow opens', () => {
  const to = (allow: readonly string[], url: string, addresses: readonly string[]) => {
    const actions = actionsResolving({ http: { allow } }, async () => addresses);
    return actions.get('http.request')?.run({ url }, contextOf({ signal: AbortSignal.timeout(2000) }));
  };
  const denied = { outcome: 'failed', error: { class: 'denied', code: 'address_refused' } };
  const closedPort = { outcome: 'failed', error: { class: 'transient', code: 'econnrefused' } };

  it.each([
    ['localhost:9', 'http://localhost:9/'],
    ['127.0.0.1:9', 'http://127.0.0.1:9/'],
    ['127.0.0.0/8:9', 'http://localhost:9/'],
    ['*.local:9', 'http://db.local:9/'],
    ['localhost', 'http://localhost:9/'],
  ])('an entry with a port opens that port alone: %s', async (entry, url) => {
    expect(await to([entry], url, ['127.0.0.1'])).toMatchObject(closedPort);
    if (entry.endsWith(':9')) expect(await to([entry], url.replace(':9', ':10'), ['127.0.0.1'])).toMatchObject(denied);
  });

  it.each(['http://x', 'a:b', 'host:0', 'host:70000', '10.0.0.0/33', '[::1', ':80', 'host/path'])(
    'an entry that means nothing is refused: %s',
    (entry) => {
      expect(() => actionsResolving({ http: { allow: [entry] } }, async () => [])).toThrow(/must be a host name/);
    },
  );

  const secrets = [
    '169.254.169.254',
    '169.254.170.2',
    '169.254.1.1',
    '100.100.100.200',
    '168.63.129.16',
    'fd00:ec2::254',
    'fe80::a9fe:a9fe',
    '::ffff:169.254.169.254',
    '64:ff9b::169.254.169.254',
    '2002:a9fe:a9fe::1',
    '::169.254.169.254',
  ];
  it.each(secrets)('no name and no block leads to the secrets of a cloud at %s', async (address) => {
    const names = ['metadata.google.internal', '*.internal', '0.0.0.0/0', '169.254.0.0/16', '::/0'];
    expect(await to(names, 'http://metadata.google.internal/', [address])).toMatchObject(denied);
    const url = `http://${address.includes(':') ? `[${address}]` : address}/`;
    expect(await to(names, url, [])).toMatchObject(denied);
  });

  it('an address of a cloud is reached once it is allowed by itself', async () => {
    const result = await to(['[::ffff:127.0.0.1]:9', '169.254.169.254'], 'http://[::ffff:7f00:1]:9/', []);
    expect(result).toMatchObject(closedPort);
    const metadata = await to(['169.254.169.254:9'], 'http://169.254.169.254:9/', []);
    expect(metadata).not.toMatchObject(denied);
  });
});

describe('a redirect to another host', () => {
  it.each([
    ['POST', 307, null],
    ['POST', 308, null],
    ['PUT', 302, null],
    ['DELETE', 301, null],
    ['POST', 303, 'GET'],
    ['POST', 302, 'GET'],
    ['GET', 307, 'GET'],
  ] as const)('takes no body and no change along: %s with %s', async (method, status, expected) => {
    const seen: string[] = [];
    const other = createServer((request, response) => {
      const { authorization, 'x-key': key } = request.headers;
      seen.push([request.method, authorization, key].filter(Boolean).join(' '));
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const portOf = (server: typeof other) => (server.address() as { readonly port: number }).port;
    const first = createServer((_request, response) =>
      response.writeHead(status, { location: `http://127.0.0.1:${portOf(other)}/` }).end(),
    ).listen(0, '127.0.0.1');
    await once(first, 'listening');
    const headers = { authorization: 'Bearer a-token-of-the-first', 'x-key': 'k' };
    const body = method === 'GET' || method === 'DELETE' ? {} : { body: 'secret' };
    const url = `http://127.0.0.1:${portOf(first)}/`;
    const result = await run({ http: { allow: ['127.0.0.1'] } }, 'http.request', { method, url, headers, ...body });
    expect(result?.outcome).toBe(expected === null ? 'failed' : 'succeeded');
    expect(seen).toEqual(expected === null ? [] : [expected]);
    for (const server of [first, other]) server.close();
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

  it('ends the whole group of a command that ignores SIGTERM', async () => {
    const command = ['/bin/sh', '-c', 'trap "" TERM; sleep 60 & echo $!; wait; sleep 60'];
    const result = await run(settings, 'shell.run', { command }, contextOf({ signal: AbortSignal.timeout(300) }));
    expect(result).toMatchObject({ outcome: 'failed', error: { class: 'timeout' } });
  });
});
