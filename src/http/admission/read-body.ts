// Reads a body into memory once there is room for it: bounded in bytes and in time. Decodes nothing.
import type { Readable } from 'node:stream';
import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import { err, ok, type Result } from '../../core/result.ts';
import type { HeldRoom, Room } from './room.ts';

/** Why a body was not read. The words are stable: codes of problems, outcomes in the metrics. */
export type BodyFault = 'too_large' | 'too_slow' | 'too_busy' | 'gone';

/** A body in memory. Whoever has done with it releases its room. */
export type ReadBody = { readonly raw: Buffer; readonly held: Pick<HeldRoom, 'release'> };

/** The bounds of one body, bytes and milliseconds. */
export type BodyBound = {
  readonly maxBytes: number;
  /** From the head until enough has come that it is worth room. */
  readonly beginMs: number;
  /** From the moment there is room until all of it is there. */
  readonly readMs: number;
};

/** A body that is to be read. */
export type Incoming = {
  readonly payload: Readable;
  /** As the head says; null: it does not say. */
  readonly declaredBytes: number | null;
  /** Bytes of memory that it may need besides, because it is compressed say. */
  readonly extraBytes: number;
  readonly sender: string;
  /** Called once enough of it is there: from then on it is ours to go on. */
  readonly onBegun: () => void;
};

/** Reads it. Takes no room before some of it is there: who sends only a head holds nothing. */
export async function readBody(
  { payload, declaredBytes, extraBytes, sender, onBegun }: Incoming,
  room: Room,
  bound: BodyBound,
): Promise<Result<ReadBody, BodyFault>> {
  if (declaredBytes !== null && declaredBytes > bound.maxBytes) return err('too_large');
  const gone = new AbortController();
  const leave = () => gone.abort();
  const ignore = () => payload.off('close', leave).off('error', leave);
  payload.once('close', leave).once('error', leave);
  try {
    const start = await begun(payload, declaredBytes, { withinMs: bound.beginMs, gone: gone.signal });
    if (start !== 'begun') return err(start);
    onBegun();
    let giveUp = () => {};
    const bytes = (declaredBytes ?? bound.maxBytes) + extraBytes;
    const held = await room.take({ sender, bytes, onGivenUp: () => giveUp(), gone: gone.signal });
    if (held === 'gone') return err('gone');
    if (held === 'full') return err('too_busy');
    // Reading listens itself; and that a request is closed once all of it was read needs no word.
    ignore();
    const read = await collect({ payload, declaredBytes, held, onStop: (stop) => (giveUp = stop) }, bound);
    if (!read.ok) held.release();
    else held.complete();
    return read.ok ? ok({ raw: read.value, held }) : read;
  } finally {
    ignore();
  }
}

/** Waits until what is left to come is worth room: all of a small body, or as much of a large one as the connection takes unread. */
async function begun(
  payload: Readable & { readonly complete?: boolean },
  declaredBytes: number | null,
  { withinMs, gone }: { readonly withinMs: number; readonly gone: AbortSignal },
): Promise<'begun' | 'too_slow' | 'gone'> {
  // What is made up in tests gives nothing before it is asked.
  payload.read(0);
  const unknown = payload.complete === undefined ? 1 : payload.readableHighWaterMark;
  const enough = Math.min(declaredBytes ?? unknown, payload.readableHighWaterMark);
  const isEnough = () => payload.complete === true || payload.readableEnded || payload.readableLength >= enough;
  for (let waitedMs = 0, ms = 0; ; waitedMs += ms, ms = Math.min(100, ms * 2 || 1)) {
    if (isEnough()) return 'begun';
    if (gone.aborted) return 'gone';
    if (waitedMs >= withinMs) return 'too_slow';
    await (ms === 0 ? immediate() : delay(ms, undefined, { ref: false }));
  }
}

type Collecting = Pick<Incoming, 'payload' | 'declaredBytes'> & {
  readonly held: HeldRoom;
  readonly onStop: (stop: () => void) => void;
};

function collect(
  { payload, declaredBytes, held, onStop }: Collecting,
  { maxBytes, readMs }: BodyBound,
): Promise<Result<Buffer, BodyFault>> {
  return new Promise((resolve) => {
    // Where the size is known the bytes are put where they stay: pieces would keep the memory they came in.
    const whole = declaredBytes === null ? null : Buffer.allocUnsafeSlow(declaredBytes);
    const pieces: Buffer[] = [];
    let size = 0;
    const end = (result: Result<Buffer, BodyFault>) => {
      clearTimeout(timer);
      payload.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      // What still comes is let pass; it costs no memory.
      if (!result.ok) payload.resume();
      resolve(result);
    };
    const onData = (piece: Buffer) => {
      held.progressed();
      size += piece.length;
      if (size > (declaredBytes ?? maxBytes)) return end(err('too_large'));
      if (whole) piece.copy(whole, size - piece.length);
      else pieces.push(piece);
    };
    const onEnd = () => end(whole && size < whole.length ? err('gone') : ok(whole ?? Buffer.concat(pieces, size)));
    const onGone = () => end(err('gone'));
    const timer = setTimeout(() => end(err('too_slow')), readMs).unref();
    onStop(() => end(err('too_busy')));
    payload.on('end', onEnd).on('close', onGone).on('error', onGone).on('data', onData);
    // It may have been paused by those who waited for its first byte.
    payload.resume();
    if (payload.readableEnded) onEnd();
  });
}
