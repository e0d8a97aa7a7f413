// Lanes of runs as a frame shows them: steps in the playbook's order with the edges between them, and the requests for approval. Pure.
import type { Actor } from '../actor.ts';
import type { Playbook, PlaybookRef, Risk } from '../playbook/playbook.ts';
import { allSteps } from '../playbook/playbook.ts';
import { isDrill } from '../run/drill.ts';
import { type OutlineStep, outlineOf } from '../run/outline.ts';
import {
  type Approval,
  gateKey,
  isTerminal,
  isUndo,
  nodeOf,
  type RunState,
  type RunStatus,
  stepOf,
  undoKey,
} from '../run/state.ts';
import { eligible } from '../run/who-decides.ts';
import { visibleText } from '../visible-text.ts';
import { cutMiddle } from './first-and-last.ts';
import { type FrameState, stateOfNode, stateOfRun, urgency, wordOfRun, wordOfStep } from './frame-state.ts';
import { type FrameSpan, lineOf, type RunLane, whoeverOrders } from './run-lanes.ts';
import { shownActor } from './shown-actor.ts';

/** A step of a frame. */
type FrameStep = Pick<OutlineStep, 'name' | 'part' | 'about' | 'attempts' | 'items' | 'runs'> & {
  readonly key: string;
  readonly needs: readonly string[];
  readonly undoes: string | null;
  readonly state: FrameState;
  readonly word: string;
  readonly spans: readonly FrameSpan[];
  readonly omittedSpans: number;
};

/** A run of a frame. */
export type FrameRun = {
  readonly id: string;
  readonly playbook: PlaybookRef;
  readonly status: RunStatus;
  readonly state: FrameState;
  readonly word: string;
  readonly drill: boolean;
  readonly startedBy: Actor;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly reason: string | null;
  readonly steps: readonly FrameStep[];
  readonly spans: readonly FrameSpan[];
  readonly omittedSpans: number;
};

/** A request for approval of a frame. */
export type FrameApproval = {
  readonly id: string;
  readonly runId: string;
  readonly step: string;
  readonly name: string;
  readonly describe: string;
  readonly planDigest: string;
  readonly risk: Risk;
  readonly target: string | null;
  readonly reversible: boolean;
  readonly state: Approval['status'];
  readonly asked: readonly string[];
  readonly quorum: number;
  readonly answers: readonly {
    readonly by: Actor;
    readonly at: string;
    readonly answer: 'approved' | 'denied';
    readonly reason: string | null;
  }[];
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly decidedAt: string | null;
  readonly reason: string | null;
};

const maxText = 600;
const shown = (text: string) => visibleText(text.slice(0, maxText).toWellFormed());
const orNull = (text: string | null) => (text === null ? null : shown(text));

/** A run; without its playbook its steps stand in the order of its start, with no edges. */
export function drawRun(lane: RunLane, playbook: Playbook | undefined): FrameRun {
  const { state } = lane;
  const own = lane.ownSpans();
  const outline = playbook ? outlineOf(state, playbook) : bareOutline(state);
  return {
    id: state.runId,
    playbook: state.playbook,
    status: state.status,
    state: stateOfRun(state),
    word: wordOfRun(state),
    drill: isDrill(state),
    startedBy: shownActor(state.requestedBy),
    startedAt: state.startedAt,
    finishedAt: state.finishedAt,
    reason: orNull(state.reason),
    steps: outline.map((line) => drawStep(lane, line, playbook)),
    spans: own.items,
    omittedSpans: own.omitted,
  };
}

function bareOutline(state: RunState): readonly OutlineStep[] {
  const lines = [...new Set(Object.keys(state.nodes).map(lineOf))];
  return lines.map((step) => {
    const part = step === gateKey ? 'start' : isUndo(step) ? 'undo' : 'steps';
    const { status, attempts } = nodeOf(state, step);
    return {
      step,
      name: stepOf(step),
      part,
      status,
      attempts,
      about: '',
      items: null,
      runs: state.children[step] ?? [],
    };
  });
}

function drawStep(lane: RunLane, line: OutlineStep, playbook: Playbook | undefined): FrameStep {
  const { state } = lane;
  const { items: spans, omitted } = lane.spansOf(line.step);
  const undoes = isUndo(line.step);
  const standing = standingOf(lane.state, line, playbook);
  const node = nodeOf(state, line.step);
  const markedBy = node.status === 'succeeded' ? (node.markedBy ?? null) : null;
  const answers = playbook?.owner.escalation;
  return {
    key: line.step,
    name: shown(line.name),
    part: line.part,
    needs: needsOf(line.step, playbook),
    undoes: undoes ? stepOf(line.step) : null,
    state: standing,
    word: shown(wordOfStep(standing, { undoes, markedBy })),
    about: shown(line.about),
    attempts: line.attempts,
    items: line.items,
    runs: line.runs,
    spans: spans.map((span) =>
      answers !== undefined && String(span.whoseTurn) === whoeverOrders ? turnOf(span, answers) : span,
    ),
    omittedSpans: omitted,
  };
}

/** Decisions about a run are called for where its playbook says that trouble goes to. */
const turnOf = ({ state, from, to, attempt }: FrameSpan, who: string): FrameSpan => ({
  state,
  from,
  to,
  attempt,
  whoseTurn: [who],
});

/** How a line stands, with what the run around it and its playbook make of that. */
function standingOf(state: RunState, line: OutlineStep, playbook: Playbook | undefined): FrameState {
  const undoes = isUndo(line.step);
  const keys = Object.keys(state.nodes).filter((key) => line.items !== null && lineOf(key) === line.step);
  const states = new Set(
    (keys.length === 0 ? [line.step] : keys).map((key) => stateOfNode(nodeOf(state, key), undoes)),
  );
  const own = stateOfNode(nodeOf(state, line.step), undoes);
  const isOver = own !== 'next' && own !== 'ready';
  const most = isOver ? own : (urgency.find((one) => states.has(one)) ?? own);
  if ((most === 'next' || most === 'ready') && isTerminal(state.status)) return 'not_run';
  if (most === 'failed' && isPlanned(line.step, playbook)) return 'continued';
  if (most === 'done' && stateOfNode(nodeOf(state, undoKey(line.step)), true) === 'undone') return 'undone';
  return most;
}

/** A failure that the playbook passes over. */
const isPlanned = (key: string, playbook: Playbook | undefined): boolean =>
  playbook !== undefined &&
  !isUndo(key) &&
  allSteps(playbook).find(({ id }) => id === stepOf(key))?.onFailure === 'continue';

function needsOf(key: string, playbook: Playbook | undefined): readonly string[] {
  if (key === gateKey || !playbook) return [];
  if (isUndo(key)) return [stepOf(key)];
  return allSteps(playbook).find(({ id }) => id === key)?.needs ?? [];
}

const maxApprovals = 120;

/** The requests for approval of all runs, in the order in which they were asked; those that are open are never left out. */
export function drawApprovals(lanes: readonly RunLane[]): {
  readonly items: readonly FrameApproval[];
  readonly omitted: number;
} {
  const all = lanes
    .flatMap(({ state }) => Object.values(state.approvals).map((approval) => ({ runId: state.runId, approval })))
    .sort((a, b) =>
      a.approval.requestedAt < b.approval.requestedAt ? -1 : a.approval.requestedAt > b.approval.requestedAt ? 1 : 0,
    );
  const open = all.filter(({ approval }) => approval.status === 'open');
  const { items, omitted } = cutMiddle(
    all.filter(({ approval }) => approval.status !== 'open'),
    maxApprovals,
  );
  return { items: [...items, ...open].map(({ runId, approval }) => drawApproval(runId, approval)), omitted };
}

function drawApproval(runId: string, approval: Approval): FrameApproval {
  const { plan, decidedBy, decidedAt, status } = approval;
  const agreed = approval.approvals.map(({ actor, at }) => ({
    by: shownActor(actor),
    at,
    answer: 'approved' as const,
    reason: null,
  }));
  const denied =
    status === 'denied' && decidedBy && decidedAt
      ? [{ by: shownActor(decidedBy), at: decidedAt, answer: 'denied' as const, reason: orNull(approval.reason) }]
      : [];
  return {
    id: approval.id,
    runId,
    step: approval.step,
    name: shown(plan.name ?? stepOf(approval.step)),
    describe: shown(plan.summary ?? plan.uses),
    planDigest: approval.planDigest,
    risk: plan.risk,
    target: orNull(plan.target),
    reversible: plan.reversible,
    state: status,
    asked: eligible(approval),
    quorum: approval.rule.quorum,
    answers: [...agreed, ...denied],
    requestedAt: approval.requestedAt,
    expiresAt: approval.expiresAt,
    decidedAt,
    reason: orNull(approval.reason),
  };
}
