// What the core knows of the actions: data that comes in with every decision. The core names no action; it goes by their kinds.
import type { Json, JsonObject } from '../json.ts';
import type { ReplayPolicy, RetryPolicy, Risk } from './playbook.ts';

/**
 * Who carries an action out. `effect`: a worker calls it. The others are carried out by the engine itself, and it reads their
 * input: `timer` waits (`for`, or `signal` or `alertResolved` with `atMost`), `gate` is a decision of people and nothing else,
 * `playbook` is a run of another playbook (`playbook`, `inputs`).
 */
export type ActionKind = 'effect' | 'timer' | 'gate' | 'playbook';

/** How patient an action is with its target. Which errors are tried again is no matter of patience: that goes by their class. */
export type RetryPatience = Pick<RetryPolicy, 'maxAttempts' | 'maxDelayMs' | 'budgetMs'>;

/** What the core must know of an action. Its functions are pure, and answer for any JSON: inputs and templates alike. */
export type ActionTraits = {
  readonly name: string;
  readonly description: string;
  readonly kind: ActionKind;
  /** Whether the action can say for such an input if it took effect already. */
  readonly probes?: (input: Json) => boolean;
  /** Whether such an input only looks: then there is nothing to undo. Absent: it may change something. */
  readonly readsOnly?: (input: Json) => boolean;
  readonly replay: ReplayPolicy;
  /** For actions whose repeatability depends on the input, such as an HTTP method; sees the template. */
  readonly replayOf?: (input: Json) => ReplayPolicy;
  readonly risk: Risk;
  readonly timeoutMs: number;
  /** How often and how long a step is tried again that says nothing of it; absent: as with any target. */
  readonly retry?: RetryPatience;
  /** What is wrong with an input; also used on templates, whose expressions are not yet known. */
  readonly checkInput: (
    input: Json,
  ) => readonly { readonly path: readonly (string | number)[]; readonly message: string }[];
  /** What its output looks like, as JSON Schema; absent: nobody knows. */
  readonly outputShape?: JsonObject;
  /** What such an input acts on, as far as the action itself can say: what a circuit breaker counts. null: it cannot. */
  readonly target: (input: Json) => string | null;
  /** What such an input does, in one line for people: `$ servicectl restart checkout-api`. */
  readonly describe: (input: Json) => string;
};

/** What is known of the actions, by name. It comes in as data so that the core imports no action. */
export type ActionCatalog = ReadonlyMap<string, ActionTraits>;

/** Who carries a call out. An action that this Firebreak does not have is left to a worker that may have it. */
export const kindOf = (traits: ActionCatalog, { uses }: { readonly uses: string }): ActionKind =>
  traits.get(uses)?.kind ?? 'effect';
