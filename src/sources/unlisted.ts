// Groups of which the sender lists only a part: every listed alert says so, and where none is listed the group stands for its alerts.
import type { Json } from '../core/json.ts';
import type { DraftAlert } from './source.ts';

/** Alerts of one delivery that are read; senders group far fewer. */
export const maxAlerts = 5000;

/** How many alerts a sender says that it left out; what is no count is none. */
export function countOf(value: Json | undefined): number {
  const count = typeof value === 'number' || typeof value === 'string' ? Number(value) : 0;
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** What is known of a group. */
type Group = {
  readonly listed: readonly DraftAlert[];
  /** Alerts that were left out. */
  readonly count: number;
  readonly group: 'firing' | 'resolved';
  /** An alert for the group itself. */
  readonly own: () => DraftAlert;
};

/** The alerts of a group, each with what was left out. */
export function withUnlisted({ listed, count, group, own }: Group): readonly DraftAlert[] {
  if (count <= 0) return listed;
  const alerts = listed.length === 0 ? [own()] : listed;
  return alerts.map((alert) => ({ ...alert, unlisted: { count, group } }));
}
