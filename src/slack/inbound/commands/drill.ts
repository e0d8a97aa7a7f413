// The command `drill`: exercises a playbook with the inputs it has for that. Holds no rule.
import { code, oneLine } from '../../text.ts';
import { defineCommand } from '../surface.ts';
import { refused } from '../words.ts';

/** The command. */
export const drill = defineCommand({
  name: 'drill',
  usage: 'drill PLAYBOOK [REASON]',
  about: 'exercise a playbook with the inputs it has for that; approvals are asked, and it is undone afterwards',
  group: 'Runs',
  right: 'start',
  where: 'anywhere',
  async run({ words: [playbook, ...reason], caller }, { operations }) {
    if (playbook === undefined) return 'Say which playbook: `/firebreak drill PLAYBOOK`.';
    const why = reason.join(' ');
    const started = await operations.startDrill({ ...caller, playbook, ...(why === '' ? {} : { reason: why }) });
    if (!started.ok) return refused(started.error);
    const { run, incident } = started.value;
    return `[DRILL] Started ${oneLine(playbook, 100)} for #${incident.number}: ${code(run.runId)}.`;
  },
});
