// Accepting a database that went back in time: recorded first, then the witness is told. Holds no rule of its own.

import { err, ok } from '../../core/result.ts';
import { checkpointRef } from '../../core/timeline/checkpoint.ts';
import type { RecordOperations } from '../../ports/operations.ts';
import type { CommandSystem } from '../system/command-system.ts';
import type { RollbackWatch, Witnessed } from './rollback-watch.ts';

/** What accepting needs. */
export type AcceptParts = {
  readonly commandSystem: CommandSystem;
  readonly watch: RollbackWatch;
  readonly witnessed: Witnessed | null;
};

/** The operation. */
export function createAcceptRestore({
  commandSystem,
  watch,
  witnessed,
}: AcceptParts): Pick<RecordOperations, 'acceptRestore'> {
  return {
    async acceptRestore({ principal, cause, reason }) {
      await watch.look();
      const standing = watch.standing();
      const newest = await witnessed?.checkpoints.newest();
      const kept = newest ? checkpointRef(newest).number : null;
      const lost = standing?.lost ?? { number: 0, digest: '' };
      const outcome = await commandSystem({
        caller: { principal, cause },
        right: 'administer',
        command: { type: 'accept_restore', reason, lost, kept },
        applies: () =>
          standing === null
            ? { code: 'wrong_state', message: 'the database has lost no checkpoint that was made here' }
            : null,
      });
      if (outcome.outcome === 'refused') return err(outcome.refusal);
      await watch.accept();
      return ok({ lost: lost.number, kept });
    },
  };
}
