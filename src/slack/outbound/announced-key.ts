// Keys of what the announce channel says of an incident. Names only.
import type { IncidentRow } from '../../ports/reads.ts';

/** The key of the one message that the announce channel has of an incident, whether it is a card or a line. */
export const announcedKey = (incidentId: string): string => `announced/${incidentId}`;

/** End of the keys of what is told in a thread of the announce channel. */
export const threadSuffix = '@thread';

/** End of the keys of what is told beside a line. */
export const lineSuffix = '@line';

/** End of the keys of what is told in its own channel: of a second one, where the first is archived, they must be others. */
export const ownSuffix = ({ channel, formerChannel }: Pick<IncidentRow, 'channel' | 'formerChannel'>): string =>
  channel === null || formerChannel === undefined ? '' : `@${channel.id}`;

/** End of the keys of what was asked in the fallback channel before the channel of the incident was there. */
export const aheadSuffix = '@ahead';
