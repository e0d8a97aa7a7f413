// The command `timeline`. Holds no rule.
import { incidentUrl } from '../../views/incident-card.ts';
import { defineCommand } from '../surface.ts';

/** The command. */
export const timeline = defineCommand({
  name: 'timeline',
  usage: 'timeline',
  about: 'a link to the timeline',
  group: 'Look',
  right: 'view',
  where: 'incident',
  run: async ({ incident }, { publicUrl }) =>
    `<${incidentUrl(publicUrl, incident.number)}|Timeline of #${incident.number}>`,
});
