// How things stand, as every message says it: one word and one icon for each state. Pure.
import type { IncidentState } from '../../core/incident/state.ts';
import { assertNever } from '../../core/result.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';

/** The icons: what burns, what failed, what waits for a person, what is at work, done, undone, and what rests. */
export const icon = {
  burning: '●',
  failed: '✕',
  person: '◐',
  work: '◔',
  done: '✓',
  undone: '↺',
  rest: '○',
} as const;

/** A state as people read it. */
export type StateWords = { readonly icon: (typeof icon)[keyof typeof icon]; readonly word: string };

/** `◔ *Running*` */
export const stateText = ({ icon: mark, word }: StateWords): string => `${mark} *${word}*`;

type Standing = Pick<RunState, 'status' | 'paused' | 'ending'> & Partial<Pick<RunState, 'nodes'>>;

/** How a run stands: what it waits for a person for comes before what it does. */
export function runWords({ status, paused, ending, nodes = {} }: Standing): StateWords {
  if (!isTerminal(status)) {
    const all = Object.values(nodes);
    if (all.some((node) => node.status === 'unknown' || (node.status === 'failed' && node.escalated)))
      return { icon: icon.person, word: 'Decision needed' };
    if (paused) return { icon: icon.person, word: 'Paused' };
    if (all.some((node) => node.status === 'awaiting_approval') && status !== 'cancelling')
      return { icon: icon.person, word: 'Waiting for approval' };
  }
  switch (status) {
    case 'queued':
      return { icon: icon.rest, word: 'Queued' };
    case 'running':
      return { icon: icon.work, word: 'Running' };
    case 'cancelling':
      return { icon: icon.work, word: 'Cancelling' };
    case 'compensating':
      return { icon: icon.work, word: 'Undoing' };
    case 'finishing':
      return { icon: icon.work, word: ending ? `Finishing, then ${endWord[ending.outcome]}` : 'Finishing' };
    case 'succeeded':
      return { icon: icon.done, word: 'Done' };
    case 'failed':
      return { icon: icon.failed, word: 'Failed' };
    case 'cancelled':
      return { icon: icon.rest, word: 'Cancelled' };
    case 'compensated':
      return { icon: icon.undone, word: 'Undone' };
    case 'compensation_failed':
      return { icon: icon.failed, word: 'Undo failed' };
    default:
      return assertNever(status);
  }
}

const endWord = { succeeded: 'done', failed: 'failed', cancelled: 'cancelled', compensated: 'undone' } as const;

/** How an incident stands. */
export function incidentWords({
  status,
  alerts,
  mergedInto,
}: Pick<IncidentState, 'status' | 'alerts' | 'mergedInto'>): StateWords {
  const all = Object.values(alerts);
  switch (status) {
    case 'open':
      if (all.length === 0) return { icon: icon.burning, word: 'Open' };
      return all.some((alert) => alert.status === 'firing')
        ? { icon: icon.burning, word: 'Firing' }
        : { icon: icon.done, word: 'Recovered' };
    case 'resolved':
      return { icon: icon.done, word: 'Resolved' };
    case 'closed':
      return mergedInto ? { icon: icon.rest, word: 'Merged' } : { icon: icon.done, word: 'Closed' };
    default:
      return assertNever(status);
  }
}
