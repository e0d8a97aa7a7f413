// The command `status`. Holds no rule.
import { isTerminal } from '../../../core/run/state.ts';
import { pinnedPlaybook } from '../../outbound/shown-beside.ts';
import { code } from '../../text.ts';
import { runTitle } from '../../views/run-message.ts';
import { runWords, stateText } from '../../views/states.ts';
import { allWaitLines, haltLine, haltsOf } from '../../views/wait-lines.ts';
import { runMeant } from '../run-meant.ts';
import { defineCommand } from '../surface.ts';

/** The command. */
export const status = defineCommand({
  name: 'status',
  usage: 'status [RUN]',
  about: 'where a run stands and what it waits for',
  group: 'Look',
  right: 'view',
  where: 'anywhere',
  async run(call, context) {
    const meant = await runMeant(call, context);
    if (!meant) return 'There is no such run here.';
    const { run } = meant;
    const switches = isTerminal(run.status) ? [] : context.operations.killSwitches();
    const playbook = await pinnedPlaybook(context.versions, run.playbook.digest);
    const waits = [...haltsOf(run.playbook.name, switches).map(haltLine), ...allWaitLines(run, playbook)];
    return [
      `${runTitle(run)}: ${stateText(runWords(run))}  ·  ${code(run.runId)}`,
      ...waits.map((line) => `• ${line}`),
    ].join('\n');
  },
});
