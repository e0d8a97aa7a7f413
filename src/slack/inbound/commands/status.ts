// The command `status`. Holds no rule.
import { waitingFor } from '../../../core/run/owed.ts';
import { isTerminal } from '../../../core/run/state.ts';
import { code, oneLine } from '../../text.ts';
import { statusText } from '../../views/run-message.ts';
import { haltLine, haltsOf, waitLine } from '../../views/wait-lines.ts';
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
    const waits = [...haltsOf(run.playbook.name, switches).map(haltLine), ...waitingFor(run).map(waitLine)];
    return [
      `${code(run.runId)} of ${oneLine(run.playbook.name)}: *${statusText(run)}*`,
      ...waits.map((line) => `• ${line}`),
    ].join('\n');
  },
});
