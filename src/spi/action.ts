// What an action is given and what it answers.
import type { z } from 'zod';
import type { StepError } from '../core/events.ts';
import type { Json } from '../core/json.ts';
import type { ActionTraits } from '../core/playbook/action-traits.ts';
import type { Result } from '../core/result.ts';
import type { Calls } from '../core/trace/calls.ts';
import type { TracePlace } from '../core/trace/place.ts';
import type { Log, Secrets } from '../ports/runtime.ts';

/** What an action is given. */
export type ActionContext = {
  /** Ends the action: timeout, cancel or shutdown. */
  readonly signal: AbortSignal;
  readonly idempotencyKey: string;
  readonly attempt: number;
  readonly runId: string;
  readonly step: string;
  readonly incident: { readonly id: string; readonly number: number; readonly channelId: string | null };
  /**
   * To be called immediately before every outside call: before each request, also that of a redirect, before a program is started, after
   * every pause. The engine has called it before the action; a process may be stopped at any point, and must not act when it wakes.
   * @throws Error if this worker may no longer act; whatever the action makes of that, its step ends there
   */
  readonly fence: () => void;
  /**
   * Why a host may not be reached, or a command not be run, in the environment of the step; null: it may. To be asked for every host, that
   * of a redirect too, and every command. Absent: there are no such limits.
   */
  readonly refuses?: (used: { readonly host?: string; readonly command?: string }) => string | null;
  /** What goes out with its calls, and where they are traced. A playbook's own header or variable wins. */
  readonly calls: Calls;
  readonly log: Log;
  readonly chat: Chat | null;
  /**
   * The secrets of the configuration that the action declares under `credentials`; undefined: it is not configured.
   * @throws Error for any other name: that is a bug in the action
   */
  readonly secrets: Secrets;
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

/** What is wrong with an input, and where in it. */
export type InputFault = { readonly path: readonly (string | number)[]; readonly message: string };

/** An action with the settings of this installation, as the engine calls it. */
export type Action = ActionTraits & {
  /**
   * What the settings will refuse of an input whatever its expressions yield; absent: nothing can be said. Gets the template of an
   * input, and may get any JSON.
   */
  readonly refuses?: (input: Json) => readonly InputFault[];
  /** Names of the secrets it may ask its context for. */
  readonly credentials: readonly string[];
  readonly run: (input: Json, context: ActionContext) => Promise<ActionResult>;
  /** Asks the target whether it has acted already; changes nothing. */
  readonly probe?: (input: Json, context: ActionContext) => Promise<ProbeResult>;
};

/** What an action may have to know of where it works. */
export type Installation = {
  /** Files and folders of Firebreak's own: keys, passwords, the database; absolute. What an action starts has no business there. */
  readonly privatePaths: readonly string[];
};

/** An action as it stands in the list, before it has its settings (see actions/action.ts for how one is defined). */
export type ActionDefinition = ActionTraits & {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  /** A valid input, used by contract tests and documentation. */
  readonly sample: Json;
  /** Markdown for people who write playbooks, under the headings Input, Output, Example, Replay, Risk (and Settings). */
  readonly docs: string;
  /** Its section is `actions.<section>` in firebreak.yaml; null: it has none. Actions that share one share its schema. */
  readonly section: string | null;
  /** Parses the section; `{}` is always a valid one. */
  readonly settings: z.ZodType;
  readonly credentials: readonly string[];
  /** The action with its settings, as `settings` has parsed them, in an installation; without one it stands alone, as in tests. */
  readonly configure: (settings: unknown, installation?: Installation) => Action;
};

/** Posts into Slack on behalf of an action; the same key never posts twice. */
export type Chat = {
  readonly post: (message: {
    channel: string;
    text: string;
    key: string;
    /** Called at the last moment before it is posted. */
    fence: () => void;
    /** The span it is posted in. */
    place: TracePlace;
  }) => Promise<Result<{ channelId: string; ts: string }, StepError>>;
};
