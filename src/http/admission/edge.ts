// What every request with a body goes through: room for it, bounded connections, traces of what is refused. One for each server.
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ok, type Result } from '../../core/result.ts';
import type { Log } from '../../ports/runtime.ts';
import { problem } from '../problem.ts';
import { boundConnections, peerOf } from './connections.ts';
import { type BodyFault, readBody } from './read-body.ts';
import { createRefusals, type Refused } from './refusals.ts';
import { createRoom, type RoomBound } from './room.ts';
import { createWrongCredentials, type Penalty } from './wrong-credentials.ts';

const MiB = 1_048_576;

/** Largest body of a delivery, in bytes. */
export const maxDeliveryBytes = 8 * MiB;
/** Largest body of an order, or of a request of Slack's, in bytes. */
export const maxOrderBytes = MiB;

/** A sender that does not want to wait so long leaves by itself; to wait costs no more than a connection. */
const waits = { maxWaitingPerSender: 1000, waitMs: 110_000 };
/**
 * Of senders that have proved who they are. A body costs ten times its size and more until it is stored; a larger one than all the
 * room takes all of it.
 */
const provenRoom: RoomBound = {
  maxBytes: 5 * MiB,
  maxBytesPerSender: 4 * MiB,
  maxRequestsPerSender: 1000,
  silentMs: 1000,
  ...waits,
};
/** Of those that have not, all together. */
const strangersRoom: RoomBound = {
  maxBytes: 4 * MiB,
  maxBytesPerSender: 4 * MiB,
  maxRequestsPerSender: 100,
  silentMs: 200,
  ...waits,
};
const connectionBound = { maxSilent: 200, maxUnproven: 1500, silentMs: 1000 };
const bodyTimes = { beginMs: 10_000, readMs: 10_000 };
/** Answers to wrong proofs that are held back at the same time. */
const maxDelayed = 200;

/** Whose body it is. `stranger`: only the body can prove it. */
type BodyOf = { readonly type: 'proven' | 'stranger'; readonly name: string };

/** What the routes of a server use of it. */
type Edge = {
  /** Reads the body of a request within its bounds; its room is given back with the answer. */
  readonly read: (
    request: FastifyRequest,
    payload: Readable,
    how: { readonly of: BodyOf; readonly maxBytes: number; readonly extraBytes?: number },
  ) => Promise<Result<Buffer, BodyFault>>;
  /** The sender of a request has proved itself from its head. */
  readonly proven: (request: FastifyRequest) => void;
  readonly refused: (request: FastifyRequest, refused: Omit<Refused, 'peer'>) => void;
  /** Notes a wrong proof, and holds its answer back where there were many. */
  readonly wrong: (request: FastifyRequest, about: string) => Promise<Penalty>;
};

declare module 'fastify' {
  interface FastifyInstance {
    edge: Edge;
  }
  interface FastifyRequest {
    /** Gives back what the request holds; called when it is over, however it ends. */
    leave: (() => void) | null;
  }
}

/** Adds it to a server, before its routes. */
export function addEdge(
  app: FastifyInstance,
  options: { readonly log: Log; readonly nowMs: () => number; readonly count: (at: string, outcome: string) => void },
): void {
  const connections = boundConnections(app.server, connectionBound);
  const rooms = { proven: createRoom(provenRoom), stranger: createRoom(strangersRoom) };
  const refusals = createRefusals(options);
  const credentials = createWrongCredentials(options.nowMs);
  let delayed = 0;
  app.decorateRequest('leave', null);
  app.decorate('edge', {
    async read(request, payload, { of, maxBytes, extraBytes = 0 }) {
      const { socket } = request.raw;
      let calm = () => {};
      const read = await readBody(
        {
          payload,
          declaredBytes: declaredBytes(request),
          extraBytes,
          sender: of.type === 'proven' ? of.name : `${of.name} ${peerOf(request.ip)}`,
          onBegun: () => {
            calm = connections.busy(socket);
          },
        },
        rooms[of.type],
        { maxBytes, ...bodyTimes },
      );
      if (!read.ok) {
        calm();
        return read;
      }
      const { raw, held } = read.value;
      request.leave = () => {
        held.release();
        calm();
      };
      // Gone in the meantime: nobody will say once more that it is over.
      if (socket.destroyed) request.leave();
      return ok(raw);
    },
    proven: (request) => connections.proven(request.raw.socket),
    refused: (request, refused) => refusals.note({ ...refused, peer: peerOf(request.ip) }),
    async wrong(request, about) {
      const penalty = credentials.failed(peerOf(request.ip), about);
      if (penalty === null || delayed >= maxDelayed) return penalty;
      delayed += 1;
      await delay(penalty.delayMs, undefined, { ref: false });
      delayed -= 1;
      return penalty;
    },
  } satisfies Edge);
  // `close` comes once for every request, also for one whose sender went away.
  app.addHook('onRequest', async (request, reply) => {
    reply.raw.once('close', () => request.leave?.());
  });
}

function declaredBytes({ headers }: FastifyRequest): number | null {
  if (headers['transfer-encoding'] !== undefined) return null;
  const length = Number(headers['content-length'] ?? 0);
  return Number.isSafeInteger(length) && length >= 0 ? length : null;
}

/** What a sender is told about a body that was not read. The connection ends: what still comes is nobody's. */
export const bodyFaults = {
  too_large: { status: 413, detail: (maxBytes: number) => `the body is larger than ${maxBytes} bytes` },
  too_slow: { status: 408, detail: () => 'the body did not arrive in time' },
  too_busy: { status: 429, detail: () => 'too much comes in at once; send it again a little later' },
  gone: { status: 400, detail: () => 'the body is not complete' },
} as const satisfies {
  readonly [F in BodyFault]: { readonly status: number; readonly detail: (max: number) => string };
};

/** Seconds after which a sender for which there was no room may try again. */
const busyRetryAfter = 5;

/** Whoever sent nothing wrong is told when to send it again. */
export function askAgain(reply: FastifyReply, fault: BodyFault): void {
  if (fault === 'too_busy' || fault === 'too_slow') reply.header('retry-after', String(busyRetryAfter));
}

/** A body that was not read, as an error of a content type parser. */
export class BodyRefusedError extends Error {
  readonly fault: BodyFault;
  readonly maxBytes: number;
  constructor(fault: BodyFault, maxBytes: number) {
    super(bodyFaults[fault].detail(maxBytes));
    this.fault = fault;
    this.maxBytes = maxBytes;
  }
}

/** Answers such an error. */
export function answerBodyRefused(reply: FastifyReply, { fault, maxBytes }: BodyRefusedError): FastifyReply {
  const { status, detail } = bodyFaults[fault];
  reply.header('connection', 'close');
  askAgain(reply, fault);
  return problem(reply, status, fault, detail(maxBytes));
}
