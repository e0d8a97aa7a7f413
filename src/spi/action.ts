// What an action is given and what it answers.
import type { StepError } from '../core/events.ts';
import type { Json } from '../core/json.ts';
import type { ActionTraits } from '../core/playbook/playbook.ts';
import type { Result } from '../core/result.ts';
import type { Log } from '../ports/runtime.ts';

/** What an action is given. */
export type ActionContext = {
  /** Ends the action: timeout, cancel or shutdown. */
  readonly signal: AbortSignal;
  readonly idempotencyKey: string;
  readonly attempt: number;
  readonly runId: string;
  readonly step: string;
  readonly incident: { readonly id: string; readonly number: number; readonly channelId: string | null };
  readonly log: Log;
  readonly chat: Chat | null;
};

/** What an action answers. It throws only for bugs. */
export type ActionResult =
  | { readonly outcome: 'succeeded'; readonly output: Json }
  | { readonly outcome: 'failed'; readonly error: StepError };

/** Whether an action under the same key took effect, as far as its target can say. */
export type ProbeResult =
  | { readonly outcome: 'done'; readonly output: Json }
  | { readonly outcome: 'not_done' }
  | { readonly outcome: 'unclear'; readonly message: string };

/** An action as the engine sees it (see actions/action.ts for `defineAction`). */
export type Action = ActionTraits & {
  readonly sample: Json;
  readonly run: (input: Json, context: ActionContext) => Promise<ActionResult>;
  /** Asks the target whether it has acted already; changes nothing. */
  readonly probe?: (input: Json, context: ActionContext) => Promise<ProbeResult>;
};

/** Posts into Slack on behalf of an action; the same key never posts twice. */
export type Chat = {
  readonly post: (message: {
    channel: string;
    text: string;
    key: string;
  }) => Promise<Result<{ channelId: string; ts: string }, StepError>>;
};
