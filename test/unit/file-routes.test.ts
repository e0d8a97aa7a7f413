// Routes that write their answer themselves: once it is sent, nothing more becomes of the request.
import { PassThrough } from 'node:stream';
import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { ok } from '../../src/core/result.ts';
import { serveRoutes } from '../../src/http/api/serve-routes.ts';
import type { IdempotencyKeys } from '../../src/ports/api.ts';
import type { SeenReads } from '../../src/ports/reads.ts';

it('a route that streams its answer fails in no way when the stream has ended', async () => {
  const failed: unknown[] = [];
  const app = fastify({ logger: { level: 'warn', stream: { write: (line: string) => failed.push(line) } } });
  app.setErrorHandler((error) => failed.push(error));
  app.decorateRequest('principal', null as never);
  const serve = serveRoutes(app, {
    readsFor: () => ({}) as SeenReads,
    keys: {} as IdempotencyKeys,
    log: { error: (entry: unknown) => failed.push(entry) },
    authorised: async () => ok(undefined),
  });
  serve.file('GET /stream', async (_asked, reply) => {
    const stream = new PassThrough();
    stream.end('event: ready\n\n');
    return reply.type('text/event-stream').send(stream);
  });
  const answer = await app.inject('/stream');
  await app.close();
  expect(answer.body).toBe('event: ready\n\n');
  expect(failed).toEqual([]);
});
