// Seals where streams end in a signed checkpoint. Decides when and on what; verifies no stream: that is the audit's.
import { type CheckpointRef, checkpointRef, type SealedCheckpoint, seal } from '../../core/timeline/checkpoint.ts';
import type { Signer } from '../../core/timeline/signature.ts';
import type { Checkpoints, CheckpointWitness, OutsideWitnesses } from '../../ports/record.ts';
import type { Log, Runtime } from '../../ports/runtime.ts';

/** What sealing needs. */
export type SealDeps = {
  readonly checkpoints: Pick<Checkpoints, 'advance' | 'byNumber'>;
  readonly witness: CheckpointWitness;
  readonly signer: Signer;
  readonly outside: OutsideWitnesses;
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly log: Log;
};

/** Heads in one checkpoint at most; more go into the next, made at once. */
const maxHeads = 2000;
/** So often every stream is held against the checkpoints themselves; in between the mark beside each stream is believed. */
const wholeEveryMs = 3_600_000;
/** All processes together make one checkpoint in this time; a little less than the minute that they tick in. */
const intervalMs = 55_000;

/**
 * Seals the heads that moved since the last checkpoint, and remembers the newest one outside the database.
 * @param options.final seals whatever moved, however short a time ago the last checkpoint was made: for the shutdown
 * @param options.whole finds what moved by what the checkpoints say, not by the marks beside the streams
 * @returns `lost` if the database no longer has the checkpoint that is remembered: nothing is sealed on top of that
 */
export async function sealCheckpoint(
  deps: SealDeps,
  { final, whole }: { readonly final: boolean; readonly whole: boolean },
): Promise<'done' | 'lost'> {
  const remembered = deps.witness.recall();
  if (remembered && !(await isKept(deps, remembered))) return 'lost';
  for (let first = true, full = true; full; first = false) {
    let newest: CheckpointRef | null = null;
    const made: SealedCheckpoint[] = [];
    full = false;
    await deps.checkpoints.advance({ limit: maxHeads, whole }, (last, moved) => {
      newest = last && checkpointRef(last);
      const nowMs = deps.runtime.nowMs();
      const recent = last !== null && Math.abs(nowMs - Date.parse(last.body.at)) < intervalMs;
      if (moved.length === 0 || (first && recent && !final)) return null;
      if (last && last.keyId !== deps.signer.keyId)
        deps.log.warn(
          { theirs: last.keyId, ours: deps.signer.keyId },
          'the checkpoint before was signed with another key: give all processes one FIREBREAK_SIGNING_KEY; an audit must name every key that was used with --key',
        );
      const sealed = seal(newest, new Date(nowMs).toISOString(), moved, deps.signer);
      newest = checkpointRef(sealed);
      made.push(sealed);
      full = moved.length === maxHeads;
      return sealed;
    });
    keep(deps, remembered, newest, made.length > 0);
    // Only what is committed is told to anybody.
    for (const sealed of made) deps.outside.note(sealed);
  }
  return 'done';
}

/** Seals again and again: the first time in a process, every hour, and at the end by what the checkpoints say. */
export function createSealing(deps: SealDeps): (options: { readonly final: boolean }) => Promise<'done' | 'lost'> {
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  return async ({ final }) => {
    const nowMs = deps.runtime.nowMs();
    const whole = final || nowMs - lookedAtMs >= wholeEveryMs;
    const sealed = await sealCheckpoint(deps, { final, whole });
    await deps.outside.flush();
    if (whole) lookedAtMs = nowMs;
    return sealed;
  };
}

async function isKept({ checkpoints, log }: SealDeps, remembered: CheckpointRef): Promise<boolean> {
  const kept = await checkpoints.byNumber(remembered.number);
  if (kept && checkpointRef(kept).digest === remembered.digest) return true;
  log.error(
    { checkpoint: remembered.number },
    'the database no longer has a checkpoint that was made here: it went back in time or was edited, and nothing is sealed; run `firebreak audit verify`. If it was restored on purpose, run `firebreak record accept-restore --reason TEXT`',
  );
  return false;
}

function keep({ witness, log }: SealDeps, before: CheckpointRef | null, newest: CheckpointRef | null, made: boolean) {
  if (!newest || newest.digest === before?.digest) return;
  witness.remember(newest);
  // The log usually leaves the machine: it is one more witness.
  if (made) log.info({ checkpoint: newest.number, digest: newest.digest }, 'the record is sealed');
}
