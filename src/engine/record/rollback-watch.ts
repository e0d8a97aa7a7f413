// Watches whether the database still has the newest checkpoint that was made here. Where it has not, it went back in time: then
// nothing is acted on until somebody accepts that. Acts on nothing itself.
import { type CheckpointRef, checkpointRef } from '../../core/timeline/checkpoint.ts';
import type { SystemStream } from '../../ports/ledger.ts';
import type { Checkpoints, CheckpointWitness } from '../../ports/record.ts';
import type { Log, Runtime } from '../../ports/runtime.ts';
import { believed } from './believed.ts';

/** Why this process stands still. */
export type Standstill = { readonly lost: CheckpointRef; readonly since: string };

/** Where checkpoints are kept inside and outside. */
export type Witnessed = {
  readonly checkpoints: Pick<Checkpoints, 'byNumber' | 'newest'>;
  readonly witness: CheckpointWitness;
};

/** The watch of one process. */
export type RollbackWatch = {
  /** Looks now. */
  readonly look: () => Promise<void>;
  /** As of the last look; null: it does not stand still. */
  readonly standing: () => Standstill | null;
  /** Takes what the database has for what was made here. */
  readonly accept: () => Promise<void>;
};

/** What is said wherever something is refused because of it. */
export const standstillText = ({ lost }: Standstill): string =>
  `the database has lost checkpoint ${lost.number}: it went back in time or was edited, and nothing is acted on; ` +
  'run `firebreak audit verify`, and if it was restored on purpose `firebreak record accept-restore --reason TEXT`';

/** Watches. Without a witness there is nothing to watch, and it never stands still. */
export function createRollbackWatch(parts: {
  readonly witnessed: Witnessed | null;
  readonly systemStream: Pick<SystemStream, 'load'>;
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly log: Pick<Log, 'error' | 'warn'>;
}): RollbackWatch {
  const { witnessed, systemStream, runtime, log } = parts;
  let standing: Standstill | null = null;

  /** What cannot be read contradicts nothing; sealing stops and says so. */
  function recalled(): CheckpointRef | null {
    try {
      return witnessed?.witness.recall() ?? null;
    } catch (error) {
      log.error({ err: error }, 'what was remembered of the newest checkpoint cannot be read');
      return null;
    }
  }

  async function accept(): Promise<void> {
    if (!witnessed) return;
    const newest = await witnessed.checkpoints.newest();
    if (newest) witnessed.witness.remember(checkpointRef(newest));
    else witnessed.witness.forget();
    standing = null;
  }

  return {
    standing: () => standing,
    accept,
    async look() {
      const remembered = recalled();
      if (!witnessed || !remembered) {
        standing = null;
        return;
      }
      const kept = await witnessed.checkpoints.byNumber(remembered.number);
      if (kept && checkpointRef(kept).digest === remembered.digest) {
        standing = null;
        return;
      }
      // Accepted on another machine, for a checkpoint as new as ours.
      const system = await believed(systemStream.load());
      const accepted = system?.state.restore;
      if (accepted && accepted.number >= remembered.number) {
        log.warn({ checkpoint: remembered.number }, 'the restored database was accepted elsewhere');
        return accept();
      }
      if (standing?.lost.digest === remembered.digest) return;
      standing = { lost: remembered, since: new Date(runtime.nowMs()).toISOString() };
      log.error({ checkpoint: remembered.number }, standstillText(standing));
    },
  };
}
