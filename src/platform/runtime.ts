// The real time, randomness and ids. The only source of them; everything else is handed them.
import { randomBytes } from 'node:crypto';
import { formatId } from '../core/ids.ts';
import type { Runtime } from '../ports/runtime.ts';

/** The real time, randomness and ids. */
export const realRuntime: Runtime = {
  nowMs: Date.now,
  random: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
  newId: (prefix) => formatId(prefix, Date.now(), randomBytes(10)),
};
