// How an action is defined: `defineAction` for what a worker calls, `defineFlow` for what the engine carries out itself. One file
// per action; the contract tests cover it from the day it stands in index.ts.

import { z } from 'zod';
import type { StepError } from '../core/events.ts';
import { cleanText, type Json, type JsonObject, toJson } from '../core/json.ts';
import type { ActionKind, RetryPatience } from '../core/playbook/action-traits.ts';
import type { ReplayPolicy, Risk } from '../core/playbook/playbook.ts';
import { issuesOf } from '../core/schema-issues.ts';
import type {
  Action,
  ActionContext,
  ActionDefinition,
  ActionResult,
  Installation,
  ProbeResult,
} from '../spi/action.ts';
import { oneLine } from './words.ts';

/** What every action says of itself. `I`, `O`: schemas of its input and its output. */
type Description<I extends z.ZodType, O extends z.ZodType> = {
  /** `<vendor>.<verb>`. */
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  /** Markdown, see `ActionDefinition`. */
  readonly docs: string;
  readonly input: I;
  readonly output: O;
  /** A valid input, used by contract tests and documentation. */
  readonly sample: z.input<I>;
  /** What an input, or the template of one, does: one line for people. May get any JSON. */
  readonly describe: (input: Json) => string;
};

/** How an action works once it has its settings. */
type Performer<I extends z.ZodType, O extends z.ZodType> = {
  readonly run: (
    input: z.output<I>,
    context: ActionContext,
  ) => Promise<{ outcome: 'succeeded'; output: z.input<O> } | { outcome: 'failed'; error: StepError }>;
  /** See `Action`. */
  readonly refuses?: Action['refuses'];
  /** Asks the target whether it has acted already; changes nothing. With `probes`. */
  readonly probe?: (input: z.output<I>, context: ActionContext) => Promise<ProbeResult>;
};

/** An action that a worker calls, with the types of its input, output and settings. */
export type EffectDefinition<I extends z.ZodType, O extends z.ZodType, S extends z.ZodType> = Description<I, O> & {
  /** Whether such an input only looks; may get any JSON. */
  readonly readsOnly?: (input: Json) => boolean;
  /** Whether repeating it under the same key is harmless. */
  readonly replay: ReplayPolicy;
  readonly replayOf?: (input: Json) => ReplayPolicy;
  readonly risk: Risk;
  readonly timeoutMs: number;
  /** See `ActionTraits`. */
  readonly retry?: RetryPatience;
  /** Whether such an input says how to find out if it took effect; with `probe`. */
  readonly probes?: (input: Json) => boolean;
  /** What such an input acts on, if the action itself can say: its circuit breaker counts that. May get any JSON. */
  readonly target?: (input: Json) => string | null;
  /** Its section under `actions:` in the configuration, and the schema of that; `{}` must be valid. */
  readonly section?: string;
  readonly settings?: S;
  /** Names of the secrets it may ask its context for. */
  readonly credentials?: readonly string[];
  readonly configure: (settings: z.output<S>, installation: Installation) => Performer<I, O>;
};

/** An action that the engine carries out itself; only its input is described. */
export type FlowDefinition<I extends z.ZodType, O extends z.ZodType> = Description<I, O> & {
  readonly kind: Exclude<ActionKind, 'effect'>;
};

const noSettings = z.strictObject({});

/** Makes an action of a definition: input is checked before it runs; output is checked after, and made storable whatever bytes it came from. */
export function defineAction<I extends z.ZodType, O extends z.ZodType, S extends z.ZodType = typeof noSettings>(
  definition: EffectDefinition<I, O, S>,
): ActionDefinition {
  const traits = traitsOf(definition, 'effect', definition);
  const credentials = definition.credentials ?? [];
  return {
    ...traits,
    input: definition.input,
    output: definition.output,
    sample: toJson(definition.sample),
    docs: definition.docs,
    section: definition.section ?? null,
    settings: definition.settings ?? noSettings,
    credentials,
    configure(settings, installation = { privatePaths: [] }): Action {
      // The one place where the type is lost: the list holds actions whose settings differ.
      const performer = definition.configure(settings as z.output<S>, installation);
      const { refuses } = performer;
      return { ...traits, credentials, ...(refuses && { refuses }), ...callsOf(definition, performer) };
    },
  };
}

/** Makes an action of a definition that the engine carries out itself. */
export function defineFlow<I extends z.ZodType, O extends z.ZodType>(
  definition: FlowDefinition<I, O>,
): ActionDefinition {
  const traits = traitsOf(definition, definition.kind, {
    readsOnly: () => true,
    replay: 'safe',
    risk: 'low',
    timeoutMs: 1000,
  });
  const run = async () => failure('invalid', 'engine_only', 'this action is carried out by the engine');
  return {
    ...traits,
    input: definition.input,
    output: definition.output,
    sample: toJson(definition.sample),
    docs: definition.docs,
    section: null,
    settings: noSettings,
    credentials: [],
    configure: () => ({ ...traits, credentials: [], ...callsOf(definition, { run }) }),
  };
}

/** What its output looks like, as far as a schema can say it. */
const shapeOf = (output: z.ZodType): JsonObject =>
  z.toJSONSchema(output, { io: 'output', unrepresentable: 'any' }) as JsonObject;

type Behaviour = Pick<
  EffectDefinition<z.ZodType, z.ZodType, z.ZodType>,
  'readsOnly' | 'replay' | 'replayOf' | 'risk' | 'timeoutMs' | 'retry' | 'probes' | 'target'
>;

function traitsOf(about: Description<z.ZodType, z.ZodType>, kind: ActionKind, behaviour: Behaviour) {
  const { name, description, input: schema } = about;
  const outputShape = shapeOf(about.output);
  const { readsOnly, replay, replayOf, risk, timeoutMs, retry, probes, target } = behaviour;
  const traits = {
    name,
    description,
    kind,
    replay,
    risk,
    timeoutMs,
    outputShape,
    checkInput: (input: Json) =>
      issuesOf(schema.safeParse(input).error).map(({ path, message }) => ({ path: path.map(asKey), message })),
    target: (input: Json) => attempt(() => target?.(input)) ?? null,
    describe: (input: Json) => attempt(() => oneLine(about.describe(input))) || name,
  };
  const patient = retry ? { ...traits, retry } : traits;
  const looking = readsOnly ? { ...patient, readsOnly } : patient;
  const withReplay = replayOf ? { ...looking, replayOf } : looking;
  return probes ? { ...withReplay, probes } : withReplay;
}

function callsOf<I extends z.ZodType, O extends z.ZodType>(
  { name, input: schema, output }: Description<I, O>,
  performer: Performer<I, O>,
): Pick<Action, 'run' | 'probe'> {
  const { probe } = performer;
  const run = async (input: Json, context: ActionContext): Promise<ActionResult> => {
    const parsed = schema.safeParse(input);
    if (!parsed.success) {
      const faults = issuesOf(parsed.error).map(({ path, message }) => `${path.join('.') || 'with'}: ${message}`);
      return failure('invalid', 'invalid_input', `${name}: ${faults.join('; ')}`);
    }
    const result = await performer.run(parsed.data, context);
    return result.outcome === 'failed' ? result : { outcome: 'succeeded', output: toJson(output.parse(result.output)) };
  };
  if (!probe) return { run };
  return {
    run,
    async probe(input: Json, context: ActionContext): Promise<ProbeResult> {
      const parsed = schema.safeParse(input);
      return parsed.success
        ? probe(parsed.data, context)
        : { outcome: 'unclear', message: `${name}: the input does not fit` };
    },
  };
}

/** Words are worth no run: an action that fails at them has none, and its run goes on. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

const asKey = (key: PropertyKey): string | number => (typeof key === 'symbol' ? String(key) : key);

/**
 * A failed result. Messages go to people: they never carry a secret, and the first sentence says what is wrong. `output`: what
 * explains it, in the form that a success would have; the engine redacts and shortens it.
 */
export function failure(
  kind: StepError['class'],
  code: string,
  message: string,
  { retryAfterMs, output }: { readonly retryAfterMs?: number | undefined; readonly output?: unknown } = {},
): { outcome: 'failed'; error: StepError } {
  const error: StepError = { class: kind, code, message: cleanText(message) };
  if (retryAfterMs !== undefined) error.retryAfterMs = retryAfterMs;
  if (output !== undefined) error.output = toJson(output);
  return { outcome: 'failed', error };
}
