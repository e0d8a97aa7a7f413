// Which runs are stuck: in one state for longer than twice its usual time, or than the SLA allows, or, where neither is known, than two hours.
// Usual times are passed in. Pure.
import type { Playbook } from '../playbook/playbook.ts';
import { assertNever } from '../result.ts';
import { elapsedMs } from '../time.ts';
import type { Waiting } from './owed.ts';
import { approvalOf, nodeOf, type RunState } from './state.ts';
import { type UsualTime, type UsualTimes, usualKey } from './usual.ts';

/** What is stuck where nothing says how long it may last. */
export const stuckAfterMs = 2 * 3_600_000;
/** Nothing is stuck before, however quick it usually is. */
export const stuckAtLeastMs = 60_000;
/** How many times its usual time a state may last. */
const usualTimes = 2;

/** What says that it lasts too long. `timer`: its time is over and it did not end. */
type StuckBecause = 'usual' | 'sla' | 'unknown' | 'timer';

/** One state that lasts too long. */
export type StuckState = {
  /** What it waits for. */
  readonly kind: Waiting['kind'];
  /** Key of the node; null: the run as a whole. */
  readonly step: string | null;
  readonly what: string;
  readonly since: string;
  readonly ageMs: number;
  /** How long it may last. */
  readonly limitMs: number;
  readonly because: StuckBecause;
  /** null: it is not known. */
  readonly usual: UsualTime | null;
  readonly who: readonly string[];
  /** Commands that help, the mildest first; `<run>` and the like are filled in. */
  readonly help: readonly string[];
};

/** In what runs are stuck, by run id; those that are not are left out. */
export type StuckStates = ReadonlyMap<string, readonly StuckState[]>;

/** What a run may be stuck in. */
export type StuckQuestion = {
  readonly run: RunState;
  /** What it waits for, as `standingOf` has it. */
  readonly waits: readonly Waiting[];
  /** What its playbook promises, in milliseconds; null: nothing. */
  readonly slaMs: number | null;
  readonly usual: UsualTimes;
  readonly at: string;
};

/** What a run that has not ended is at, as metrics name it: one that waits for people is at that, whatever else it does. */
export function standsAt({ status, paused, approvals }: Pick<RunState, 'status' | 'paused' | 'approvals'>): string {
  if (paused) return 'paused';
  const isAsking = status === 'running' && Object.values(approvals).some((one) => one.status === 'open');
  return isAsking ? 'awaiting_approval' : status;
}

/** The SLA of a playbook, as the question has it. */
export const slaOf = ({ sla }: Pick<Playbook, 'sla'>): number | null => sla?.completeWithinMs ?? null;

/** The states in which a run is stuck, the oldest first. That it is overdue is said alone only where no state of its own is. */
export function stuckStates(question: StuckQuestion): readonly StuckState[] {
  const found = question.waits.flatMap((wait) => stuckIn(question, wait) ?? []);
  const own = found.filter(({ kind }) => kind !== 'overdue');
  return (own.length > 0 ? own : found).toSorted((a, b) => b.ageMs - a.ageMs);
}

function stuckIn({ run, slaMs, usual: times, at }: StuckQuestion, wait: Waiting): StuckState | null {
  const { kind, step, what, since, who, until } = wait;
  const ageMs = elapsedMs(since, at);
  const usual = times.get(keyOf(run, wait) ?? '') ?? null;
  const { limitMs, because } =
    kind === 'timer' && until !== null
      ? { limitMs: elapsedMs(since, until) + stuckAtLeastMs, because: 'timer' as const }
      : kind === 'overdue'
        ? { limitMs: slaMs ?? 0, because: 'sla' as const }
        : limitOf(usual, slaMs);
  const isStuck = kind === 'overdue' || ageMs > limitMs;
  const help = helpFor(run, wait);
  return isStuck ? { kind, step, what, since, ageMs, limitMs, because, usual, who, help } : null;
}

/** The least that anything says. */
function limitOf(usual: UsualTime | null, slaMs: number | null): Pick<StuckState, 'limitMs' | 'because'> {
  const byUsual = usual && { limitMs: usualTimes * usual.medianMs, because: 'usual' as const };
  const bySla = slaMs === null ? null : { limitMs: slaMs, because: 'sla' as const };
  const least = byUsual && bySla ? (byUsual.limitMs <= bySla.limitMs ? byUsual : bySla) : (byUsual ?? bySla);
  const { limitMs, because } = least ?? { limitMs: stuckAfterMs, because: 'unknown' as const };
  return { limitMs: Math.max(stuckAtLeastMs, limitMs), because };
}

/** What its usual time is known by; null: of its kind nothing is usual. */
function keyOf(run: RunState, { kind, step }: Waiting): string | null {
  if (step === null) return null;
  switch (kind) {
    case 'approval':
      return usualKey('approval', step);
    case 'worker':
      // What nobody has taken yet is not at work.
      return nodeOf(run, step).status === 'running' ? usualKey('step', step) : null;
    case 'retry':
    case 'signal':
    case 'run':
      return usualKey('step', step);
    case 'timer':
    case 'decision':
    case 'paused':
    case 'queue':
    case 'halted':
    case 'overdue':
      return null;
    default:
      return assertNever(kind);
  }
}

/** What somebody can order about a wait; the orders themselves are refused or taken by their own rules. */
function helpFor(run: RunState, { kind, step }: Waiting): readonly string[] {
  const { runId } = run;
  const onStep = step === null ? '' : ` --step ${step}`;
  switch (kind) {
    case 'approval': {
      const id = (step === null ? null : approvalOf(nodeOf(run, step))) ?? runId;
      return [
        `firebreak approvals remind ${id}`,
        `firebreak approvals delegate ${id} <who>`,
        `firebreak approve ${id}`,
      ];
    }
    case 'signal': {
      const node = step === null ? null : nodeOf(run, step);
      const name = node?.status === 'waiting' ? (node.signal ?? '<name>') : '<name>';
      return [`firebreak signal ${runId} ${name}`, `firebreak cancel ${runId}`];
    }
    case 'decision':
      return step !== null && nodeOf(run, step).status === 'unknown'
        ? [`firebreak done ${runId}${onStep}`, `firebreak retry ${runId}${onStep}`, `firebreak cancel ${runId}`]
        : [`firebreak retry ${runId}${onStep}`, `firebreak compensate ${runId}`, `firebreak cancel ${runId}`];
    case 'paused':
      return [`firebreak resume ${runId}`, `firebreak cancel ${runId}`];
    case 'halted':
      return ['firebreak halted', 'firebreak release'];
    case 'worker':
      return step !== null && nodeOf(run, step).status !== 'running'
        ? ['firebreak doctor', `firebreak cancel ${runId}`]
        : [`firebreak runs show ${runId}`, `firebreak cancel ${runId}`];
    case 'run': {
      const node = step === null ? null : nodeOf(run, step);
      return [
        `firebreak runs show ${node?.status === 'delegated' ? node.childRunId : runId}`,
        `firebreak cancel ${runId}`,
      ];
    }
    case 'queue':
      return ['firebreak runs list --status running', `firebreak cancel ${runId}`];
    case 'retry':
    case 'timer':
    case 'overdue':
      return [`firebreak runs show ${runId}`, `firebreak cancel ${runId}`];
    default:
      return assertNever(kind);
  }
}
