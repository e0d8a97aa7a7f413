// The command `run`: starts a playbook; a form asks for what is missing. Holds no rule.
import { choosePlaybookModal } from '../../views/choose-playbook-modal.ts';
import { startRun } from '../start-run.ts';
import { defineCommand } from '../surface.ts';

/** The command. */
export const run = defineCommand({
  name: 'run',
  usage: 'run [PLAYBOOK] [name=value ...]',
  about: 'start a playbook; a form asks for what is missing',
  group: 'Runs',
  right: 'start',
  where: 'anywhere',
  opensForm: true,
  async run({ words: [playbook, ...pairs], caller, channelId, triggerId, incident }, context) {
    if (playbook === undefined) {
      const playbooks = context.catalog.all();
      if (playbooks.length === 0) return 'There are no playbooks.';
      return context.openForm(triggerId, choosePlaybookModal({ playbooks, channelId }));
    }
    const inputs = Object.fromEntries(
      pairs.map((pair) => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)]),
    );
    const answer = await startRun({ caller, channelId, playbook, inputs, incidentId: incident?.id ?? null }, context);
    return answer.outcome === 'form' ? context.openForm(triggerId, answer.view) : answer.text;
  },
});
