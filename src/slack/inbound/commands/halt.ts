// The command `halt`: at once where playbook and reason are said, else a form asks. Holds no rule.
import { nearest } from '../../../core/playbook/suggest.ts';
import { code } from '../../text.ts';
import { everything, haltedWords, haltModal } from '../../views/halt-modal.ts';
import { scopesOf } from '../scopes.ts';
import { defineCommand } from '../surface.ts';
import { refused } from '../words.ts';

/** The command. */
export const halt = defineCommand({
  name: 'halt',
  usage: 'halt [PLAYBOOK REASON]',
  about: 'let nothing start, of one playbook or of all; what is under way goes on',
  group: 'Automation',
  right: 'operate',
  where: 'anywhere',
  opensForm: true,
  async run({ words, caller, channelId, triggerId }, context) {
    const { operations, catalog, command, openForm } = context;
    const [first = '', ...rest] = words;
    const isScope = first === everything || catalog.byName(first) !== undefined;
    // Everything at once is never halted by a line alone.
    if (isScope && first !== everything && rest.length > 0) {
      const result = await operations.halt({ ...caller, scope: first, reason: rest.join(' ') });
      return result.ok ? haltedWords(first, rest.join(' '), command) : refused(result.error);
    }
    const scopes = await scopesOf(caller.principal, context);
    if (!scopes.ok) return refused(scopes.error);
    const near = isScope || first === '' ? '' : nearest(first, scopes.value);
    // A word alone is no reason; several words are.
    const isUnknown = !isScope && first !== '' && (near !== '' || rest.length === 0);
    const now = operations.killSwitches().length === 0 ? ' Nothing is halted now.' : '';
    const form = haltModal({
      scopes: scopes.value,
      scope: isScope ? first : undefined,
      reason: rest.length === 0 ? '' : (isScope ? rest : words).join(' '),
      note: isUnknown ? `There is no playbook ${code(first, 80)}${near || '.'}${now}` : '',
      switches: operations.killSwitches(),
      channelId,
    });
    return openForm(triggerId, form);
  },
});
