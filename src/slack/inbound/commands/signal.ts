// The command `signal`. Holds no rule.
import { code } from '../../text.ts';
import { firstOther, runMeant } from '../run-meant.ts';
import { defineCommand } from '../surface.ts';
import { refused } from '../words.ts';

/** The command. */
export const signal = defineCommand({
  name: 'signal',
  usage: 'signal [RUN] NAME',
  about: 'give a run what a step of it waits for',
  group: 'Runs',
  right: 'order',
  where: 'anywhere',
  async run(call, context) {
    const meant = await runMeant(call, context);
    const name = firstOther(call.words);
    if (!meant || !name) return `Say which run and which signal: \`${context.command} signal run_… NAME\`.`;
    const { runId } = meant.run;
    const result = await context.operations.signalRun({ ...call.caller, runId, name, data: null });
    return result.ok ? `Signal ${code(name, 80)} given to ${code(runId)}.` : refused(result.error);
  },
});
