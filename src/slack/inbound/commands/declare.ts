// The command `declare`. Holds no rule.
import { declareModal, usualSeverity } from '../../views/declare-modal.ts';
import { defineCommand } from '../surface.ts';
import { declaredText, refused } from '../words.ts';

/** Slack makes a dash of two hyphens on many a keyboard. */
const privateFlag = /^(?:--|[–—])private$/;

/** The command. */
export const declare = defineCommand({
  name: 'declare',
  usage: 'declare [--private] [TITLE]',
  about: 'open an incident by hand; a private one is there for those in its channel alone',
  group: 'Incident',
  right: 'respond',
  where: 'anywhere',
  opensForm: 'alone',
  async run({ words, caller, channelId, triggerId }, { operations, openForm }) {
    const isPrivate = words.some((word) => privateFlag.test(word));
    const title = words.filter((word) => !privateFlag.test(word)).join(' ');
    if (title === '') return openForm(triggerId, declareModal({ channelId, isPrivate }));
    const privateTo = isPrivate ? [] : undefined;
    const result = await operations.declare({ ...caller, title, severity: usualSeverity, privateTo });
    return result.ok ? declaredText(result.value) : refused(result.error);
  },
});
