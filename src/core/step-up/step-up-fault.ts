// Whether the approvals of a stream stand as their rules demand: every assertion is verified again, from the stream alone. Pure.
import type { StoredEvent } from '../events.ts';
import type { Approval } from '../run/state.ts';
import { type BadPlace, contentHash } from '../timeline/chain.ts';
import { readEvent } from '../timeline/read-event.ts';
import { assertionFault } from './assertion.ts';
import { ruleDemandsStepUp, wantsStepUp } from './needs-step-up.ts';

const decides: ReadonlySet<string> = new Set(['approval.requested', 'approval.recorded', 'approval.bypassed']);

/** The first approval, or broken glass, whose assertion does not show what it must, or that lacks the one its rule demands; null: there is none. */
export function stepUpFault(events: readonly StoredEvent[]): BadPlace | null {
  const requested = new Map<string, Pick<Approval, 'planDigest' | 'rule'>>();
  for (const stored of events) {
    if (!decides.has(stored.type)) continue;
    const read = readEvent(stored);
    if (read.outcome !== 'known') continue;
    const { event } = read;
    if (event.type === 'approval.requested') {
      const { approvalId, planDigest, rule } = event.data;
      requested.set(approvalId, { planDigest, rule });
      continue;
    }
    if (event.type !== 'approval.recorded' && event.type !== 'approval.bypassed') continue;
    const { approvalId, stepUp } = event.data;
    const asked = requested.get(approvalId);
    if (!asked) continue;
    const demands =
      event.type === 'approval.bypassed' ? wantsStepUp(asked.rule) : ruleDemandsStepUp(asked.rule, event.data.as);
    if (!stepUp && !demands) continue;
    // What was taken out of it is vouched for by its redaction.
    if (contentHash(stored) !== stored.hash) continue;
    const fault = stepUp
      ? assertionFault(stepUp, { approvalId, planDigest: asked.planDigest })
      : 'its rule demands a passkey, and none stands there';
    if (fault === null) continue;
    const { streamId, seq, type, at } = stored;
    return {
      streamId,
      seq,
      type,
      at,
      problem: `the ${event.type === 'approval.bypassed' ? 'broken glass' : 'approval'} does not stand: ${fault}`,
    };
  }
  return null;
}
