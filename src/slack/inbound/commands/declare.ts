// The command `declare`. Holds no rule.
import { declareModal, usualSeverity } from '../../views/declare-modal.ts';
import { defineCommand } from '../surface.ts';
import { refused } from '../words.ts';

/** The command. */
export const declare = defineCommand({
  name: 'declare',
  usage: 'declare [TITLE]',
  about: 'open an incident by hand',
  group: 'Incident',
  right: 'respond',
  where: 'anywhere',
  async run({ words, caller, channelId, triggerId }, { operations, openForm }) {
    const title = words.join(' ');
    if (title === '') return openForm(triggerId, declareModal({ channelId }));
    const result = await operations.declare({ ...caller, title, severity: usualSeverity });
    if (!result.ok) return refused(result.error);
    return `You opened #${result.value.number}; its channel is on the way.`;
  },
});
