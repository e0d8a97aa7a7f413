// Evidence that an incident owes, as its state holds it. Types only.
import type { EvidenceMoment } from './events.ts';
import type { EvidenceSource } from './item.ts';

/** Evidence that is to be kept and is not yet. `tries`: how often it could not be had. */
export type OwedEvidence = {
  readonly name: string;
  readonly moment: EvidenceMoment;
  readonly from: EvidenceSource;
  readonly tries: number;
  readonly dueAt: string;
};
