// The command `postmortem`: how far it is, and where it stands. Holds no rule.
import { oneLine } from '../../text.ts';
import { incidentUrl } from '../../views/incident-card.ts';
import { defineCommand } from '../surface.ts';

const statuses = { draft: 'a draft', in_review: 'in review', reviewed: 'reviewed' } as const;

/** The command. */
export const postmortem = defineCommand({
  name: 'postmortem',
  usage: 'postmortem',
  about: 'the postmortem: how far it is, and a link to it',
  group: 'Look',
  right: 'view',
  where: 'incident',
  async run({ incident }, { reads, publicUrl }) {
    const found = await reads.postmortem(incident.id);
    if (!found) return 'There is no such incident.';
    const { state, actionItems } = found.document;
    const open = actionItems.filter(({ status }) => status === 'open').length;
    const written = state.version === 0 ? 'drafted from the ledger' : `version ${state.version}`;
    const items = open === 0 ? '' : ` · ${open} action item${open === 1 ? '' : 's'} open`;
    const link = `<${incidentUrl(publicUrl, incident.number)}|Postmortem of #${incident.number}>`;
    return `${link}: ${statuses[state.status]}, ${written}${items}.\n> ${oneLine(found.summary, 900)}`;
  },
});
