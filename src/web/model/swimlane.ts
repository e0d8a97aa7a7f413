// A frame of an incident as rows of bars and marks between 0 and 1: what the swimlane draws. Pure.
import type { ApiFrame, ApiFrameSpan, ApiFrameState, ApiFrameStep } from '../../contract/frame.ts';
import { type ShownState, type StateTone, states } from './states.ts';
import { durationText } from './time.ts';

/** A stretch of a row; `shaded`: people were waited for. */
type Bar = {
  readonly from: number;
  readonly to: number;
  readonly tone: StateTone;
  readonly shaded: boolean;
  readonly title: string;
};
/** A moment of a row, with its entry in the ledger. */
type LaneMark = { readonly at: number; readonly tone: StateTone; readonly title: string; readonly seq: number };
/** A row; `level` 1 stands under the row before it. */
export type SwimLane = {
  readonly key: string;
  readonly group: 'Alerts' | 'People' | 'Runs';
  readonly level: 0 | 1;
  readonly name: string;
  readonly state: ShownState | null;
  readonly bars: readonly Bar[];
  readonly marks: readonly LaneMark[];
  /** The run that the row is of. */
  readonly runId: string | null;
};

/** Where an instant stands in a stretch of time, 0 to 1. */
export type Scale = { readonly fromMs: number; readonly toMs: number };

/** The share of the stretch that lies before an instant. */
export const placeOf = ({ fromMs, toMs }: Scale, iso: string | number): number => {
  const ms = typeof iso === 'number' ? iso : Date.parse(iso);
  return toMs <= fromMs ? 0 : Math.min(1, Math.max(0, (ms - fromMs) / (toMs - fromMs)));
};

/** The stretch that a frame is drawn in: all of the incident, and until `nowMs` while it goes on. */
export function scaleOf({ until, incident }: ApiFrame, nowMs: number): Scale {
  const begun = Date.parse(incident.clocks.detected);
  // The source may say that it began long before: a little of that is enough to see it.
  const fromMs = Math.max(Date.parse(until.from), begun - Math.max(3000, (Date.parse(until.to) - begun) / 8));
  const last = Date.parse(until.to);
  const toMs = incident.status === 'open' ? Math.max(last, nowMs) : last;
  return { fromMs, toMs: Math.max(toMs, fromMs + 1000) };
}

const tones: { readonly [S in ApiFrameState]: StateTone } = {
  next: 'grey',
  ready: 'grey',
  asked: 'amber',
  running: 'blue',
  verifying: 'blue',
  undoing: 'blue',
  retrying: 'grey',
  held: 'grey',
  waiting: 'grey',
  queued: 'grey',
  paused: 'amber',
  decision: 'amber',
  done: 'green',
  continued: 'grey',
  skipped: 'grey',
  not_run: 'grey',
  failed: 'red',
  undone: 'violet',
  undo_failed: 'red',
  cancelled: 'grey',
};

const shownStates: { readonly [S in ApiFrameState]: ShownState } = {
  next: states.next,
  ready: states.next,
  asked: states.waitsForApproval,
  running: states.running,
  verifying: states.verifying,
  undoing: states.undoing,
  retrying: states.waits,
  held: states.waits,
  waiting: states.waits,
  queued: states.queued,
  paused: states.paused,
  decision: states.waitsForDecision,
  done: states.done,
  continued: states.failedAsPlanned,
  skipped: states.skipped,
  not_run: states.skipped,
  failed: states.failed,
  undone: states.undone,
  undo_failed: states.undoFailed,
  cancelled: states.cancelled,
};

/** The state of a frame as every page shows it. */
export const frameState = (state: ApiFrameState): ShownState => shownStates[state];

const lengthOf = (from: string, to: string | null, endMs: number) =>
  durationText((to === null ? endMs : Date.parse(to)) - Date.parse(from), true);

function spanBar(scale: Scale, endMs: number, span: ApiFrameSpan): Bar {
  const { state, from, to, attempt, whoseTurn } = span;
  const turn = whoseTurn === null ? '' : `, ${whoseTurn.join(', ')} to answer`;
  const which = attempt === null || attempt < 2 ? '' : `, attempt ${attempt}`;
  return {
    from: placeOf(scale, from),
    to: placeOf(scale, to ?? endMs),
    tone: tones[state],
    shaded: whoseTurn !== null,
    title: `${shownStates[state].word}${which} ${lengthOf(from, to, endMs)}${turn}`,
  };
}

/** The end of a step as a mark: what it came to. */
function endMark(scale: Scale, step: ApiFrameStep): readonly LaneMark[] {
  const last = step.spans.at(-1);
  if (last === undefined || last.to === null) return [];
  const ends: readonly ApiFrameState[] = ['done', 'failed', 'continued', 'undone', 'undo_failed'];
  if (!ends.includes(step.state)) return [];
  return [{ at: placeOf(scale, last.to), tone: tones[step.state], title: step.word, seq: 0 }];
}

/** The rows of a frame. Stretches that go on end at the instant that is shown. */
export function lanesOf(frame: ApiFrame, scale: Scale): readonly SwimLane[] {
  const endMs = frame.at === null ? scale.toMs : Date.parse(frame.at);
  const { alerts, people, runs } = frame.lanes;
  return [
    ...alerts.map(
      (alert): SwimLane => ({
        key: alert.fingerprint,
        group: 'Alerts',
        level: 0,
        name: alert.name,
        state: alert.status === 'firing' ? states.firing : states.recovered,
        bars: alert.spans.map(({ from, to }) => ({
          from: placeOf(scale, from),
          to: placeOf(scale, to ?? endMs),
          tone: 'red' as const,
          shaded: false,
          title: `Firing ${lengthOf(from, to, endMs)}`,
        })),
        marks: [],
        runId: null,
      }),
    ),
    ...people.map(
      (person): SwimLane => ({
        key: person.id,
        group: 'People',
        level: 0,
        name: person.name,
        state: null,
        bars: [],
        marks: person.marks.map(({ at, text, seq, kind }) => ({
          at: placeOf(scale, at),
          tone: kind === 'approved' ? ('green' as const) : ('grey' as const),
          title: text,
          seq,
        })),
        runId: null,
      }),
    ),
    ...runs.flatMap((run): readonly SwimLane[] => [
      {
        key: run.id,
        group: 'Runs',
        level: 0,
        name: run.playbook.name,
        state: frameState(run.state),
        bars: run.spans.map((span) => spanBar(scale, endMs, span)),
        marks: [],
        runId: run.id,
      },
      ...run.steps.map(
        (step): SwimLane => ({
          key: `${run.id}/${step.key}`,
          group: 'Runs',
          level: 1,
          name: step.name,
          state: frameState(step.state),
          bars: step.spans.map((span) => spanBar(scale, endMs, span)),
          marks: endMark(scale, step),
          runId: run.id,
        }),
      ),
    ]),
  ];
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 604_800];

/** Instants at round times, at most `most` of them, for the axis; epoch milliseconds. */
export function ticksOf({ fromMs, toMs }: Scale, most: number): readonly number[] {
  const step = (steps.find((seconds) => (toMs - fromMs) / (seconds * 1000) <= most) ?? 2_592_000) * 1000;
  const first = Math.ceil(fromMs / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((toMs - first) / step) + 1) }, (_, n) => first + n * step);
}

/** At most so many of the ticks, evenly taken, for an axis that has no room for the words of all. */
export const fewOf = (ticks: readonly number[], most: number): readonly number[] =>
  ticks.filter((_, n) => n % Math.max(1, Math.ceil(ticks.length / most)) === 0);

/** A row with the names of people in the place of their ids. */
export const namedLane = (lane: SwimLane, name: (text: string) => string): SwimLane => ({
  ...lane,
  // What alerts and playbooks are called is not the name of somebody.
  name: lane.group === 'People' ? name(lane.name) : lane.name,
  bars: lane.bars.map((bar) => ({ ...bar, title: name(bar.title) })),
  marks: lane.marks.map((mark) => ({ ...mark, title: name(mark.title) })),
});
