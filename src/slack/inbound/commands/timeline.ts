// The command `timeline`. Holds no rule.
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
    `<${publicUrl}/api/v1/incidents/${incident.id}/timeline?format=html|Timeline of #${incident.number}>`,
});
