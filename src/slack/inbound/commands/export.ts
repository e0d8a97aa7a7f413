// The command `export`. Holds no rule.
import { defineCommand } from '../surface.ts';

/** The command. */
export const exportTimeline = defineCommand({
  name: 'export',
  usage: 'export',
  about: 'the timeline as a file in this channel',
  group: 'Look',
  right: 'view',
  where: 'incident',
  run: ({ channelId, incident, caller }, { exportTo }) => exportTo(channelId, incident.id, caller),
});
