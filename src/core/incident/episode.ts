// What one notification says about the episode of its alert. The one place that tells episodes apart; writes no event.
import type { Alert } from '../alert/alert.ts';
import type { IncidentAlert } from './state.ts';

/**
 * `new`: it begins; `same`: it goes on; `ended`: it is over; `late`: it began before the one that is known to have ended; `none`: the end
 * of something that is not going on.
 */
export type Episode = 'new' | 'same' | 'ended' | 'late' | 'none';

/**
 * Holds a notification against what the incident knows of its alert. One that contradicts what is known is never dropped: firing while known
 * as resolved begins an episode, resolved while known as firing ends one. A new start alone begins none: senders that stamp every reminder
 * do not start anything anew. Only what is certainly out of order is held back: firing since before the start of the episode that has
 * ended, and the end of an episode that was over before the one that goes on had begun.
 */
export function episodeOf(
  alert: Pick<Alert, 'status' | 'startsAt' | 'endsAt'>,
  known: IncidentAlert | undefined,
): Episode {
  if (alert.status === 'resolved') return known?.status === 'firing' && !isOfEarlier(alert, known) ? 'ended' : 'none';
  if (known === undefined) return 'new';
  if (known.status === 'firing') return 'same';
  return alert.startsAt !== null && alert.startsAt < (latestStart(known) ?? '') ? 'late' : 'new';
}

/** The latest start that the sender has told. */
export const latestStart = ({ startsAt, restartedAt }: IncidentAlert): string | null => restartedAt ?? startsAt;

/** True for the end of an episode that was over before the one that goes on had begun. */
function isOfEarlier({ startsAt, endsAt }: Pick<Alert, 'startsAt' | 'endsAt'>, known: IncidentAlert): boolean {
  const start = latestStart(known);
  return start !== null && startsAt !== null && endsAt !== null && startsAt < start && endsAt < start;
}
