// Checks are asked and endpoints told through the guard of all outgoing addresses; what is sent is signed, and no answer is an answer.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { reachableBy } from '../../src/actions/http/allow-list.ts';
import { createAskGate } from '../../src/actions/outside/ask-gate.ts';
import { createTellEndpoint, signatureOf } from '../../src/actions/outside/tell-endpoint.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A target on this machine that answers so, and what it was sent. */
async function target(status: number, body: string) {
  const seen: { method: string | undefined; headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer(async (request, reply) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    seen.push({ method: request.method, headers: request.headers, body: text });
    reply.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => server.closeAllConnections());
  open.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}
const local = reachableBy({ http: { allow: ['127.0.0.1'] } });
const gate = { name: 'cab', method: 'GET' as const, expect: 'body.ok == true', timeoutMs: 2000 };

describe('a check', () => {
  it('gives its status, its body and the digest of that', async () => {
    const { url } = await target(200, '{"ok":true}');
    const answer = await createAskGate(local)({ ...gate, url });
    expect(answer).toMatchObject({ status: 200, body: { ok: true }, message: null });
    expect(answer.bodyDigest).toMatch(/^(sha256:)?[0-9a-f]{64}$/);
  });

  it('is not asked at an address that nothing allows, and its silence or an endless answer is no answer', async () => {
    const { url, seen } = await target(200, '{"ok":true}');
    const refused = await createAskGate([])({ ...gate, url });
    expect(refused).toMatchObject({ status: null, message: expect.stringContaining('address is refused') });
    expect(seen).toEqual([]);
    const nobody = await createAskGate(local)({ ...gate, url: 'http://127.0.0.1:9' });
    expect(nobody).toMatchObject({ status: null, message: 'no connection' });
    const endless = await target(200, `"${'x'.repeat(100_000)}"`);
    expect(await createAskGate(local)({ ...gate, url: endless.url })).toMatchObject({ status: null });
  });
});

describe('an endpoint', () => {
  it('is told once, signed over the time and the body, and its refusal is said', async () => {
    const { url, seen } = await target(202, '');
    const endpoints = [{ name: 'pager', url, secret: 'a-secret-of-the-pager' }];
    const tell = createTellEndpoint(endpoints, { allow: local, nowMs: () => 1_700_000_000_500 });
    expect(await tell('pager', { key: 'apr/1' })).toEqual({ delivered: true, status: 202, message: null });
    const [sent] = seen;
    const expected = signatureOf('a-secret-of-the-pager', { seconds: 1_700_000_000, body: sent?.body ?? '' });
    expect(sent).toMatchObject({
      method: 'POST',
      body: '{"key":"apr/1"}',
      headers: { 'x-firebreak-timestamp': '1700000000', 'x-firebreak-signature': expected },
    });
    const away = await target(500, '');
    const other = createTellEndpoint([{ name: 'pager', url: away.url, secret: null }], {
      allow: local,
      nowMs: () => 0,
    });
    expect(await other('pager', {})).toEqual({ delivered: false, status: 500, message: 'it answered 500' });
    expect(away.seen[0]?.headers['x-firebreak-signature']).toBeUndefined();
    expect(await other('nobody', {})).toMatchObject({ delivered: false, status: null });
  });

  it('is not told at an address that nothing allows, and the address is not repeated', async () => {
    const { url, seen } = await target(202, '');
    const tell = createTellEndpoint([{ name: 'pager', url, secret: null }], { allow: [], nowMs: () => 0 });
    const answer = await tell('pager', {});
    expect(answer).toMatchObject({ delivered: false, message: expect.stringContaining('allow it under') });
    expect(JSON.stringify(answer)).not.toContain('127.0.0.1');
    expect(seen).toEqual([]);
  });
});
