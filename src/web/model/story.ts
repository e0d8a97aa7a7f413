// The story of an incident: the entries of its ledger that one would tell somebody who was not there. Pure.
import type { ApiLedgerEntry } from '../../contract/ledger.ts';
import type { StateTone } from './states.ts';

const told = new Set([
  'incident.opened',
  'alert.received',
  'alert.resolved',
  'severity.changed',
  'incident.acknowledged',
  'incident.mitigated',
  'incident.resolved',
  'incident.reopened',
  'incident.closed',
  'incident.merged',
  'incident.absorbed',
  'incident.split',
  'role.assigned',
  'note.added',
  'chat.kept',
  'update.given',
  'run.started',
  'run.succeeded',
  'run.failed',
  'run.cancelled',
  'run.compensated',
  'run.compensation_failed',
  'drill.passed',
  'drill.failed',
  'run.paused',
  'run.resumed',
  'run.retried',
  'run.cancel_requested',
  'approval.requested',
  'approval.recorded',
  'approval.denied',
  'approval.expired',
  'step.failed',
  'step.outcome_unknown',
]);

/** Whether an entry belongs to the story. */
export const isTold = ({ type }: Pick<ApiLedgerEntry, 'type'>): boolean => told.has(type);

/** The colour of an entry's tone. */
export function entryTone({ tone, type }: Pick<ApiLedgerEntry, 'tone' | 'type'>): StateTone {
  if (type.startsWith('run.compensat') && tone !== 'bad') return 'violet';
  switch (tone) {
    case 'good':
      return 'green';
    case 'bad':
      return 'red';
    case 'warning':
      return 'amber';
    default:
      return 'grey';
  }
}

/** A sentence for people: without the digests and worker ids that stand in the ledger. */
export function storyText(text: string): string {
  return text
    .replace(/; plan sha256:[0-9a-f]+…?/g, '')
    .replace(/ on wrk_[0-9a-z]+/g, '')
    .replace(/ with \{.*\}$/s, '');
}

/** What filters a ledger, with its word. */
export const entryWords: { readonly [K in ApiLedgerEntry['kind']]: string } = {
  alert: 'Alerts',
  decision: 'Decisions',
  attempt: 'Steps',
  approval: 'Approvals',
  message: 'Messages',
  order: 'Orders',
  run: 'Runs',
  evidence: 'Evidence',
  other: 'Other',
};
