// The evidence of an incident as a list, out of the events that name it. Pure.
import { z } from 'zod';
import type { StoredEvent } from '../events.ts';
import { namesEvidence } from '../timeline/bundle.ts';
import { ArtifactRef } from './artifact-ref.ts';
import { type EvidencePreview, previewOf } from './content.ts';
import { EvidenceMoment } from './events.ts';

/** What evidence was captured by. */
type CapturedBy =
  | { readonly type: 'step'; readonly runId: string; readonly step: string; readonly attempt: number }
  /** `of`: what it was taken from. */
  | { readonly type: EvidenceMoment; readonly of: string };

/** One piece of evidence, as one event names it. */
export type ListedEvidence = {
  readonly name: string;
  /** Media type; null: an earlier version kept none. */
  readonly type: string | null;
  readonly preview: EvidencePreview;
  readonly bytes: number;
  /** Bytes that were left out; 0: none. */
  readonly cutBytes: number;
  readonly digest: string;
  readonly capturedAt: string;
  readonly capturedBy: CapturedBy;
  /** The event that names it, by its place in the stream. */
  readonly seq: number;
};

const Step = z.object({ runId: z.string(), step: z.string(), attempt: z.number() });
const Moment = z.object({ moment: EvidenceMoment, of: z.string() });

function capturedBy({ type, data }: Pick<StoredEvent, 'type' | 'data'>): CapturedBy | null {
  if (type !== 'evidence.captured') {
    const step = Step.safeParse(data).data;
    return step ? { type: 'step', ...step } : null;
  }
  const moment = Moment.safeParse(data).data;
  return moment ? { type: moment.moment, of: moment.of } : null;
}

/** Everything that these events name, in their order; what repeats under another name stands once for each. */
export function listEvidence(
  events: readonly Pick<StoredEvent, 'seq' | 'type' | 'at' | 'data'>[],
): readonly ListedEvidence[] {
  return events.flatMap((event) => {
    const by = namesEvidence.has(event.type) ? capturedBy(event) : null;
    if (!by) return [];
    const refs = z.array(ArtifactRef).safeParse(event.data['artifacts']).data ?? [];
    return refs.map(({ name, type, bytes, cutBytes, digest }) => ({
      name,
      type: type ?? null,
      preview: previewOf(type ?? ''),
      bytes,
      cutBytes: cutBytes ?? 0,
      digest,
      capturedAt: event.at,
      capturedBy: by,
      seq: event.seq,
    }));
  });
}
