// What people did about an incident over time: acknowledged, approved, said, ordered, decided. Pure but for the lanes themselves.
import type { Actor, StoredEvent, TimelineEvent } from '../events.ts';
import { visibleText } from '../visible-text.ts';
import { describe } from './describe.ts';
import { type FirstAndLast, firstAndLast } from './first-and-last.ts';

/** What kind of thing somebody did. */
type MarkKind = 'acknowledged' | 'approved' | 'denied' | 'said' | 'ordered' | 'decided';

/** One thing that somebody did; `seq` is its place in the record. */
type PersonMark = {
  readonly kind: MarkKind;
  readonly at: string;
  readonly seq: number;
  readonly text: string;
};

/** A person over time. */
export type PersonLane = {
  readonly id: string;
  readonly name: string;
  readonly marks: readonly PersonMark[];
  readonly omittedMarks: number;
};

/** A mark before it is put into words: only those that are drawn are. */
type Rough = { readonly kind: MarkKind; readonly at: string; readonly stored: Said };
type Said = Pick<StoredEvent, 'seq' | 'type' | 'data' | 'actor'>;
type Lane = { name: string; marks: FirstAndLast<Rough> };

const maxLanes = 100;
const maxMarks = { first: 30, last: 70 };
const maxText = 300;

/** What an act of a person is; null: nothing that is drawn. */
function kindOf(event: TimelineEvent): MarkKind | null {
  switch (event.type) {
    case 'incident.acknowledged':
      return 'acknowledged';
    case 'approval.recorded':
      return 'approved';
    case 'approval.denied':
      return 'denied';
    case 'note.added':
    case 'update.given':
    case 'approval.questioned':
      return 'said';
    case 'run.started':
    case 'run.paused':
    case 'run.resumed':
    case 'run.cancel_requested':
    case 'run.retried':
    case 'run.compensation_started':
    case 'run.signalled':
    case 'approval.reassigned':
    case 'approval.reminded':
    case 'approval.voided':
      return 'ordered';
    case 'step.succeeded':
      return event.data.byPerson ? 'ordered' : null;
    case 'incident.opened':
    case 'severity.changed':
    case 'role.assigned':
    case 'update.snoozed':
    case 'incident.mitigated':
    case 'incident.resolved':
    case 'incident.reopened':
    case 'incident.closed':
    case 'incident.merged':
    case 'incident.absorbed':
    case 'incident.split':
    case 'incident.split_from':
      return 'decided';
    default:
      return null;
  }
}

const isInstant = (text: string) => Number.isFinite(Date.parse(text));

/** The people of one incident. */
export type PeopleLanes = {
  readonly add: (event: TimelineEvent, stored: Said & { readonly at: string }) => void;
  readonly draw: () => { readonly people: readonly PersonLane[]; readonly omittedPeople: number };
};

/** Lanes without a person. */
export function peopleLanes(): PeopleLanes {
  const lanes = new Map<string, Lane>();
  /** The person behind an id, as far as an act has said so. */
  const persons = new Map<string, string>();

  function laneOf({ id, name, person }: Pick<Actor, 'id' | 'name' | 'person'>): Lane {
    if (person !== undefined && !persons.has(id)) adopt(id, person);
    const key = persons.get(id) ?? id;
    const lane = lanes.get(key) ?? { name: id, marks: firstAndLast<Rough>(maxMarks) };
    if (name) lane.name = name;
    lanes.set(key, lane);
    return lane;
  }
  /** An id turns out to be that of a person: what it did before was done by that person. */
  function adopt(id: string, person: string): void {
    persons.set(id, person);
    const [before, known] = [lanes.get(id), lanes.get(person)];
    if (!before || id === person) return;
    lanes.delete(id);
    if (!known) return void lanes.set(person, before);
    const [mine, others] = [known.marks.kept(), before.marks.kept()];
    const both = [...mine.items, ...others.items].sort((a, b) => a.stored.seq - b.stored.seq);
    const marks = firstAndLast<Rough>(maxMarks, mine.omitted + others.omitted);
    for (const mark of both) marks.add(mark);
    lanes.set(person, { name: known.name, marks });
  }

  return {
    add(event, { seq, type, data, actor, at }) {
      const stored = { seq, type, data, actor };
      if (event.type === 'chat.kept') {
        const { author, saidAt } = event.data;
        const said = isInstant(saidAt) ? new Date(saidAt).toISOString() : at;
        const named = author.name === null ? { id: author.id } : { id: author.id, name: author.name };
        laneOf(named).marks.add({ kind: 'said', at: said, stored });
        return;
      }
      const kind = actor.kind === 'user' ? kindOf(event) : null;
      if (kind !== null) laneOf(actor).marks.add({ kind, at, stored });
    },
    draw() {
      const all = [...lanes].slice(0, maxLanes).map(([id, lane]) => drawn(id, lane));
      return { people: all, omittedPeople: lanes.size - all.length };
    },
  };
}

function drawn(id: string, { name, marks }: Lane): PersonLane {
  const { items, omitted } = marks.kept();
  const drawnMarks = items.map(({ kind, at, stored }) => ({
    kind,
    at,
    seq: stored.seq,
    text: visibleText(describe(stored).text.slice(0, maxText).toWellFormed()),
  }));
  return { id, name: visibleText(name), marks: drawnMarks, omittedMarks: omitted };
}
