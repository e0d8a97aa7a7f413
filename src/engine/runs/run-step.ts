// One attempt of one action: bounded in time, cancellable, verified, its evidence kept, its output redacted and bounded. Appends nothing.

import type { StepError } from '../../core/events.ts';
import type { Captured } from '../../core/evidence/captured.ts';
import type { Json } from '../../core/json.ts';
import { outputFault } from '../../core/playbook/output-schema.ts';
import { evaluateUntil, renderInput, renderVerify, stepById, type Unmasking } from '../../core/playbook/plan.ts';
import type { ActionCall, Playbook } from '../../core/playbook/playbook.ts';
import type { CompiledRulebook } from '../../core/policy/judge.ts';
import { bounded, type Redactor } from '../../core/redact.ts';
import { probeUnclear } from '../../core/run/decide.ts';
import { boundedOutput } from '../../core/run/failed-output.ts';
import { callOf } from '../../core/run/flow.ts';
import { isUndo, nodeOf, type RunState, stepOf } from '../../core/run/state.ts';
import type { Masker } from '../../core/secret/masker.ts';
import { callsOf } from '../../core/trace/calls.ts';
import type { Artifacts } from '../../ports/ledger.ts';
import type { Log, Runtime, Secrets } from '../../ports/runtime.ts';
import type { Tracing } from '../../ports/tracing.ts';
import type { Action, ActionContext, ActionResult, Chat } from '../../spi/action.ts';
import { type LeaseHold, LeaseOverError } from '../lease.ts';
import { type ActLimits, limitsOf } from '../policy/act-limits.ts';
import { boundedSignal } from './bounded-signal.ts';
import { captureEvidence } from './capture-evidence.ts';
import type { StepAbort } from './step-abort.ts';

/** What running a step needs. */
export type StepDeps = {
  readonly actions: ReadonlyMap<string, Action>;
  readonly secrets: Secrets;
  /** The rules in force; absent: nothing is ruled. */
  readonly rules?: () => CompiledRulebook;
  readonly artifacts: Artifacts;
  /** For what later steps use: nothing is guessed. */
  readonly masker: Masker;
  /** For what is only shown. */
  readonly redact: Redactor;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly tracing: Tracing;
  readonly chat: () => Chat | null;
};

/** One started attempt. */
export type Attempt = {
  readonly playbook: Playbook;
  readonly run: RunState;
  /** Node key. */
  readonly step: string;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly channelId: string | null;
  /** What ends its action. */
  readonly abort: Pick<StepAbort, 'isAborted' | 'signal'>;
  /** The right to act; looked at before every call. */
  readonly hold: LeaseHold;
  /** Records that the action itself is done before its verification begins. */
  readonly acted: (output: Json) => Promise<void>;
};

/** How an attempt ended. */
export type AttemptResult = Captured &
  (
    | { readonly outcome: 'succeeded'; readonly output: Json }
    | { readonly outcome: 'failed'; readonly error: StepError }
  );

/** What is known of a try before its evidence is kept. `whole`: its output unshortened, masked; of a failure, if there is any. */
type Tried =
  | { readonly outcome: 'succeeded'; readonly output: Json; readonly whole: Json }
  | { readonly outcome: 'failed'; readonly error: StepError; readonly whole?: Json };

/** `output`: what explains it, redacted already. */
function failed(kind: StepError['class'], code: string, message: string, output?: Json, whole = output) {
  const error = { class: kind, code, message };
  if (output === undefined || whole === undefined) return { outcome: 'failed' as const, error };
  return { outcome: 'failed' as const, error: { ...error, output: boundedOutput(output) }, whole };
}

/** An action's error as it may be stored. Redacted before it is shortened: a part of a secret is not recognised any more. */
function storable(error: StepError, redact: Redactor): StepError {
  const shown = { ...error, message: redact.text(error.message) };
  return error.output === undefined ? shown : { ...shown, output: boundedOutput(redact(error.output as Json)) };
}

const unmasking = ({ masker }: StepDeps, { secrets }: ActLimits): Unmasking => ({
  secret: secrets,
  restore: masker.restore,
});

/** An output as it is stored and as later steps see it: masked before it is shortened, and nothing of it guessed at. */
function kept({ masker }: StepDeps, output: Json): Tried & { outcome: 'succeeded' } {
  const whole = masker.incoming(output);
  return { outcome: 'succeeded', output: bounded(whole), whole };
}

/**
 * Runs one attempt to its end. What an action throws is a failure of the step.
 * @throws LeaseOverError, and nothing else, if the worker lost its lease: it acts no more, and what is to become of the step is for others
 */
export async function runStep(deps: StepDeps, attempt: Attempt): Promise<AttemptResult> {
  const limits = limitsOf(deps, attempt);
  const tried = unlessRefused(await tryStep(deps, { ...attempt, limits }), limits);
  const { artifacts, uncaptured } = isUndo(attempt.step)
    ? { artifacts: [], uncaptured: [] }
    : await captureEvidence(deps, attempt, tried.whole);
  return tried.outcome === 'succeeded'
    ? { outcome: 'succeeded', output: tried.output, artifacts, uncaptured }
    : { outcome: 'failed', error: tried.error, artifacts, uncaptured };
}

/** What may not be used where the step acts is why it failed, whatever else is said of it. */
function unlessRefused(tried: Tried, { refused }: ActLimits): Tried {
  const why = refused();
  return why === null || tried.outcome === 'succeeded' ? tried : failed('denied', 'not_in_environment', why);
}

/** An attempt with what it may use. */
type Limited = Attempt & { readonly limits: ActLimits };

async function tryStep(deps: StepDeps, attempt: Limited): Promise<Tried> {
  const { playbook, run, step: key } = attempt;
  const step = stepById(playbook, stepOf(key));
  const call = callOf(playbook, key);
  if (!step || !call) return failed('invalid', 'unknown_step', `the playbook has no step ${key}`);
  const node = nodeOf(run, key);
  const done = node.status === 'running' ? node.acted : null;
  const input = renderInput(playbook, run, key, unmasking(deps, attempt.limits));
  if (!input.ok) return failed('invalid', 'render_failed', input.error);
  let tried: Tried & { outcome: 'succeeded' };
  if (done) tried = { outcome: 'succeeded', output: done.output, whole: done.output };
  else {
    const probed = node.status === 'running' && node.probe ? await probe(deps, attempt, call, input.value) : null;
    const result = probed ?? (await callAction(deps, attempt, call.uses, input.value, call.timeoutMs));
    if (result.outcome === 'failed') return result;
    tried = kept(deps, result.output);
  }
  if (step.verify && !isUndo(key)) {
    if (!done && step.verify.uses !== null) await attempt.acted(tried.output);
    const verified = await verify(deps, attempt, tried);
    if (verified.outcome === 'failed') return verified;
    if (step.verify.uses === null) tried = verified;
  }
  const { output } = tried;
  const fault = step.outputSchema === null || isUndo(key) ? null : outputFault(step.outputSchema, output);
  if (fault !== null) {
    // It did take effect, so it is something to undo.
    if (!done) await attempt.acted(output);
    return failed('invalid', 'output_mismatch', `the output does not fit its schema: ${fault}`, output);
  }
  return tried;
}

/** What an action answered; its output as it gave it, what explains a failure masked. */
type Called = Extract<ActionResult, { outcome: 'succeeded' }> | (Tried & { outcome: 'failed' });

/** What the action's own probe says; null: it did not take effect, so it is to be called. */
async function probe(deps: StepDeps, attempt: Limited, call: ActionCall, input: Json): Promise<Called | null> {
  const action = deps.actions.get(call.uses);
  const unclear = (message: string) => failed('unknown_outcome', probeUnclear, message);
  if (!action?.probe) return unclear(`${call.uses} has no probe`);
  const { bound, context } = contextOf(deps, attempt, { action, timeoutMs: call.timeoutMs });
  try {
    attempt.hold.fence();
    const said = await action.probe(input, context);
    if (said.outcome === 'done') return { outcome: 'succeeded', output: said.output };
    return said.outcome === 'not_done' ? null : unclear(deps.redact.text(said.message));
  } catch (error) {
    if (error instanceof LeaseOverError) throw error;
    return unclear(deps.redact.text(error instanceof Error ? error.message : String(error)));
  } finally {
    bound.release();
  }
}

function contextOf(deps: StepDeps, attempt: Limited, { action, timeoutMs }: { action: Action; timeoutMs: number }) {
  const bound = boundedSignal(attempt.abort, timeoutMs);
  const { nowMs, monotonicMs, newId } = deps.runtime;
  const { runId } = attempt.run;
  const context: ActionContext = {
    get signal() {
      return bound.signal();
    },
    idempotencyKey: attempt.idempotencyKey,
    attempt: attempt.attempt,
    runId,
    step: attempt.step,
    incident: { id: attempt.run.incidentId, number: attempt.run.incident.number, channelId: attempt.channelId },
    fence: attempt.hold.fence,
    refuses: attempt.limits.refuses,
    calls: callsOf(
      { ...deps.tracing, nowMs, monotonicMs, newId: () => newId('cmd') },
      { runId, step: attempt.step, attempt: attempt.attempt },
    ),
    log: deps.log,
    chat: deps.chat(),
    secrets(name) {
      if (action.credentials.includes(name)) return attempt.limits.secrets(name);
      throw new Error(`${action.name} asks for the secret ${name}, which is not among the credentials it declares`);
    },
  };
  return { bound, context };
}

async function callAction(
  deps: StepDeps,
  attempt: Limited,
  uses: string,
  input: Json,
  timeoutMs: number,
): Promise<Called> {
  const action = deps.actions.get(uses);
  if (!action) return failed('invalid', 'unknown_action', `this Firebreak has no action ${uses}`);
  const { bound, context } = contextOf(deps, attempt, { action, timeoutMs });
  try {
    attempt.hold.fence();
    const result = await action.run(input, context);
    // Whatever the action made of it.
    if (attempt.hold.isLost()) throw new LeaseOverError(`the lease was over before ${uses} had done all its calls`);
    if (result.outcome === 'succeeded') return result;
    const error = storable(result.error, deps.redact);
    const ended = {
      outcome: 'failed' as const,
      error: bound.isOver() ? { ...error, class: 'timeout' as const } : error,
    };
    const { output } = result.error;
    return output === undefined ? ended : { ...ended, whole: deps.masker.incoming(output as Json) };
  } catch (error) {
    if (error instanceof LeaseOverError) throw error;
    deps.log.error(
      { err: error, action: uses, runId: attempt.run.runId },
      'an action threw; that is a bug in the action',
    );
    const message = deps.redact.text(error instanceof Error ? error.message : String(error));
    return failed(bound.isOver() ? 'timeout' : 'unknown_outcome', 'action_threw', message);
  } finally {
    bound.release();
  }
}

/** Polls until the condition holds or time is up. The first poll comes at once. */
async function verify(deps: StepDeps, attempt: Limited, first: Tried & { outcome: 'succeeded' }): Promise<Tried> {
  const { playbook, run, step: key } = attempt;
  const step = stepById(playbook, stepOf(key));
  if (!step?.verify) return first;
  const { until, everyMs, withinMs, uses } = step.verify;
  const endsAtMs = deps.runtime.monotonicMs() + withinMs;
  let seen = first;
  let explains: { readonly shown: Json; readonly whole: Json } = { shown: first.output, whole: first.whole };
  let last = '';
  for (let poll = 0; ; poll++) {
    if (poll > 0 || uses !== null) {
      const input = renderVerify(playbook, run, key, unmasking(deps, attempt.limits));
      if (!input.ok) return failed('invalid', 'render_failed', input.error);
      const result = await callAction(
        deps,
        attempt,
        uses ?? step.uses,
        input.value,
        Math.max(1, endsAtMs - deps.runtime.monotonicMs()),
      );
      if (result.outcome === 'succeeded') seen = kept(deps, result.output);
      explains =
        result.outcome === 'succeeded' || result.whole === undefined
          ? { shown: seen.output, whole: seen.whole }
          : { shown: (result.error.output as Json | undefined) ?? seen.output, whole: result.whole };
      last = result.outcome === 'failed' ? result.error.message : '';
    }
    if (last === '') {
      const holds = evaluateUntil(until, run, key, seen.output);
      if (holds.ok && holds.value) return seen;
      last = holds.ok ? 'the condition does not hold' : holds.error;
    }
    if (attempt.abort.isAborted())
      return failed('timeout', 'cancelled', 'ended while verifying', explains.shown, explains.whole);
    if (deps.runtime.monotonicMs() + everyMs > endsAtMs)
      return failed(
        'conflict',
        'verify_failed',
        `not verified in time: ${until}: ${last}`,
        explains.shown,
        explains.whole,
      );
    await pause(everyMs, attempt.abort.signal());
    last = '';
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
