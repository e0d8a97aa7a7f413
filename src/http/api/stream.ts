// GET /api/v1/stream: the change feed as server-sent events. A slow reader is cut off; it comes back with Last-Event-ID.
import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { invalid, problem } from '../problem.ts';
import type { RouteDoc } from '../routes.ts';
import { type ChangeFeed, type FedChange, isPlace } from './change-feed.ts';

export type { ChangeFeed } from './change-feed.ts';

const maxReaders = 200;
/** Bytes that wait for one reader at most. */
const maxWaiting = 256 * 1024;
/** Keeps proxies from taking a quiet stream for a dead one. */
const beatMs = 15_000;
/** Milliseconds after which a browser comes back. */
const comeBackMs = 2000;

const ResumeHeader = z.object({
  'last-event-id': z
    .string()
    .refine(isPlace, 'is no event id of this stream; leave it out to start from now')
    .optional()
    .describe('Id of the last event that was read; what came after it is told first'),
});

const doc: RouteDoc = {
  tag: 'stream',
  summary:
    'Changes as server-sent events, each at least once and in order within its incident: tell repetitions by `incident` ' +
    'and `seq`. `ready`: what was missed has been told, the rest comes as it happens. `reset`: too much was missed, load anew.',
  headers: ResumeHeader,
  secured: true,
  answers: {
    200: {
      description: 'Events whose data is the JSON of one change',
      type: 'text/event-stream',
      schema: z.object({
        kind: z.enum(['incident', 'run']).describe('What changed'),
        id: z.string().describe('Its id'),
        incident: z.string(),
        seq: z.int().describe('Place in the timeline of the incident'),
        type: z.string().describe('Type of the event, such as `run.started`'),
        at: z.string(),
      }),
    },
  },
};

/** Adds the route. */
export function addStream(api: FastifyInstance, feed: ChangeFeed): void {
  const readers = new Set<PassThrough>();
  // An open stream would hold up an orderly end for ever.
  api.addHook('preClose', async () => {
    for (const reader of readers) reader.end();
  });

  api.get('/stream', { config: { doc }, exposeHeadRoute: false }, async (request, reply) => {
    const headers = ResumeHeader.safeParse(request.headers);
    if (!headers.success) return invalid(reply, headers.error);
    if (readers.size >= maxReaders)
      return problem(reply.header('retry-after', '10'), 429, 'too_busy', 'too many streams are open; come back later');
    const reader = new PassThrough();
    readers.add(reader);
    const write = (text: string) => {
      if (reader.writableEnded || reader.destroyed) return;
      reader.write(text);
      if (reader.writableLength + reader.readableLength > maxWaiting) reader.destroy();
    };
    const beat = setInterval(() => write(': beat\n\n'), beatMs).unref();
    let leave = () => {};
    const end = () => {
      clearInterval(beat);
      readers.delete(reader);
      leave();
    };
    reader.once('close', end).on('error', () => undefined);
    try {
      const listener = {
        changed: (fed: FedChange) => write(eventText(fed)),
        reset: (place: string) => write(`event: reset\nid: ${place}\ndata: {}\n\n`),
      };
      const joined = await feed.listen(listener, headers.data['last-event-id'] ?? null);
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

function eventText({ change, place }: FedChange): string {
  const { incidentId: incident, runId, seq, type, at } = change;
  const data = { kind: runId === null ? 'incident' : 'run', id: runId ?? incident, incident, seq, type, at };
  return `id: ${place}\ndata: ${JSON.stringify(data)}\n\n`;
}
