// Buttons: every click becomes an order to the engine and gets an answer. Holds no rule.
import type { App, BlockAction, BlockElementAction, SlackActionMiddlewareArgs } from '@slack/bolt';
import type { People } from '../../core/authority/membership.ts';
import type { Caller } from '../../core/authority/principal.ts';
import { isId } from '../../core/ids.ts';
import type { Approval } from '../../core/run/state.ts';
import type { Operations, RunOrder } from '../../ports/operations.ts';
import { slackPrincipal } from '../identity.ts';
import { oneLine } from '../text.ts';
import { readDecisionValue } from '../views/decision-value.ts';
import { type AnswerDeps, answer } from './answers.ts';
import type { Nudge } from './nudge.ts';

const decisions = ['approve', 'deny'] as const;
const orders = ['retry', 'compensate', 'done', 'cancel'] as const satisfies readonly RunOrder[];
const notOurs = new RegExp(`^(?!(?:approval_(?:${decisions.join('|')})|run_(?:${[...orders, 'nudge'].join('|')}))$)`);

/** Said of a button that no message of ours has. */
const unknownButton = 'This button is not one that Firebreak offers now. Look for a newer message.';

/** What buttons need. */
export type InteractionsDeps = AnswerDeps & {
  readonly operations: Operations;
  readonly people: People;
  readonly nudge: Nudge;
};

/** Registers the buttons. */
export function addInteractions(app: App, deps: InteractionsDeps): void {
  const { operations, nudge } = deps;
  type Work = (value: unknown, caller: Caller, channelId: string) => Promise<string>;
  const onClick = (actionId: string | RegExp, work: Work): void =>
    app.action<BlockAction>({ type: 'block_actions', action_id: actionId }, ({ ack, action, body, respond }) =>
      answer(deps, {
        ack,
        respond,
        work: () => work(carried(action), callerOf(body, deps.people), body.channel?.id ?? ''),
      }),
    );
  /** A button that says something to a run, by those who may. */
  const onRun = (name: string, work: (runId: string, caller: Caller, channelId: string) => Promise<string>): void =>
    onClick(`run_${name}`, async (runId, caller, channelId) => {
      if (typeof runId !== 'string' || !isId('run', runId)) return unknownButton;
      return work(runId, caller, channelId);
    });

  for (const decision of decisions)
    onClick(`approval_${decision}`, async (value, caller) => {
      const decided = readDecisionValue(value);
      if (!decided) return unknownButton;
      const result = await operations.decideApproval({ ...caller, ...decided, decision });
      return result.ok
        ? `Recorded: ${standing(result.value.approval)}.`
        : `Not counted: ${oneLine(result.error.message, 500)}.`;
    });
  for (const order of orders)
    onRun(order, async (runId, by) => {
      const result = await operations.orderRun({ ...by, runId, order });
      return result.ok ? `Ordered: ${order}.` : `Not done: ${oneLine(result.error.message, 500)}.`;
    });
  onRun('nudge', (runId, by, channelId) => nudge(runId, channelId, by));
  // From an older version perhaps.
  onClick(notOurs, async () => unknownButton);
}

/** Where an approval stands, in words; commands say it too. */
export function standing({ status, approvals, rule }: Approval): string {
  return status === 'open' ? `${approvals.length} of ${rule.quorum} approvals are there` : status;
}

type Click = SlackActionMiddlewareArgs<BlockAction>;

const carried = (action: BlockElementAction): unknown => ('value' in action ? action.value : undefined);

const callerOf = ({ user, trigger_id }: Click['body'], people: People): Caller => ({
  principal: slackPrincipal(user, people),
  cause: `slack/${trigger_id}`,
});
