// The form that asks which playbook is to be started: starts it, or asks for its inputs. Holds no rule.
import { ChoosePlaybookOrigin, choosePlaybookForm, playbookField } from '../../views/choose-playbook-modal.ts';
import { fieldValue } from '../../views/form.ts';
import { inputsModal } from '../../views/inputs-modal.ts';
import { incidentOf, startRun } from '../start-run.ts';
import { defineForm } from '../surface.ts';

/** The form. */
export const choosePlaybook = defineForm({
  name: choosePlaybookForm,
  about: 'say which playbook to start',
  right: 'start',
  origin: ChoosePlaybookOrigin,
  async submit({ origin, values, caller }, context) {
    const { channelId, incidentId: named } = origin;
    const name = fieldValue(values, playbookField) ?? '';
    const playbook = context.catalog.byName(name);
    if (playbook && Object.keys(playbook.inputs).length > 0)
      return { outcome: 'next', view: inputsModal({ playbook, channelId, incidentId: named, given: {}, faults: [] }) };
    const incidentId = await incidentOf({ incidentId: named, channelId }, context);
    const answer = await startRun({ caller, channelId, playbook: name, inputs: {}, incidentId }, context);
    switch (answer.outcome) {
      case 'started':
        return { outcome: 'done', text: answer.text };
      case 'refused':
        return { outcome: 'refused', faults: [{ path: '', message: answer.text }] };
      case 'form':
        return { outcome: 'next', view: answer.view };
    }
  },
});
