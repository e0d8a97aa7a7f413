// What is said of an alert that is held. Words and values only.
import type { GroupDraft } from './draft.ts';
import type { Hold } from './hold.ts';
import type { GroupMember } from './state.ts';

/** Held by the rules of its group; which of them, and until when, is found where alerts are released. */
export const waiting = ({ state }: Pick<GroupDraft, 'state'>): Hold => ({
  by: 'wait',
  name: state.rule ?? state.key,
  owner: null,
  reason: null,
  until: null,
});

/** True if it is the same that holds, for as long. */
export const sameHold = (a: Hold, b: Hold): boolean => a.by === b.by && a.name === b.name && a.until === b.until;

/** Why an alert goes on whose hold is over. */
export const overBecause = ({ by, name }: Hold): string =>
  by === 'inhibition' ? `it is no longer inhibited by ${name}` : `the ${by} ${name} is over, and it still fires`;

/**
 * Why it is news that an alert goes on whose hold is over; null: it is none. What was announced before a maintenance window is not announced
 * anew after it; what was silenced on purpose is.
 */
export const newsAfter = (hold: Hold, { told, unacted }: Pick<GroupMember, 'told' | 'unacted'>): string | null =>
  hold.by === 'window' && told && !unacted ? null : overBecause(hold);
