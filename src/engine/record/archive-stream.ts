// Recording that a stream leaves, with which it is gone. Whether its archive is whole was looked at before. Holds no rule of its own.
import { err, ok } from '../../core/result.ts';
import type { EventStore } from '../../ports/ledger.ts';
import type { RecordOperations } from '../../ports/operations.ts';
import type { CommandSystem } from '../system/command-system.ts';

/** What recording it needs. */
export type ArchiveStreamParts = {
  readonly commandSystem: CommandSystem;
  readonly events: Pick<EventStore, 'loadIncident'>;
};

/** The operation. */
export function createArchiveStream({
  commandSystem,
  events,
}: ArchiveStreamParts): Pick<RecordOperations, 'archiveStream'> {
  return {
    async archiveStream({ principal, cause, streamId, number, head, digest, file, alerts, reason }) {
      // Whether an incident is private never changes.
      const isPrivate = (await events.loadIncident(streamId))?.incident.members !== undefined;
      const outcome = await commandSystem({
        caller: { principal, cause },
        right: 'administer',
        applies: async () => {
          const loaded = await events.loadIncident(streamId);
          if (loaded?.incident.status === 'open')
            return { code: 'wrong_state', message: `incident #${number} is open again` };
          return loaded?.head.version === head.version && loaded.head.hash === head.hash
            ? null
            : { code: 'wrong_state', message: `incident #${number} has changed since its archive was written` };
        },
        command: { type: 'archive_stream', streamId, number, head, digest, file, alerts, isPrivate, reason },
      });
      return outcome.outcome === 'refused' ? err(outcome.refusal) : ok({ streamId });
    },
  };
}
