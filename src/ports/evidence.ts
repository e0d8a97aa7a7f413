// How the evidence of incidents is found, and where it is fetched from.
import type { StoredEvent } from '../core/events.ts';
import type { EvidenceKind } from '../core/evidence/content.ts';
import type { EvidenceSource } from '../core/evidence/item.ts';

/** One event by its place. */
export type EventPlace = Pick<StoredEvent, 'streamId' | 'seq' | 'type'>;

/** Finds evidence. */
export type EvidenceIndex = {
  /** The events of an incident that name evidence, in order, and which of its digests were redacted. */
  readonly namedIn: (incidentId: string) => Promise<{
    readonly events: readonly Pick<StoredEvent, 'seq' | 'type' | 'at' | 'data'>[];
    readonly redacted: ReadonlySet<string>;
  }>;
  /** How much evidence is kept for an incident, in bytes. */
  readonly bytesIn: (incidentId: string) => Promise<number>;
  /** Events of any stream that hold a text, `limit` of them at the utmost. Looks through all of them. */
  readonly holding: (text: string, limit: number) => Promise<readonly EventPlace[]>;
};

/** One piece of what a source gave. `lostBytes`: how much of it was left out because there was too much. */
type FetchedPart = {
  readonly name: string;
  readonly content: Buffer;
  readonly declared: EvidenceKind | null;
  readonly lostBytes: number;
};

/** What a source gave, or why it gave nothing; `mayPass`: another try may have it. */
export type FetchedEvidence =
  | { readonly outcome: 'fetched'; readonly parts: readonly FetchedPart[] }
  | { readonly outcome: 'failed'; readonly reason: string; readonly mayPass: boolean };

/** Fetches evidence of incidents, within its bounds. Never rejects. */
export type FetchEvidence = (asked: {
  readonly name: string;
  readonly from: EvidenceSource;
  readonly incident: { readonly id: string; readonly number: number };
  readonly signal: AbortSignal;
}) => Promise<FetchedEvidence>;

/** Fetches one file of the chat, `maxBytes` of it at the utmost. Never rejects. */
export type FetchChatFile = (
  fileId: string,
  bounds: { readonly maxBytes: number; readonly signal: AbortSignal },
) => Promise<FetchedEvidence>;
