// Whether the approvals of a stream stand as their rules demand: every assertion is verified again, from the stream alone. Pure.
import type { StoredEvent } from '../events.ts';
import { type BadPlace, contentHash } from '../timeline/chain.ts';
import { readEvent } from '../timeline/read-event.ts';
import { assertionFault } from './assertion.ts';

const decides: ReadonlySet<string> = new Set(['approval.requested', 'approval.recorded']);

/** The first approval whose assertion does not show what it must, or that lacks the one its rule demands; null: there is none. */
export function stepUpFault(events: readonly StoredEvent[]): BadPlace | null {
  const requested = new Map<string, { readonly planDigest: string; readonly demands: boolean }>();
  for (const stored of events) {
    if (!decides.has(stored.type)) continue;
    const read = readEvent(stored);
    if (read.outcome !== 'known') continue;
    const { event } = read;
    if (event.type === 'approval.requested') {
      const { approvalId, planDigest, rule } = event.data;
      requested.set(approvalId, { planDigest, demands: rule.stepUp === true });
      continue;
    }
    if (event.type !== 'approval.recorded') continue;
    const { approvalId, stepUp } = event.data;
    const asked = requested.get(approvalId);
    if (!asked || (!stepUp && !asked.demands)) continue;
    // What was taken out of it is vouched for by its redaction.
    if (contentHash(stored) !== stored.hash) continue;
    const fault = stepUp
      ? assertionFault(stepUp, { approvalId, planDigest: asked.planDigest })
      : 'its rule demands a passkey, and none stands there';
    if (fault === null) continue;
    const { streamId, seq, type, at } = stored;
    return { streamId, seq, type, at, problem: `the approval does not stand: ${fault}` };
  }
  return null;
}
