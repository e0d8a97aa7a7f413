// What one notification says about the episode of its alert. The one place that tells episodes apart; writes no event.
import type { Alert } from '../alert/alert.ts';
import type { IncidentAlert } from './state.ts';

/** `new`: it begins; `same`: it goes on; `ended`: it is over; `none`: the end of something that is not going on. */
export type Episode = 'new' | 'same' | 'ended' | 'none';

/**
 * Holds a notification against what the incident knows of its alert. One that contradicts what is known is never `none`: firing while
 * known as resolved begins an episode, resolved while known as firing ends one. Another start than the known one begins an episode.
 */
export function episodeOf(alert: Pick<Alert, 'status' | 'startsAt'>, known: IncidentAlert | undefined): Episode {
  const wasFiring = known?.status === 'firing';
  if (alert.status === 'resolved') return wasFiring ? 'ended' : 'none';
  return wasFiring && (alert.startsAt === null || alert.startsAt === known.startsAt) ? 'same' : 'new';
}
