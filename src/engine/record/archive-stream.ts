// Recording that a stream leaves, with which it is gone. Whether its archive is whole was looked at before. Holds no rule of its own.
import { err, ok } from '../../core/result.ts';
import type { RecordOperations } from '../../ports/operations.ts';
import type { CommandSystem } from '../system/command-system.ts';

/** The operation. */
export function createArchiveStream({ commandSystem }: { readonly commandSystem: CommandSystem }): {
  readonly archiveStream: RecordOperations['archiveStream'];
} {
  return {
    async archiveStream({ principal, cause, streamId, number, head, digest, file, alerts, reason }) {
      const outcome = await commandSystem({
        caller: { principal, cause },
        right: 'administer',
        command: { type: 'archive_stream', streamId, number, head, digest, file, alerts, reason },
      });
      return outcome.outcome === 'refused' ? err(outcome.refusal) : ok({ streamId });
    },
  };
}
