// Local trust: what proves that a program of this machine's own user asks, and what shows that somebody passed the request on.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { localTrustFaults } from '../../src/config/local-trust.ts';
import { type ApiDeps, addApi } from '../../src/http/api/api.ts';
import { createServer as createEdge } from '../../src/http/server.ts';
import { authenticate } from '../../src/http/session/authenticate.ts';
import { isThisMachine, type LocalPeer, localPeer, ownerOf } from '../../src/http/session/local-peer.ts';

const table = `
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0 100 0 0 10 0
   1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1001        0 22 1 0 20 4 30 10 -1
   2: 0100007F:C351 0100007F:1F90 06 00000000:00000000 03:00000000 00000000     0        0 0 3 0
   3: 0000000000000000FFFF00000100007F:C352 0000000000000000FFFF00000100007F:1F90 01 00000000:00000000 00:00000000 00000000  1002        0 23 1 0
   4: 00000000000000000000000001000000:C353 00000000000000000000000001000000:1F90 01 00000000:00000000 00:00000000 00000000  1003        0 24 1 0
`;
const end = (port: number, address = '127.0.0.1') => ({ address, port, farAddress: address, farPort: 8080 });

describe('the owner of the other end of a connection', () => {
  it('is read from the list of the kernel, in IPv4, IPv6 and one within the other', () => {
    expect(ownerOf(table, end(50_000))).toBe(1001);
    expect(ownerOf(table, end(50_000, '::ffff:127.0.0.1'))).toBe(1001);
    expect(ownerOf(table, end(50_002))).toBe(1002);
    expect(ownerOf(table, end(50_003, '::1'))).toBe(1003);
  });

  it('is nobody where no program holds it any more, though the kernel lists it as root', () => {
    expect(ownerOf(table, end(50_001))).toBeNull();
    expect(ownerOf(table, end(50_009))).toBeNull();
  });

  it.runIf(process.platform === 'linux')('is this user for a connection that this process made', async () => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [accepted] = await once(server, 'connection');
    expect(await localPeer(accepted)).toBe('own');
    client.destroy();
    server.close();
  });
});

describe('a start without a token', () => {
  const faults = (url?: string, token?: string) =>
    localTrustFaults({ FIREBREAK_PUBLIC_URL: url, FIREBREAK_API_TOKEN: token });
  it('is refused where people are told an address that is not this machine', () => {
    expect(faults('https://firebreak.example.com')).toEqual([expect.stringMatching(/^FIREBREAK_API_TOKEN: is needed/)]);
    expect(faults('https://127.0.0.1.example.com')).toHaveLength(1);
    expect(faults('https://firebreak.example.com', 'a-token-of-16-chars')).toEqual([]);
    for (const url of [undefined, 'http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])
      expect(faults(url), url).toEqual([]);
  });
});

const options = {
  runtime: { nowMs: () => 0, random: () => 0.5, monotonicMs: () => 0, newId: () => 'req_1' },
  log: pino({ level: 'silent' }),
  ready: async () => null,
  metrics: async () => ({ contentType: 'text/plain', text: 'a_metric 1' }),
  parts: () => [],
  slack: null,
  countRefused: () => undefined,
  metricsArePublic: false,
};
type Ask = { headers?: Record<string, string | string[]>; method?: 'GET' | 'POST'; url?: string; peer?: LocalPeer };

async function ask({ headers = {}, method = 'GET', url = '/api/v1/me', peer = async () => 'own' }: Ask) {
  const given: Partial<ApiDeps> = {
    tokens: {
      authenticate: async () => ({ ok: false, error: { code: 'unknown', message: 'the token is not known' } }),
    },
    ...{
      localName: 'owner',
      localPeer: peer,
      people: {},
      surface: 'api',
      authorised: async () => ({ ok: true, value: 1 }),
      readsFor: () => ({}) as never,
    },
  };
  const app = createEdge(options, (request) => authenticate(request, given as ApiDeps));
  addApi(app, given as ApiDeps);
  const answer = await app.inject({ method, url, headers: { host: 'localhost:3000', ...headers } });
  await app.close();
  return answer;
}

describe('a request without a token from this machine', () => {
  it('acts as its user', async () => {
    expect((await ask({})).statusCode).toBe(200);
    expect((await ask({ headers: { 'sec-fetch-site': 'same-origin' } })).statusCode).toBe(200);
    expect((await ask({ headers: { 'sec-fetch-site': 'none' } })).statusCode).toBe(200);
  });

  it.each([
    'forwarded',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-real-ip',
    'cf-connecting-ip',
    'true-client-ip',
    'x-envoy-external-address',
    'tailscale-user-login',
  ])('that was passed on, as %s shows, is refused and told what to set', async (name) => {
    const answer = await ask({ headers: { [name]: '203.0.113.9' } });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ detail: expect.stringContaining('FIREBREAK_API_TOKEN') });
  });

  it('of another user of this machine is refused', async () => {
    expect((await ask({ peer: async () => 'other' })).statusCode).toBe(403);
    expect((await ask({ peer: async () => 'unknown' })).statusCode).toBe(200);
  });

  it('of a page of another site is refused, also where it only reads', async () => {
    for (const site of ['cross-site', 'same-site'])
      expect((await ask({ headers: { 'sec-fetch-site': site } })).statusCode, site).toBe(403);
    expect((await ask({ headers: { origin: 'https://evil.example.com' } })).statusCode).toBe(403);
    expect((await ask({ headers: { origin: 'null' } })).statusCode).toBe(403);
  });

  it('under another name or port than this server has is refused', () => {
    for (const host of ['evil.example.com:3000', 'localhost:3001', 'localhost', '127.0.0.1.evil.example.com:3000', ''])
      expect(isThisMachine(host, 3000), host).toBe(false);
    for (const host of ['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'LOCALHOST:3000'])
      expect(isThisMachine(host, 3000), host).toBe(true);
    expect(isThisMachine('localhost', 80)).toBe(true);
  });

  it('may read metrics and description, which others may not', async () => {
    for (const url of ['/metrics', '/api/openapi.json']) {
      expect((await ask({ url })).statusCode).toBe(200);
      expect((await ask({ url, headers: { 'x-forwarded-for': '203.0.113.9' } })).statusCode).toBe(403);
      expect((await ask({ url, headers: { authorization: 'Bearer other' } })).statusCode).toBe(401);
    }
    expect((await ask({ url: '/healthz', headers: { 'x-forwarded-for': '203.0.113.9' } })).statusCode).toBe(200);
  });
});

it('a request that names two hosts is refused', async () => {
  const app = createEdge(options);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end('GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example.com\r\nConnection: close\r\n\r\n');
  let answer = '';
  for await (const piece of socket) answer += piece;
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
  await app.close();
});
