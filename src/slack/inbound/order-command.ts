// What the commands that order a run have in common. Holds no rule.
import type { RunOrder } from '../../ports/operations.ts';
import { redactedRun } from '../outbound/redacted.ts';
import { orderedWords, orderModal } from '../views/order-modal.ts';
import { BigOrder } from '../views/order-words.ts';
import { firstOther, runMeant } from './run-meant.ts';
import { defineCommand, type SlashCommand } from './surface.ts';
import { refused } from './words.ts';

/** A command that orders a run. One that changes much asks once more where the run was not named. */
export function orderCommand({
  order,
  about,
  takesStep = false,
}: {
  readonly order: RunOrder;
  readonly about: string;
  readonly takesStep?: boolean;
}): SlashCommand {
  const big = BigOrder.safeParse(order);
  return defineCommand({
    name: order,
    usage: takesStep ? `${order} [RUN] [STEP]` : `${order} [RUN]`,
    about,
    group: 'Runs',
    right: 'order',
    where: 'anywhere',
    ...(big.success ? { opensForm: true } : {}),
    async run(call, context) {
      const { words, caller, channelId, triggerId } = call;
      const meant = await runMeant(call, context);
      if (!meant) return `There is no such run here. Say which: \`${context.command} ${order} run_…\`.`;
      const { run, isNamed } = meant;
      if (big.success && !isNamed) {
        const shown = redactedRun(run, context.redact);
        return context.openForm(triggerId, orderModal({ run: shown, order: big.data, channelId }));
      }
      const step = takesStep ? firstOther(words) : undefined;
      const result = await context.operations.orderRun({
        ...caller,
        runId: run.runId,
        order,
        ...(step === undefined ? {} : { step }),
      });
      return result.ok ? orderedWords(order, result.value) : refused(result.error);
    },
  });
}
