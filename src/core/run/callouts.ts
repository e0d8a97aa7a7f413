// What of a run needs a person now, one occurrence each: who is called is told of it anew, for an edit calls nobody. Follows from the
// states of the runs alone. Who is called and in which words is not decided here. Pure.
import { rungsSoFar } from '../approval/ladder.ts';
import type { Playbook } from '../playbook/playbook.ts';
import { addMs } from '../time.ts';
import { timeIsUp } from './advance.ts';
import { fatalFailures, findStep } from './flow.ts';
import { type Approval, approvalOf, isTerminal, isUndo, itemOf, nodeOf, type RunState, stepOf } from './state.ts';
import type { StuckState, StuckStates } from './stuck.ts';

/**
 * `failed`: the run failed, or is about to; `undo_failed`: it is half undone; `unclear`: whether a step took effect is unknown; `expired`:
 * nobody answered a request in time; `unanswered`: a request goes to further people; `stuck`: a failed step waits for a decision;
 * `overdue`: it takes longer than its playbook promises; `stalled`: one of its states lasts longer than it should, and none of the above
 * says so.
 */
export const calloutKinds = [
  'failed',
  'undo_failed',
  'unclear',
  'expired',
  'unanswered',
  'stuck',
  'overdue',
  'stalled',
] as const;
/** Of what kind an occurrence is. */
export type CalloutKind = (typeof calloutKinds)[number];

/** One occurrence. */
export type Callout = {
  readonly kind: CalloutKind;
  /** Names the occurrence among those of its kind and run, for ever. */
  readonly id: string;
  readonly since: string;
  /** Key of the node that it is about; null: the run as a whole. */
  readonly step: string | null;
  /** The request that it is about; null: none. */
  readonly approval: Approval | null;
  /** Who is called to that request. */
  readonly called?: readonly string[];
  /** The state that lasts too long. */
  readonly lasting?: StuckState;
  /** Occurrences of the same are one matter for people: items of one step. */
  readonly matter: string;
};

/** What an occurrence depends on besides the run. */
export type CalloutContext = {
  /** The version that the run is pinned to; null: it cannot be read, and what it says of its steps is not known. */
  readonly playbook: Playbook | null;
  /** The runs of the same incident. */
  readonly runs: readonly RunState[];
  readonly incident: 'open' | 'resolved' | 'closed';
  /** In what runs of the incident are stuck; absent: in nothing that is known. */
  readonly stuck?: StuckStates | undefined;
};

/** What needs a person now, the oldest first. What somebody cancelled or denied needs nobody, nor what may fail as planned. */
export function calloutsOf(run: RunState, context: CalloutContext): readonly Callout[] {
  return [
    ...ends(run, context),
    ...undoing(run, context),
    ...unclear(run),
    ...unanswered(run),
    ...stuck(run, context),
    ...overdue(run),
    ...stalled(run, context),
  ].toSorted((a, b) => a.since.localeCompare(b.since));
}

const aboutNode = (run: RunState, kind: CalloutKind, step: string, since: string): Callout => ({
  kind,
  id: `${since}/${step}/${nodeOf(run, step).round}`,
  since,
  step,
  approval: null,
  matter: `${kind}/${isUndo(step) ? 'undo/' : ''}${stepOf(step)}`,
});
const aboutRun = (kind: CalloutKind, since: string): Callout => ({
  kind,
  id: since,
  since,
  step: null,
  approval: null,
  matter: kind,
});

/** The code of a step that failed because a request for approval was denied, or expired. */
const denied = 'approval_denied';
const expired = 'approval_expired';

type Cause = 'people' | 'silence' | 'error';

/** Why a node failed: somebody wanted it so, nobody answered, or anything else. */
function causeOf(run: RunState, key: string, runs: readonly RunState[]): Cause {
  const node = nodeOf(run, key);
  if (node.status !== 'failed') return 'error';
  switch (node.error.code) {
    case denied:
      return 'people';
    case expired:
      return 'silence';
    case 'items_failed': {
      const failed = (run.expansions[key] ?? []).flatMap((_, index) => {
        const item = `${key}#${index}`;
        return nodeOf(run, item).status === 'failed' ? [item] : [];
      });
      const causes = failed.map((item) => causeOf(run, item, runs));
      return (['error', 'silence'] as const).find((cause) => causes.includes(cause)) ?? 'people';
    }
    case 'run_not_succeeded': {
      const child = runs.find(({ runId }) => runId === run.children[key]?.at(-1));
      return child !== undefined && endedByPeople(child, runs) ? 'people' : 'error';
    }
    default:
      return 'error';
  }
}

/** True for a run that somebody cancelled, or that failed because somebody said no. */
function endedByPeople(run: RunState, runs: readonly RunState[]): boolean {
  if (run.status === 'cancelled') return true;
  const failed = Object.keys(run.nodes).filter((key) => nodeOf(run, key).status === 'failed' && itemOf(key) === null);
  return failed.length > 0 && failed.every((key) => causeOf(run, key, runs) === 'people');
}

/** Of a run that a step of another one waits for, that other one tells the end; unless it went on as if nothing were. */
function isToldByCaller({ trigger }: RunState, runs: readonly RunState[]): boolean {
  if (trigger.type !== 'run') return false;
  const caller = runs.find(({ runId }) => runId === trigger.runId);
  return caller !== undefined && caller.status !== 'succeeded';
}

/** The run fails: for each step that ended it, or because its time is over. */
function ends(run: RunState, { playbook, runs, incident }: CalloutContext): readonly Callout[] {
  if (incident !== 'open' || isToldByCaller(run, runs)) return [];
  const fatal = fatalOf(run, playbook).flatMap((key) => {
    const node = nodeOf(run, key);
    return node.status === 'failed' ? [{ key, at: node.at }] : [];
  });
  const isEnding = run.status === 'failed' || (run.status === 'finishing' && run.ending?.outcome === 'failed');
  if (fatal.length === 0)
    return isEnding ? [{ ...aboutRun('failed', run.deadlineAt), since: run.finishedAt ?? run.deadlineAt }] : [];
  const undoes = fatal.some(({ key }) => playbook !== null && findStep(playbook, key)?.onFailure === 'compensate');
  const isUndone =
    ['compensating', 'compensated', 'compensation_failed'].includes(run.status) ||
    (run.status === 'finishing' && run.ending?.outcome === 'compensated');
  if (!isEnding && run.status !== 'running' && !(isUndone && undoes)) return [];
  const first = (cause: Cause) =>
    fatal.filter(({ key }) => causeOf(run, key, runs) === cause).sort((a, b) => a.at.localeCompare(b.at))[0];
  const [error, silence] = [first('error'), first('silence')];
  return [
    ...(error ? [{ ...aboutNode(run, 'failed', error.key, error.at), matter: 'failed' }] : []),
    ...(silence ? [aboutNode(run, 'expired', silence.key, silence.at)] : []),
  ];
}

function fatalOf(run: RunState, playbook: Playbook | null): readonly string[] {
  if (playbook !== null) return fatalFailures(run, playbook);
  if (run.status !== 'failed') return [];
  return Object.keys(run.nodes).filter((key) => !isUndo(key) && itemOf(key) === null && isFailed(run, key));
}

const isFailed = (run: RunState, key: string) => nodeOf(run, key).status === 'failed';

function undoing(run: RunState, { runs, incident }: CalloutContext): readonly Callout[] {
  if (run.status !== 'compensation_failed' || incident === 'closed' || isToldByCaller(run, runs)) return [];
  const failed = Object.keys(run.nodes).filter((key) => isUndo(key) && isFailed(run, key));
  if (failed.length > 0 && failed.every((key) => causeOf(run, key, runs) === 'people')) return [];
  const about = aboutRun('undo_failed', run.finishedAt ?? run.startedAt);
  return [{ ...about, id: `${about.id}/${run.fence}`, step: failed[0] ?? null }];
}

/** Asked until somebody says it, unless somebody cancelled the run. */
function unclear(run: RunState): readonly Callout[] {
  if (run.status === 'cancelled' || (run.status === 'cancelling' && run.reason !== timeIsUp)) return [];
  return Object.entries(run.nodes).flatMap(([key, node]) =>
    node.status === 'unknown' ? [aboutNode(run, 'unclear', key, node.since)] : [],
  );
}

/** Each rung that calls people is a matter of its own: whoever was called before is not called by it. */
function unanswered(run: RunState): readonly Callout[] {
  return Object.values(run.approvals).flatMap((approval) =>
    (approval.status === 'open' && approval.escalated ? rungsSoFar(approval) : []).flatMap(
      ({ to, afterMs }, i): readonly Callout[] => {
        if (to.length === 0) return [];
        const since = i === 0 ? (approval.escalateAt ?? approval.requestedAt) : addMs(approval.requestedAt, afterMs);
        const about = aboutNode(run, 'unanswered', approval.step, since);
        const which = i === 0 ? '' : `/${i + 1}`;
        return [{ ...about, id: `${approval.id}${which}`, matter: `${about.matter}${which}`, approval, called: to }];
      },
    ),
  );
}

function stuck(run: RunState, { runs }: CalloutContext): readonly Callout[] {
  if (run.status !== 'running') return [];
  return Object.entries(run.nodes).flatMap(([key, node]) => {
    if (node.status !== 'failed' || !node.escalated) return [];
    const cause = causeOf(run, key, runs);
    // A step that failed because its items did says no more than they do.
    if (cause === 'people' || node.error.code === 'items_failed') return [];
    return [aboutNode(run, cause === 'silence' ? 'expired' : 'stuck', key, node.at)];
  });
}

function overdue(run: RunState): readonly Callout[] {
  return run.overdueAt === null || isTerminal(run.status) ? [] : [aboutRun('overdue', run.overdueAt)];
}

/**
 * What lasts too long and was told by nothing else: a decision is called for at once, an engaged switch and what a run queues for are told of
 * themselves, whoever paused a run knows of it, and of a run that another one waits for that one's own state says more.
 */
function stalled(run: RunState, { stuck: of, incident }: CalloutContext): readonly Callout[] {
  if (of === undefined || incident === 'closed' || isTerminal(run.status)) return [];
  return (of.get(run.runId) ?? []).flatMap((lasting): readonly Callout[] => {
    const { kind, step, since, limitMs, because } = lasting;
    if (['decision', 'overdue', 'halted', 'queue', 'paused'].includes(kind)) return [];
    // What is beyond the SLA is called for as a whole, by `overdue`; so is what began to last too long after that.
    if (because === 'sla') return [];
    if (run.overdueAt !== null && addMs(since, limitMs) >= run.overdueAt) return [];
    if (kind === 'run' && step !== null && of.has(run.children[step]?.at(-1) ?? '')) return [];
    const request = kind === 'approval' && step !== null ? approvalOf(nodeOf(run, step)) : null;
    const approval = request === null ? null : (run.approvals[request] ?? null);
    if (approval?.escalated) return [];
    if (step === null) return [{ ...aboutRun('stalled', since), lasting }];
    return [{ ...aboutNode(run, 'stalled', step, since), approval, lasting }];
  });
}

/** The request that an occurrence `unanswered` is about, by its id. */
export const requestOf = ({ id }: Pick<Callout, 'id'>): string => id.split('/')[0] ?? id;
