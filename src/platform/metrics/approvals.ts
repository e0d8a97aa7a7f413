// Metrics of approvals: asked, decided, and how long people were waited for.
import { findApproval } from '../../core/run/state.ts';
import type { Gauges } from '../../ports/metrics.ts';
import { type CountedRunEvent, type EventCounters, type KnownPlaybook, secondsBetween } from './counted-events.ts';
import type { Looked } from './incidents.ts';
import { type Instruments, waitBuckets } from './instruments.ts';

type Decided = CountedRunEvent<'approval.granted' | 'approval.denied' | 'approval.expired' | 'approval.voided'>;

/** For how long a request that ends with an event has stood, in seconds; null: that is not known. */
export function waitOf({ at, run, data }: Pick<Decided, 'at' | 'run' | 'data'>): number | null {
  const requestedAt = findApproval(run, data.approvalId)?.requestedAt;
  return requestedAt === undefined ? null : secondsBetween(requestedAt, at);
}

/** Makes them. */
export function approvalMetrics(
  { counter, histogram, gauge }: Instruments,
  { look, playbooks }: { readonly look: Looked<Gauges>; readonly playbooks: ReadonlyMap<string, KnownPlaybook> },
): EventCounters {
  const asked = counter({
    name: 'firebreak_approvals_requested_total',
    help: 'Requests for approval, by playbook',
    labels: ['playbook'],
  });
  const decided = counter({
    name: 'firebreak_approvals_decided_total',
    help: 'Requests for approval that ended, by playbook and how (granted, denied, expired, voided)',
    labels: ['playbook', 'decision'],
  });
  for (const playbook of playbooks.keys()) {
    asked({ playbook }, 0);
    for (const decision of ['granted', 'denied', 'expired']) decided({ playbook, decision }, 0);
  }
  const wait = histogram({
    name: 'firebreak_approval_wait_seconds',
    help: 'From a request for approval until its end, by what that was',
    labels: ['decision'],
    buckets: waitBuckets,
    seen: ['granted', 'denied', 'expired'].map((decision) => ({ decision })),
  });
  gauge({
    name: 'firebreak_approvals_open',
    help: 'Requests for approval that nobody has decided',
    async collect(add) {
      const found = await look();
      if (found !== null) add({}, found.openApprovals);
    },
  });
  const ended =
    (decision: string) =>
    (event: Decided): void => {
      decided({ playbook: event.playbook, decision });
      const waited = waitOf(event);
      if (waited !== null) wait({ decision }, waited);
    };
  return {
    'approval.requested': ({ playbook }) => asked({ playbook }),
    'approval.granted': ended('granted'),
    'approval.denied': ended('denied'),
    'approval.expired': ended('expired'),
    'approval.voided': ended('voided'),
  };
}
