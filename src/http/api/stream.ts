// GET /api/v1/stream: the change feed as server-sent events. A slow reader is cut off; it comes back with Last-Event-ID.
import { PassThrough } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { SeenReads } from '../../ports/reads.ts';
import { problem } from '../problem.ts';
import type { ChangeFeed, FedChange } from './change-feed.ts';
import type { ServeRoutes } from './serve-routes.ts';
import { showChange } from './show-operation.ts';

const maxReaders = 200;
/** Bytes that wait for one reader at most. */
const maxWaiting = 256 * 1024;
/** Keeps proxies from taking a quiet stream for a dead one. */
const heartbeatMs = 15_000;
/** Milliseconds after which a browser comes back. */
const comeBackMs = 2000;

/** Adds the route. `counts`: whether the proof of a request still counts; a stream does not outlive it. */
export function addStream(
  api: FastifyInstance,
  serve: ServeRoutes,
  { feed, counts }: { readonly feed: ChangeFeed; readonly counts: (request: FastifyRequest) => Promise<boolean> },
): void {
  const readers = new Set<PassThrough>();
  // An open stream would hold up an orderly end for ever.
  api.addHook('preClose', async () => {
    for (const reader of readers) reader.end();
  });

  serve.file('GET /stream', async ({ headers, reads }, reply) => {
    if (readers.size >= maxReaders)
      return problem(reply.header('retry-after', '10'), 429, 'too_busy', 'too many streams are open; come back later');
    const reader = new PassThrough();
    readers.add(reader);
    const write = (text: string) => {
      if (reader.writableEnded || reader.destroyed) return;
      reader.write(text);
      if (reader.writableLength + reader.readableLength > maxWaiting) reader.destroy();
    };
    const beat = async () => {
      if (await counts(reply.request).catch(() => false)) write(': beat\n\n');
      else reader.end();
    };
    const heartbeat = setInterval(() => void beat(), heartbeatMs).unref();
    let leave = () => {};
    const end = () => {
      clearInterval(heartbeat);
      readers.delete(reader);
      leave();
    };
    reader.once('close', end).on('error', () => undefined);
    try {
      const listener = {
        changed: tellingSeen(reads, (fed) => write(eventText(fed))),
        reset: (place: string) => write(`event: reset\nid: ${place}\ndata: {}\n\n`),
      };
      const joined = await feed.listen(listener, headers['last-event-id'] ?? null);
      leave = joined.leave;
      write(`retry: ${comeBackMs}\nevent: ready\nid: ${joined.place}\ndata: {}\n\n`);
    } catch (error) {
      end();
      throw error;
    }
    if (reader.destroyed) end();
    return reply
      .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      .type('text/event-stream; charset=utf-8')
      .send(reader);
  });
}

/** Tells what the reader may know of, in order: whether that is so has to be looked up for what is private, and what follows waits. */
function tellingSeen(reads: SeenReads, tell: (fed: FedChange) => void): (fed: FedChange) => void {
  let waiting: Promise<void> | null = null;
  const told = async (fed: FedChange) => {
    if (!fed.change.isPrivate || (await reads.sees(fed.change.incidentId).catch(() => false))) tell(fed);
  };
  return (fed) => {
    if (waiting === null && !fed.change.isPrivate) return tell(fed);
    const mine = (waiting ?? Promise.resolve()).then(() => told(fed));
    waiting = mine;
    void mine.then(() => {
      if (waiting === mine) waiting = null;
    });
  };
}

function eventText({ change, place }: FedChange): string {
  return `id: ${place}\ndata: ${JSON.stringify(showChange(change))}\n\n`;
}
