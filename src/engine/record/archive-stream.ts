// Recording that a stream leaves, with which it is gone. Whether its archive is whole was looked at before. Holds no rule of its own.
import { heldIn, isGroupStream } from '../../core/group/state.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok } from '../../core/result.ts';
import type { EventStore, GroupStreams, StreamHead } from '../../ports/ledger.ts';
import type { RecordOperations } from '../../ports/operations.ts';
import type { CommandSystem } from '../system/command-system.ts';

/** What recording it needs. */
export type ArchiveStreamParts = {
  readonly commandSystem: CommandSystem;
  readonly events: Pick<EventStore, 'loadIncident'>;
  readonly groups: Pick<GroupStreams, 'load'>;
};

/** The operation. */
export function createArchiveStream({
  commandSystem,
  events,
  groups,
}: ArchiveStreamParts): Pick<RecordOperations, 'archiveStream'> {
  const notNow = (message: string): Refusal => ({ code: 'wrong_state', message });
  const isAt = (now: StreamHead | undefined, head: StreamHead) =>
    now?.version === head.version && now.hash === head.hash;

  async function incidentStays(streamId: string, number: number | null, head: StreamHead): Promise<Refusal | null> {
    const loaded = await events.loadIncident(streamId);
    if (loaded?.incident.status === 'open') return notNow(`incident #${number} is open again`);
    return isAt(loaded?.head, head) ? null : notNow(`incident #${number} has changed since its archive was written`);
  }

  async function groupStays(streamId: string, head: StreamHead): Promise<Refusal | null> {
    const loaded = await groups.load(streamId);
    if (loaded && heldIn(loaded.group).length > 0) return notNow(`the alert group ${streamId} holds something again`);
    return isAt(loaded?.head, head)
      ? null
      : notNow(`the alert group ${streamId} has changed since its archive was written`);
  }

  return {
    async archiveStream({ principal, cause, streamId, number, head, digest, file, alerts, reason }) {
      const isGroup = isGroupStream(streamId);
      // Whether an incident is private never changes.
      const isPrivate = !isGroup && (await events.loadIncident(streamId))?.incident.members !== undefined;
      const outcome = await commandSystem({
        caller: { principal, cause },
        right: 'administer',
        applies: () => (isGroup ? groupStays(streamId, head) : incidentStays(streamId, number, head)),
        command: { type: 'archive_stream', streamId, number, head, digest, file, alerts, isPrivate, reason },
      });
      return outcome.outcome === 'refused' ? err(outcome.refusal) : ok({ streamId });
    },
  };
}
