// The rules of a run: what a command makes happen, or why it is refused. Pure; argument order is (state, command) so that
// it reads like evolve(state, event).
import type { Actor, ArtifactRef, Recorded, RunEvent, StepError, Uncaptured } from '../events.ts';
import { type Captured, shownEvidence } from '../evidence/captured.ts';
import type { Json } from '../json.ts';
import type { Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { StepUp } from '../step-up/assertion.ts';
import { elapsedMs } from '../time.ts';
import { advance } from './advance.ts';
import { type ApprovalOrder, attendApproval } from './attend-approval.ts';
import { type BreakGlass, breakGlass } from './break-glass.ts';
import { decideApproval } from './decide-approval.ts';
import { decideOrder } from './decide-order.ts';
import { type DecisionContext, type OpenedRun, openDraft, type RunDraft, recordFailure, refuse } from './draft.ts';
import { callOf } from './flow.ts';
import { except, ruleOrder } from './govern-order.ts';
import { lapseDelegation } from './lapse-delegation.ts';
import { type OutsideFinding, recordOutside } from './record-outside.ts';
import { decideRetry } from './retry.ts';
import { isTerminal, nodeOf, type RunState } from './state.ts';

type Reported = { readonly step: string; readonly attempt: number; readonly fence: number; readonly worker: string };

/** What can be asked of a run. */
export type RunCommand =
  /** A timer may be due, a worker may have room: do what follows. */
  | { readonly type: 'advance' }
  /** A queued run takes its concurrency key; the ledger refuses it while another run has it. */
  | { readonly type: 'admit' }
  /** Something from outside that a step may wait for. */
  | { readonly type: 'signal'; readonly name: string; readonly data: Json }
  /** The action of a step is done; its verification is still to come. */
  | (Reported & { readonly type: 'record_acted'; readonly output: Json })
  | (Reported & {
      readonly type: 'record_success';
      readonly output: Json;
      readonly artifacts: readonly ArtifactRef[];
      readonly uncaptured?: readonly Uncaptured[];
    })
  | (Reported & {
      readonly type: 'record_failure';
      readonly error: StepError;
      readonly random: number;
      readonly evidence?: Captured;
    })
  /** The worker of a started step is gone. */
  | { readonly type: 'abandon'; readonly step: string; readonly fence: number; readonly reason: string }
  | {
      readonly type: 'approve' | 'deny';
      readonly approvalId: string;
      /** Names in the rule that the actor belongs to at this moment. */
      readonly as: readonly string[];
      readonly planDigest?: string | undefined;
      readonly reason?: string | undefined;
      readonly stepUp?: StepUp | undefined;
    }
  | ApprovalOrder
  /** Somebody with the right `bypass` lets no freeze hold this run any more. */
  | { readonly type: 'except'; readonly reason: string }
  | BreakGlass
  | OutsideFinding
  | {
      readonly type: 'retry' | 'compensate' | 'cancel' | 'pause' | 'resume' | 'done';
      readonly step?: string | undefined;
      readonly reason?: string | undefined;
    };

/** What a command makes happen. No events: it was right but changes nothing. */
export type RunDecision = {
  /** Of this run first, then those that open others. */
  readonly events: readonly Recorded<RunEvent>[];
  /** The run after its events: they are folded here, once, and nowhere again. */
  readonly state: RunState;
  readonly opened: readonly OpenedRun[];
};

/** The decision, or why the command is refused. */
export type Decision = Result<RunDecision, Refusal>;

/** Decides one command. Never throws for anything a person, a target or a duplicate message can cause. */
export function decide(state: RunState, command: RunCommand, context: DecisionContext): Decision {
  const draft = openDraft(state, context);
  const refusal = apply(draft, command, context);
  if (refusal) return err(refusal);
  if (!isTerminal(draft.state.status)) advance(draft);
  const { events, state: after, opened } = draft;
  return ok({ events: [...events, ...opened.flatMap((one) => one.events)], state: after, opened });
}

function apply(draft: RunDraft, command: RunCommand, { actor }: DecisionContext): Refusal | null {
  switch (command.type) {
    case 'advance':
      return null;
    case 'admit':
      if (draft.state.status === 'queued') draft.record({ type: 'run.admitted', data: { runId: draft.state.runId } });
      return null;
    case 'signal':
      return receiveSignal(draft, command.name, command.data, actor);
    case 'record_acted':
    case 'record_success':
    case 'record_failure':
      return report(draft, command);
    case 'abandon':
      return abandon(draft, command.step, command.fence, command.reason);
    case 'approve':
    case 'deny':
      lapseDelegation(draft, command.approvalId);
      return decideApproval(draft, { ...command, decision: command.type }, actor);
    case 'question':
    case 'reassign':
    case 'remind':
    case 'refresh':
      return attendApproval(draft, command, actor);
    case 'except':
      return except(draft, command.reason, actor);
    case 'bypass':
      return breakGlass(draft, command, actor);
    case 'record_gate':
    case 'record_notice':
    case 'fall_back':
      return recordOutside(draft, command);
    default:
      return ruleOrder(draft, command, actor) ?? decideOrder(draft, command, actor);
  }
}

function receiveSignal(draft: RunDraft, name: string, data: Json, actor: Actor): Refusal | null {
  if (isTerminal(draft.state.status)) return refuse('wrong_state', `the run has ended (${draft.state.status})`);
  draft.record({ type: 'run.signalled', data: { runId: draft.state.runId, name, data } }, actor);
  return null;
}

type Report = Extract<RunCommand, { type: 'record_acted' | 'record_success' | 'record_failure' }>;

/** Takes a worker's result if that worker still holds the step; a late one is written down and changes nothing. */
function report(draft: RunDraft, command: Report): Refusal | null {
  const { step, attempt, fence, worker } = command;
  const node = nodeOf(draft.state, step);
  const attemptOf = { runId: draft.state.runId, step, attempt };
  if (node.status !== 'running' || node.fence !== fence || node.attempt !== attempt) {
    const outcome = command.type === 'record_failure' ? command.error.class : command.type.slice('record_'.length);
    const late = { ...attemptOf, worker, outcome };
    const data = command.type === 'record_failure' ? { ...late, error: command.error } : late;
    draft.record({ type: 'step.late_result', data });
    return null;
  }
  const durationMs = elapsedMs(node.startedAt, draft.at);
  switch (command.type) {
    case 'record_acted':
      draft.record({ type: 'step.acted', data: { ...attemptOf, output: command.output } });
      return null;
    case 'record_success': {
      const { output, artifacts, uncaptured = [] } = command;
      const kept = { artifacts: [...artifacts], ...shownEvidence({ artifacts, uncaptured }) };
      const data = { durationMs, output, ...attemptOf, ...kept };
      draft.record({ type: 'step.succeeded', data });
      return null;
    }
    case 'record_failure':
      fail(draft, command, durationMs);
      return null;
  }
}

/** Retry, ask people, or give up: by the error's class and the step's policies alone. */
function fail(draft: RunDraft, command: Extract<Report, { type: 'record_failure' }>, durationMs: number): void {
  const { step, attempt, error } = command;
  const kept = shownEvidence(command.evidence);
  const node = nodeOf(draft.state, step);
  const call = callOf(draft.playbook, step);
  const attemptOf = { runId: draft.state.runId, step, attempt };
  const round = { tries: node.tries, firstStartedAt: node.firstStartedAt ?? draft.at };
  const mayGoOn = draft.state.status !== 'cancelling' && call !== null;
  // Trying again is safe only if the target is known not to have acted, or acts once per key.
  const unclear = error.class === 'unknown_outcome' || error.class === 'timeout';
  const listed = error.class === 'timeout' && call?.retry.on.includes('timeout') === true;
  const acted = node.status === 'running' && node.acted !== null;
  if (unclear && (acted || (!listed && call?.replay !== 'safe'))) {
    unknownOutcome(draft, step, { attempt, error, reason: error.message, probed: error.code === probeUnclear, kept });
    return;
  }
  const asTransient = error.class === 'unknown_outcome' ? { ...error, class: 'transient' as const } : error;
  const decision = mayGoOn ? decideRetry(call.retry, asTransient, round, draft.at, command.random) : null;
  if (decision?.outcome === 'retry') {
    const { retryAt, delayMs, reason } = decision;
    const data = { ...attemptOf, retryAt, delayMs, reason, error, durationMs, ...kept };
    draft.record({ type: 'step.retry_scheduled', data });
    return;
  }
  recordFailure(draft, step, attempt, error, durationMs, kept);
}

function abandon(draft: RunDraft, step: string, fence: number, reason: string): Refusal | null {
  const node = nodeOf(draft.state, step);
  if (node.status === 'running' && node.fence === fence) unknownOutcome(draft, step, { attempt: node.attempt, reason });
  return null;
}

/** Code of an error that says: the action's own probe could not tell either. */
export const probeUnclear = 'probe_unclear';

/** A step that its worker never outlives is tried this often in a round; then it is a matter for people. */
const maxRepeats = 10;

/** It is unknown whether the action took effect: repeat under the same key where that is safe, else ask people. */
function unknownOutcome(
  draft: RunDraft,
  step: string,
  known: {
    readonly attempt: number;
    readonly reason: string;
    readonly error?: StepError;
    readonly probed?: boolean;
    readonly kept?: ReturnType<typeof shownEvidence>;
  },
): void {
  const { attempt, reason, error, probed = false, kept = {} } = known;
  const node = nodeOf(draft.state, step);
  const acted = node.status === 'running' && node.acted !== null;
  const call = callOf(draft.playbook, step);
  const hopeful = node.tries < Math.max(maxRepeats, call?.retry.maxAttempts ?? 0);
  const itself = acted || call?.replay === 'safe' ? 'repeat' : call?.replay === 'probe' && !probed ? 'probe' : 'ask';
  const resolution = hopeful ? itself : 'ask';
  const data = { runId: draft.state.runId, step, attempt, reason, resolution, ...kept } as const;
  const { output } = error ?? {};
  draft.record({ type: 'step.outcome_unknown', data: output === undefined ? data : { ...data, output } });
}
