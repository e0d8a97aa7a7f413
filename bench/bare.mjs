// The limit of accepting: a Fastify route that writes the raw body down through the batcher of Firebreak, and nothing else.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import Fastify from 'fastify';
import pg from 'pg';
import { createBatcher } from '../dist/store/postgres/batcher.js';

const self = fileURLToPath(import.meta.url);

/** Starts it in a process of its own. */
export async function startBare(databaseUrl) {
  const child = fork(self, [databaseUrl], { execArgv: [] });
  const url = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the bare route ended with ${code}`)));
  });
  const stop = () =>
    new Promise((resolve) => {
      child.once('exit', resolve);
      child.disconnect();
    });
  return { url, stop };
}

if (process.argv[1] === self) {
  const pool = new pg.Pool({ connectionString: process.argv[2], max: 8 });
  await pool.query('CREATE TABLE bare (id bigserial PRIMARY KEY, body text NOT NULL)');
  const text = 'INSERT INTO bare (body) SELECT unnest($1::text[]) RETURNING id';
  const batcher = createBatcher({
    run: async (bodies) => (await pool.query({ name: 'bare', text, values: [bodies] })).rows,
    concurrency: 2,
    maxBatch: 200,
  });
  const app = Fastify({ logger: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.post('/hooks/alertmanager', async ({ body }, reply) => {
    const { id } = await batcher.add(body);
    return reply.code(202).send({ receipt: id });
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  process.once('disconnect', () => process.exit());
  process.send(url);
}
