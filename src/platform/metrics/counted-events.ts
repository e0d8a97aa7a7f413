// How subjects count what is recorded: each names the types of events it counts, and one look-up finds who counts an event. Knows no subject.
import { isRunEvent, type StoredEvent, type TimelineEvent } from '../../core/events.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import type { PlaybookClass } from '../../core/playbook/playbook.ts';
import type { RunState } from '../../core/run/state.ts';
import type { Change } from '../../ports/ledger.ts';

/** What metrics know of a playbook. */
export type KnownPlaybook = {
  readonly version: string;
  readonly class: PlaybookClass;
  readonly slaMs: number | null;
  /** Whether alerts start it. */
  readonly hasTriggers: boolean;
  readonly isScheduled: boolean;
  /** What each step does, by its id. */
  readonly actions: ReadonlyMap<string, string>;
};

/** An event of one type with what its change leads to. `run`: of an event of a run, as it is after the change. */
type CountedEvent<T extends TimelineEvent['type']> = {
  readonly at: string;
  readonly actor: StoredEvent['actor'];
  readonly data: Extract<TimelineEvent, { type: T }>['data'];
  readonly incident: IncidentState;
};

/** An event of a run likewise. */
export type CountedRunEvent<T extends TimelineEvent['type']> = CountedEvent<T> & {
  readonly run: RunState;
  readonly playbook: string;
  readonly class: PlaybookClass;
};

type RunType = Extract<TimelineEvent, { data: { runId: string } }>['type'];

/** What is counted of events, by their type. */
export type EventCounters = {
  readonly [T in TimelineEvent['type']]?: T extends RunType
    ? (event: CountedRunEvent<T>) => void
    : (event: CountedEvent<T>) => void;
};

type AnyCounter = (event: object) => void;

/**
 * Joins what the subjects count. What is stored was typed when it was decided, and is not parsed anew for being counted.
 * @param classOf of a playbook that is not there any more: what those count as that say nothing
 */
export function joinCounters(
  subjects: readonly EventCounters[],
  classOf: (playbook: string) => PlaybookClass,
): (change: Change) => void {
  const counters = new Map<string, AnyCounter[]>();
  for (const subject of subjects)
    for (const [type, count] of Object.entries(subject))
      counters.set(type, [...(counters.get(type) ?? []), count as AnyCounter]);

  return (change) => {
    if (change.stream !== 'incident') return;
    const { incident } = change;
    for (const event of change.events) {
      const wanted = counters.get(event.type);
      if (wanted === undefined) continue;
      const { at, actor, data } = event;
      let counted: object = { at, actor, data, incident };
      if (isRunEvent(event)) {
        const run = change.runs.find(({ state }) => state.runId === event.data.runId)?.state;
        if (run === undefined) continue;
        const playbook = run.playbook.name;
        counted = { at, actor, data, incident, run, playbook, class: classOf(playbook) };
      }
      for (const count of wanted) count(counted);
    }
  };
}

/** From one instant to another, in seconds. */
export const secondsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 1000;

/** True for what a person did, on whatever surface. */
export const isPerson = ({ kind }: StoredEvent['actor']): boolean => kind === 'user';
