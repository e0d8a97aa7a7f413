// The id that a caller gives its request comes back with every answer and in every problem; what cannot be an id does not.
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../src/contract/problem.ts';
import { echoCallerIds } from '../../src/http/caller-request-id.ts';
import { problem } from '../../src/http/problem.ts';

function app() {
  const server = Fastify();
  echoCallerIds(server);
  server.get('/fine', async () => ({ fine: true }));
  server.get('/wrong', (_, reply) => problem(reply, 409, 'conflict', 'no: ä'));
  return server;
}
const get = (url: string, headers: { [name: string]: string }) => app().inject({ url, headers });

describe('the id of a caller', () => {
  it.each(['x-request-id', 'x-correlation-id'])(
    'that comes as %s comes back, and stands in a problem',
    async (name) => {
      const fine = await get('/fine', { [name]: 'deploy-7:42' });
      expect(fine.headers['x-correlation-id']).toBe('deploy-7:42');
      expect(fine.json()).toEqual({ fine: true });
      const wrong = await get('/wrong', { [name]: 'deploy-7:42' });
      expect(wrong.headers['x-correlation-id']).toBe('deploy-7:42');
      expect(wrong.headers['content-length']).toBe(String(Buffer.byteLength(wrong.body)));
      expect(Problem.parse(wrong.json())).toMatchObject({
        code: 'conflict',
        correlationId: 'deploy-7:42',
        detail: 'no: ä',
      });
    },
  );

  it.each(['', 'two words', '<b>', '"', 'é', 'x'.repeat(129), 'a;b'])('is none when it is %j', async (id) => {
    const wrong = await get('/wrong', { 'x-request-id': id });
    expect(wrong.headers).not.toHaveProperty('x-correlation-id');
    expect(wrong.json()).not.toHaveProperty('correlationId');
  });

  it('is not asked for', async () => {
    const wrong = await get('/wrong', {});
    expect(wrong.headers).not.toHaveProperty('x-correlation-id');
    expect(wrong.json()).not.toHaveProperty('correlationId');
  });
});
