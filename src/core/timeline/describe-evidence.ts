// Facts about evidence as sentences: part of describe.ts. Plain text: the surface that shows it escapes it.
import type { EvidenceEvent, EvidenceMoment } from '../evidence/events.ts';
import { assertNever } from '../result.ts';

const when: { readonly [M in EvidenceMoment]: string } = {
  opening: 'at the opening',
  resolution: 'at the resolution',
  chat: 'from the channel',
};

/** What happened, in a sentence. */
export function sentenceOfEvidence({ type, data }: EvidenceEvent): string {
  const what = `${data.name} ${when[data.moment]}`;
  switch (type) {
    case 'evidence.captured':
      return `Evidence kept: ${what}, of ${data.of}`;
    case 'evidence.retry_scheduled':
      return `Evidence ${what} could not be had yet, next try at ${data.retryAt}: ${data.reason}`;
    case 'evidence.failed':
      return `Evidence ${what} could not be had: ${data.reason}`;
    default:
      return assertNever(type);
  }
}
