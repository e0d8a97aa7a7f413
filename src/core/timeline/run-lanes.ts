// The runs of an incident over time: what each step worked at and waited for, and whose turn it was. Follows the run's own fold, so that
// a lane never says otherwise than the run. Outputs and inputs are left out: a lane needs none, and they are large. Pure but for the lanes.
import type { RunEvent } from '../events.ts';
import { evolve, startRun } from '../run/evolve.ts';
import {
  findApproval,
  gateKey,
  isTerminal,
  isUndo,
  itemOf,
  nodeOf,
  type RunState,
  stepOf,
  type Timed,
  undoKey,
} from '../run/state.ts';
import { eligible } from '../run/who-decides.ts';
import { type FirstAndLast, firstAndLast } from './first-and-last.ts';
import { type FrameState, isTimed, stateOfNode, urgency } from './frame-state.ts';

/** A stretch of time in one state; `to` null: it goes on. `whoseTurn` null: nobody was waited for. */
export type FrameSpan = {
  readonly state: FrameState;
  readonly from: string;
  readonly to: string | null;
  readonly attempt: number | null;
  readonly whoseTurn: readonly string[] | null;
};

const maxSpans = { first: 20, last: 60 };

/** A line of a run: a step, its items folded into it. */
type Line = { readonly spans: FirstAndLast<FrameSpan>; readonly items: Map<string, FrameState> };

/** A run with its lines. */
export type RunLane = {
  readonly state: RunState;
  readonly spansOf: (line: string) => ReturnType<FirstAndLast<FrameSpan>['kept']>;
  /** Those of all lines and of the run as a whole, as far as they are kept. */
  readonly allSpans: () => Iterable<FrameSpan>;
  /** While it was queued or paused as a whole. */
  readonly ownSpans: () => ReturnType<FirstAndLast<FrameSpan>['kept']>;
};

/** Runs of one incident. */
export type RunLanes = {
  readonly add: (event: Timed<RunEvent>) => void;
  readonly all: () => readonly RunLane[];
};

/** Who is waited for where no request for approval names anybody. */
export const whoeverOrders = 'whoever may order runs';

/** The line that a node belongs to. */
export const lineOf = (key: string): string =>
  key === gateKey ? key : isUndo(key) ? undoKey(stepOf(key)) : stepOf(key);

/** Lanes without a run. */
export function runLanes(): RunLanes {
  const lanes = new Map<string, Lane>();
  return {
    add(event) {
      const { runId } = event.data;
      const lane = lanes.get(runId);
      if (event.type === 'run.started') lanes.set(runId, new Lane(startRun(light(event)), event.at));
      else lane?.take(light(event));
    },
    all: () => [...lanes.values()],
  };
}

type StartedEvent = Extract<RunEvent, { type: 'run.started' }>;

/** An event without what no lane needs. */
function light(event: Timed<StartedEvent>): Timed<StartedEvent>;
function light(event: Timed<RunEvent>): Timed<RunEvent>;
function light(event: Timed<RunEvent>): Timed<RunEvent> {
  const { at, actor } = event;
  switch (event.type) {
    case 'run.started':
      return { type: event.type, at, actor, data: { ...event.data, inputs: {}, env: {}, alert: null } };
    case 'step.succeeded':
      return { type: event.type, at, actor, data: { ...event.data, output: null, artifacts: [] } };
    case 'step.acted':
      return { type: event.type, at, actor, data: { ...event.data, output: null } };
    case 'step.expanded':
      return { type: event.type, at, actor, data: { ...event.data, items: event.data.items.map(() => null) } };
    case 'run.signalled':
      return { type: event.type, at, actor, data: { ...event.data, data: null } };
    case 'run.succeeded':
      return { type: event.type, at, actor, data: { ...event.data, outputs: {} } };
    case 'approval.requested': {
      const { plan } = event.data;
      const undo = plan.undo && { uses: plan.undo.uses, with: null };
      return { type: event.type, at, actor, data: { ...event.data, plan: { ...plan, with: null, undo } } };
    }
    default:
      return event;
  }
}

/** Keys of the nodes that an event may have moved. */
function touchedBy({ type, data }: RunEvent): readonly string[] {
  if ('step' in data) return [data.step];
  if (type === 'run.finishing') return data.again ?? [];
  return 'steps' in data ? data.steps : [];
}

class Lane implements RunLane {
  state: RunState;
  readonly #lines = new Map<string, Line>();
  readonly #own = firstAndLast<FrameSpan>(maxSpans);

  constructor(state: RunState, at: string) {
    this.state = state;
    this.#followRun(at);
  }

  take(event: Timed<RunEvent>): void {
    this.state = evolve(this.state, event);
    // Nothing of a run that has ended takes time, whatever comes late.
    if (isTerminal(this.state.status)) this.#endAll(event.at);
    else for (const key of touchedBy(event)) this.#followNode(key, event.at);
    this.#followRun(event.at);
  }

  spansOf(line: string) {
    return this.#lines.get(line)?.spans.kept() ?? { items: [], omitted: 0 };
  }

  ownSpans() {
    return this.#own.kept();
  }

  *allSpans() {
    yield* this.#own.kept().items;
    for (const { spans } of this.#lines.values()) yield* spans.kept().items;
  }

  #lineOf(key: string): Line {
    const known = this.#lines.get(key);
    if (known) return known;
    const line: Line = { spans: firstAndLast(maxSpans), items: new Map() };
    this.#lines.set(key, line);
    return line;
  }

  #followNode(key: string, at: string): void {
    const node = nodeOf(this.state, key);
    const line = this.#lineOf(lineOf(key));
    const own = stateOfNode(node, isUndo(key));
    if (itemOf(key) !== null) {
      line.items.set(key, own);
      const standing = new Set(line.items.values());
      const state = urgency.find((one) => standing.has(one)) ?? own;
      // Of several items the turn is that of the one that moved last.
      const whoseTurn = state === own ? this.#turn(key, state) : (line.spans.last()?.whoseTurn ?? null);
      return follow(line.spans, {
        state,
        from: at,
        to: null,
        attempt: null,
        whoseTurn: isFor(state) ? whoseTurn : null,
      });
    }
    const attempt =
      node.status === 'running' ? node.attempt : own === 'retrying' || own === 'decision' ? node.attempts : null;
    follow(line.spans, { state: own, from: at, to: null, attempt, whoseTurn: this.#turn(key, own) });
  }

  #turn(key: string, state: FrameState): readonly string[] | null {
    if (state === 'decision') return [whoeverOrders];
    if (state !== 'asked') return null;
    const node = nodeOf(this.state, key);
    const approval = node.status === 'awaiting_approval' ? findApproval(this.state, node.approvalId) : undefined;
    return approval ? eligible(approval) : [];
  }

  #followRun(at: string): void {
    const { status, paused } = this.state;
    const state = isTerminal(status) ? 'done' : status === 'queued' ? 'queued' : paused ? 'paused' : 'running';
    const waits = state === 'queued' || state === 'paused';
    const whoseTurn = state === 'paused' ? [whoeverOrders] : null;
    follow(this.#own, { state: waits ? state : 'done', from: at, to: null, attempt: null, whoseTurn });
  }

  #endAll(at: string): void {
    for (const { spans } of this.#lines.values()) end(spans, at);
  }
}

const isFor = (state: FrameState) => state === 'asked' || state === 'decision';

function end(spans: FirstAndLast<FrameSpan>, at: string): void {
  const last = spans.last();
  if (last?.to === null) spans.replaceLast({ ...last, to: at });
}

const same = (a: FrameSpan, b: FrameSpan) =>
  a.state === b.state && a.attempt === b.attempt && String(a.whoseTurn) === String(b.whoseTurn);

/** Goes on with the open span where nothing about it changes; else ends it, and begins another if the new state takes time. */
function follow(spans: FirstAndLast<FrameSpan>, next: FrameSpan): void {
  const last = spans.last();
  if (last?.to === null && same(last, next)) return;
  end(spans, next.from);
  if (isTimed(next.state)) spans.add(next);
}
