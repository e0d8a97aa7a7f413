// The steps of a run as the boxes and lines of a graph: which comes after which, with each undo under its step. Pure: it places nothing.
import type { ApiFrameStep } from '../../contract/frame.ts';
import type { ShownState } from './states.ts';
import { frameState } from './swimlane.ts';
import { durationText } from './time.ts';

/** A step as a box. `undo`: what undoes it, in the same box below it. */
export type GraphBox = {
  readonly key: string;
  readonly name: string;
  readonly state: ShownState;
  /** How long it took or takes, people's time included; null: it has not begun. */
  readonly tookMs: number | null;
  readonly needs: readonly string[];
  readonly about: string;
  readonly undo: GraphBox | null;
};
/** A line from a step to one that comes after it. `done`: the first is over, so that the way is open. */
type GraphLine = { readonly from: string; readonly to: string; readonly isOpen: boolean };
/** All of it. */
export type RunGraphModel = { readonly boxes: readonly GraphBox[]; readonly lines: readonly GraphLine[] };

function tookMs({ spans }: ApiFrameStep, nowMs: number): number | null {
  const worked = spans.filter(({ state }) => state !== 'next');
  const [first] = worked;
  if (first === undefined) return null;
  const ends = worked.map(({ to }) => (to === null ? nowMs : Date.parse(to)));
  return Math.max(0, Math.max(...ends) - Date.parse(first.from));
}

const over: readonly ApiFrameStep['state'][] = ['done', 'continued', 'skipped', 'undone', 'undo_failed'];

/** Makes it. A need that is not a step of this run is left out. */
export function runGraph(steps: readonly ApiFrameStep[], nowMs: number): RunGraphModel {
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const undoOf = new Map(steps.flatMap((step) => (step.undoes === null ? [] : [[step.undoes, step] as const])));
  const box = (step: ApiFrameStep, undo: ApiFrameStep | undefined): GraphBox => ({
    key: step.key,
    name: step.name,
    state: frameState(step.state),
    tookMs: tookMs(step, nowMs),
    needs: step.needs.filter((need) => byKey.has(need)),
    about: step.about,
    undo: undo === undefined ? null : box(undo, undefined),
  });
  // An undo whose step is not there stands for itself.
  const alone = steps.filter(({ undoes }) => undoes === null || !byKey.has(undoes));
  const boxes = alone.map((step) => box(step, undoOf.get(step.key)));
  const lines = boxes.flatMap(({ key, needs }) =>
    needs.map((from): GraphLine => {
      const before = byKey.get(from);
      return { from, to: key, isOpen: before !== undefined && over.includes(before.state) };
    }),
  );
  return { boxes, lines };
}

/** What decides where boxes stand. */
export type GraphShape = {
  readonly boxes: readonly { readonly key: string; readonly hasUndo: boolean }[];
  readonly lines: readonly Pick<GraphLine, 'from' | 'to'>[];
};

/** The shape of a graph, without how its steps stand. */
export const shapeOf = ({ boxes, lines }: RunGraphModel): GraphShape => ({
  boxes: boxes.map(({ key, undo }) => ({ key, hasUndo: undo !== null })),
  lines: lines.map(({ from, to }) => ({ from, to })),
});

/** A box in a sentence, for those who hear the graph: `Restart, done after 3 s, after Look`. */
export function boxText(
  { name, state, tookMs: took, needs, undo }: GraphBox,
  names: ReadonlyMap<string, string>,
): string {
  const length = took === null ? '' : ` for ${durationText(took, true)}`;
  const after = needs.length === 0 ? '' : `, after ${needs.map((key) => names.get(key) ?? key).join(' and ')}`;
  const back = undo === null ? '' : `; its undo: ${undo.state.word.toLowerCase()}`;
  return `${name}: ${state.word.toLowerCase()}${length}${after}${back}`;
}
