// The postmortem of an incident, from its stream. Reads only.
import type { StoredEvent } from '../../core/events.ts';
import type { DocumentOptions } from '../../core/postmortem/document.ts';
import { toPostmortem } from '../../core/postmortem/model.ts';
import type { ReadPostmortem } from '../../ports/follow-up.ts';
import type { EventStore } from '../../ports/ledger.ts';

/** Makes the way to read postmortems. */
export const createReadPostmortem =
  ({
    events,
    documents,
  }: {
    readonly events: Pick<EventStore, 'readStream'>;
    readonly documents?: DocumentOptions | undefined;
  }): ReadPostmortem =>
  async (incidentId) => {
    const read: StoredEvent[] = [];
    for await (const event of events.readStream(incidentId)) read.push(event);
    return toPostmortem(read, documents);
  };
