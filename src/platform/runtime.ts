// The real time, randomness and ids. The only source of them; everything else is handed them.
import { randomBytes } from 'node:crypto';
import { uptime } from 'node:os';
import { formatId } from '../core/ids.ts';
import type { Runtime } from '../ports/runtime.ts';

/** The last id's time and random part. Ids of one process sort in the order in which they were made, also within a millisecond. */
const last: { ms: number; random: Buffer } = { ms: 0, random: randomBytes(10) };

/** The next greater random part (the monotonic rule of the ULID specification). */
function increment(bytes: Buffer): Buffer {
  const next = Buffer.from(bytes);
  for (let i = next.length - 1; i >= 0; i--) {
    const byte = next[i] ?? 0;
    next[i] = (byte + 1) & 0xff;
    if (byte !== 0xff) break;
  }
  return next;
}

/**
 * A clock that counts suspended time too. `performance` does not while the machine sleeps, and the time since the machine started costs
 * a system call or more: it is asked only when wall time has moved otherwise than `performance`.
 */
function createMonotonic(): () => number {
  const began = { performanceMs: performance.now(), uptimeMs: uptime() * 1000 };
  let apartMs = Date.now() - performance.now();
  let suspendedMs = 0;
  return () => {
    const apart = Date.now() - performance.now();
    if (Math.abs(apart - apartMs) > 500) {
      apartMs = apart;
      const awake = performance.now() - began.performanceMs;
      suspendedMs = Math.max(suspendedMs, uptime() * 1000 - began.uptimeMs - awake - 1000);
    }
    // What takes milliseconds (timers, queues, statements) takes whole ones.
    return Math.floor(performance.now() + suspendedMs);
  };
}

/** The real time, randomness and ids. */
export const realRuntime: Runtime = {
  nowMs: Date.now,
  monotonicMs: createMonotonic(),
  random: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  newId(prefix) {
    const ms = Date.now();
    // A clock that was set back must not make ids sort before those that are there; one that was far ahead must not hold for ever.
    const follows = ms <= last.ms && last.ms - ms < 1000;
    last.random = follows ? increment(last.random) : randomBytes(10);
    if (!follows) last.ms = ms;
    return formatId(prefix, last.ms, last.random);
  },
};
