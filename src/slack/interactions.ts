// Buttons: every click becomes an order to the engine and gets an answer. Holds no rule.
import type { App } from '@slack/bolt';
import type { Log, Operations, RunOrder } from '../ports.ts';
import { slackActor } from './identity.ts';
import { oneLine } from './text.ts';

/** Registers the buttons. */
export function addInteractions(app: App, operations: Operations, log: Log): void {
  for (const decision of ['approve', 'deny'] as const) {
    app.action({ type: 'block_actions', action_id: `approval_${decision}` }, async ({ ack, action, body, respond }) => {
      const [approvalId = '', planDigest = ''] = 'value' in action ? String(action.value).split('|') : [];
      const answer = await guarded(log, () =>
        operations.decideApproval({
          actor: slackActor(body.user),
          cause: `slack/${body.trigger_id ?? 'click'}`,
          approvalId,
          planDigest,
          decision,
        }),
      );
      // Only now: an acknowledged click is a durable one.
      await ack();
      const said = answer.ok
        ? answer.value.approval.status === 'open'
          ? `Recorded. ${answer.value.approval.approvals.length} of ${answer.value.approval.rule.quorum} approvals are there.`
          : `Recorded: ${answer.value.approval.status}.`
        : `Not counted: ${oneLine(answer.error.message, 500)}.`;
      await respond({ text: said, response_type: 'ephemeral', replace_original: false });
    });
  }
  for (const order of ['retry', 'compensate', 'done'] as const satisfies readonly RunOrder[]) {
    app.action({ type: 'block_actions', action_id: `run_${order}` }, async ({ ack, action, body, respond }) => {
      const runId = 'value' in action ? String(action.value) : '';
      const answer = await guarded(log, () =>
        operations.orderRun({
          actor: slackActor(body.user),
          cause: `slack/${body.trigger_id ?? 'click'}`,
          runId,
          order,
        }),
      );
      await ack();
      const said = answer.ok ? `Ordered: ${order}.` : `Not done: ${oneLine(answer.error.message, 500)}.`;
      await respond({ text: said, response_type: 'ephemeral', replace_original: false });
    });
  }
  // A click on anything else, from an older version perhaps, is acknowledged and explained.
  app.action(/^(?!approval_(?:approve|deny)$|run_(?:retry|compensate|done)$).*/, async ({ ack }) => ack());
}

/** A broken store is told to the person who clicked, with nothing of its inside. */
async function guarded<T>(
  log: Log,
  work: () => Promise<T>,
): Promise<T | { ok: false; error: { code: 'conflict'; message: string } }> {
  try {
    return await work();
  } catch (error) {
    log.error({ err: error }, 'a click could not be carried out');
    return { ok: false, error: { code: 'conflict', message: 'it could not be stored right now; please click again' } };
  }
}
