// How the evidence of incidents is found.
import type { StoredEvent } from '../core/events.ts';

/** Finds evidence. */
export type EvidenceIndex = {
  /** The events of an incident that name evidence, in order, and which of its digests were redacted. */
  readonly namedIn: (incidentId: string) => Promise<{
    readonly events: readonly Pick<StoredEvent, 'seq' | 'type' | 'at' | 'data'>[];
    readonly redacted: ReadonlySet<string>;
  }>;
};
