// The commands of the kill switches: halt and release. Holds no rule.
import { nearest } from '../../../core/playbook/suggest.ts';
import type { PlaybookCatalog } from '../../../ports/ledger.ts';
import type { Operations } from '../../../ports/operations.ts';
import { code, oneLine } from '../../text.ts';
import { haltLine } from '../../views/wait-lines.ts';
import { refused, type SlashCommand } from '../command.ts';

/** What they need. */
export type BrakeCommandsDeps = {
  readonly operations: Pick<Operations, 'halt' | 'release' | 'killSwitches'>;
  readonly catalog: Pick<PlaybookCatalog, 'all' | 'byName'>;
  readonly command: string;
};

const everything = '*';
const named = (scope: string) => (scope === everything ? 'every playbook' : code(scope));

/** The commands by name. */
export function haltCommands({ operations, catalog, command }: BrakeCommandsDeps): {
  readonly [name: string]: SlashCommand;
} {
  const engaged = () => operations.killSwitches().map(haltLine).join('\n') || 'Nothing is halted.';
  const isScope = (word: string) => word === everything || catalog.byName(word) !== undefined;
  return {
    halt: {
      usage: 'halt [PLAYBOOK] REASON',
      about: 'let nothing start, of one playbook or of all; what is under way goes on',
      async run({ words, caller }) {
        const [first = '', ...rest] = words;
        if (first === '') return `${engaged()}\nTo halt, write \`${command} halt [PLAYBOOK] REASON\`.`;
        const names = catalog.all().map(({ name }) => name);
        const near = isScope(first) ? '' : nearest(first, names);
        if (near !== '') return `There is no playbook ${code(first, 80)}${near} Nothing was halted by this.`;
        const [scope, reason] = isScope(first) ? [first, rest.join(' ')] : [everything, words.join(' ')];
        if (reason === '') return `Write the reason behind it: \`${command} halt ${oneLine(first, 80)} REASON\`.`;
        const result = await operations.halt({ ...caller, scope, reason });
        if (!result.ok) return refused(result.error);
        const back = scope === everything ? '' : ` ${oneLine(scope, 80)}`;
        return `Halted: nothing of ${named(scope)} starts from now on; what is under way goes on. \`${command} release${back}\` lifts it.`;
      },
    },
    release: {
      usage: 'release [PLAYBOOK]',
      about: 'lift a halt',
      async run({ words: [scope = everything], caller }) {
        const result = await operations.release({ ...caller, scope });
        return result.ok ? `Released: ${named(scope)} may start again.` : `${refused(result.error)}\n${engaged()}`;
      },
    },
  };
}
