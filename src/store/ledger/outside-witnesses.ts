// Sends checkpoints to where this machine's administrators cannot quietly change them: a file, an HTTP service, an object store, the
// log. What could not be sent is sent again with the next seal. Seals nothing and believes no answer.
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkpointRef, type SealedCheckpoint } from '../../core/timeline/checkpoint.ts';
import type { OutsideWitnesses, WitnessPlace } from '../../ports/record.ts';
import type { Log } from '../../ports/runtime.ts';

/** More than this many wait for one witness at most; of more than that the oldest are given up, and the log says so. */
const maxWaiting = 1000;
/** A witness that does not answer in this time has failed. */
const timeoutMs = 10_000;

type Send = (checkpoint: SealedCheckpoint) => Promise<void>;

/** Witnesses that are told of every checkpoint, each at least once and in order. */
export function createOutsideWitnesses(
  places: readonly WitnessPlace[],
  { log, request = fetch }: { readonly log: Pick<Log, 'info' | 'warn' | 'error'>; readonly request?: typeof fetch },
): OutsideWitnesses {
  const witnesses = places.map((place) => ({ name: nameOf(place), send: senderOf(place, { log, request }) }));
  const waiting = witnesses.map((): SealedCheckpoint[] => []);

  async function flushOne(n: number): Promise<void> {
    const [witness, queue] = [witnesses[n], waiting[n]];
    if (!witness || !queue) return;
    for (let next = queue[0]; next; next = queue[0]) {
      try {
        await witness.send(next);
        queue.shift();
      } catch (error) {
        log.warn(
          { witness: witness.name, checkpoint: next.body.number, waiting: queue.length, error: String(error) },
          'a witness could not be told of a checkpoint; it is told again with the next one',
        );
        return;
      }
    }
  }

  return {
    note(checkpoint) {
      for (const [n, queue] of waiting.entries()) {
        queue.push(checkpoint);
        if (queue.length <= maxWaiting) continue;
        queue.shift();
        log.error({ witness: witnesses[n]?.name }, 'a witness was away for so long that it will lack a checkpoint');
      }
    },
    flush: async () => {
      await Promise.all(witnesses.map((_, n) => flushOne(n)));
    },
    behind: () => witnesses.flatMap(({ name }, n) => ((waiting[n]?.length ?? 0) > 0 ? [name] : [])),
  };
}

const nameOf = (place: WitnessPlace): string => {
  switch (place.type) {
    case 'file':
      return `file ${place.path}`;
    case 'log':
      return 'log';
    default:
      return `${place.type} ${new URL(place.url).host}`;
  }
};

function senderOf(
  place: WitnessPlace,
  { log, request }: { readonly log: Pick<Log, 'info'>; readonly request: typeof fetch },
): Send {
  switch (place.type) {
    case 'file':
      return async (checkpoint) => appendLine(place.path, JSON.stringify(checkpoint));
    case 'log':
      return async (checkpoint) =>
        log.info({ sealed: checkpoint, ...checkpointRef(checkpoint) }, 'a checkpoint, whole');
    case 'http':
    case 'object':
      return async (checkpoint) => {
        const { number } = checkpoint.body;
        const url = place.url.replace(/\{number\}|%7Bnumber%7D/g, String(number));
        const answer = await request(url, {
          method: place.type === 'http' ? 'POST' : 'PUT',
          headers: {
            'content-type': 'application/json',
            ...(place.token !== null && { authorization: `Bearer ${place.token}` }),
          },
          body: JSON.stringify(checkpoint),
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
        });
        await answer.body?.cancel();
        if (!answer.ok) throw new Error(`it answered ${answer.status}`);
      };
  }
}

function appendLine(path: string, line: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const handle = openSync(path, 'a', 0o600);
  try {
    writeSync(handle, `${line}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
