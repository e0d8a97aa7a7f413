// The button Run… of an incident that no playbook took: asks which one is to be started for it. Holds no rule.
import { isId } from '../../../core/ids.ts';
import { choosePlaybookModal } from '../../views/choose-playbook-modal.ts';
import { defineButton } from '../surface.ts';
import { unknownButton } from '../words.ts';

/** The button. */
export const incidentRun = defineButton({
  name: 'incident_run',
  about: 'start a playbook for an incident',
  right: 'start',
  opensForm: true,
  async press({ value, channelId, triggerId }, { reads, catalog, openForm }) {
    if (typeof value !== 'string' || !isId('inc', value)) return unknownButton;
    const incident = await reads.incident(value);
    if (!incident) return unknownButton;
    if (incident.status !== 'open') return `Not done: #${incident.number} is ${incident.status} already.`;
    const playbooks = catalog.all();
    if (playbooks.length === 0) return 'There are no playbooks.';
    return openForm(triggerId, choosePlaybookModal({ playbooks, channelId, incidentId: incident.id }));
  },
});
