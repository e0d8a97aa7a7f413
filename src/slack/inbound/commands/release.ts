// The command `release`: at once where it is said what, else a form asks. Holds no rule.
import { releasedWords } from '../../views/halt-modal.ts';
import { askRelease } from '../ask-release.ts';
import { defineCommand } from '../surface.ts';
import { refused } from '../words.ts';

/** The command. */
export const release = defineCommand({
  name: 'release',
  usage: 'release [PLAYBOOK]',
  about: 'lift a halt',
  group: 'Automation',
  right: 'operate',
  where: 'anywhere',
  opensForm: true,
  async run({ words: [scope], caller, channelId, triggerId }, context) {
    if (scope === undefined) return askRelease({ scope: null, caller, channelId, triggerId }, context);
    const result = await context.operations.release({ ...caller, scope });
    return result.ok ? releasedWords(scope) : refused(result.error);
  },
});
