// The rules for evidence that an incident owes: kept once, tried a few times, given up once and said so. Never in anybody's way.

import { systemActor } from '../events.ts';
import type { RecordCommand } from '../incident/command.ts';
import type { IncidentDraft } from '../incident/draft.ts';
import { addMs } from '../time.ts';
import { sourceText } from './item.ts';

/** How long after each failed try the next one comes, in milliseconds; after the last it is given up. */
const retryAfterMs = [5_000, 20_000, 80_000, 320_000];

/** Writes down how a try ended. What is owed no longer was settled by another process. */
export function recordEvidence(
  draft: IncidentDraft,
  command: Extract<RecordCommand, { type: 'record_evidence' | 'record_evidence_failure' }>,
): void {
  const { key } = command;
  const { owedEvidence = {} } = draft.state;
  const owed = Object.hasOwn(owedEvidence, key) ? owedEvidence[key] : undefined;
  if (owed === undefined) return;
  const { name, moment } = owed;
  const of = sourceText(owed.from);
  if (command.type === 'record_evidence') {
    const data = { key, name, moment, of, artifacts: [...command.artifacts] };
    draft.record({ type: 'evidence.captured', data }, systemActor);
    return;
  }
  const { reason } = command;
  const delay = command.mayPass ? retryAfterMs[owed.tries] : undefined;
  if (delay === undefined) {
    draft.record({ type: 'evidence.failed', data: { key, name, moment, of, reason } }, systemActor);
    return;
  }
  const retryAt = addMs(draft.context.at, delay);
  draft.record({ type: 'evidence.retry_scheduled', data: { key, name, moment, reason, retryAt } }, systemActor);
}
