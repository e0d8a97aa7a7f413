// The form for a playbook's inputs: starts the run. Holds no rule.
import { filledIn } from '../../views/form.ts';
import { InputsOrigin, inputsForm } from '../../views/inputs-modal.ts';
import { incidentOf, startRun } from '../start-run.ts';
import { defineForm } from '../surface.ts';

/** The form. */
export const runInputs = defineForm({
  name: inputsForm,
  about: 'start a playbook with these inputs',
  right: 'start',
  origin: InputsOrigin,
  async submit({ origin, values, caller }, context) {
    const { playbook, channelId, incidentId: named } = origin;
    const incidentId = await incidentOf({ incidentId: named, channelId }, context);
    const inputs = filledIn(values);
    const answer = await startRun({ caller, channelId, playbook, inputs, incidentId }, context);
    switch (answer.outcome) {
      case 'started':
        return { outcome: 'done', text: answer.text };
      case 'refused':
        return { outcome: 'refused', faults: [{ path: '', message: answer.text }] };
      case 'form':
        return { outcome: 'refused', faults: answer.faults };
    }
  },
});
