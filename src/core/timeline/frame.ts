// What was known of an incident at an instant, drawn from its stream alone: one fold for the page that is live and for the slider that
// goes back. The frame at an instant is the frame of exactly what had been recorded by then. Pure: no clock; open spans stay open.
import { isRunEvent, type StoredEvent } from '../events.ts';
import { evolveIncident, openIncident } from '../incident/evolve.ts';
import { type IncidentState, leadOf } from '../incident/state.ts';
import { digestJson } from '../json.ts';
import type { Playbook } from '../playbook/playbook.ts';
import { isDrill } from '../run/drill.ts';
import { visibleText } from '../visible-text.ts';
import { type AlertLane, alertLanes } from './alert-lanes.ts';
import type { Head } from './chain.ts';
import { drawApprovals, drawRun, type FrameApproval, type FrameRun } from './draw-runs.ts';
import { cutMiddle } from './first-and-last.ts';
import { type PersonLane, peopleLanes } from './people-lanes.ts';
import { isTimelineEvent, readEvent } from './read-event.ts';
import { type RunLane, runLanes } from './run-lanes.ts';
import { shownActor } from './shown-actor.ts';

/** When what happened; null: it has not happened. */
type FrameClocks = {
  readonly began: string;
  readonly detected: string;
  readonly told: string | null;
  readonly acknowledged: string | null;
  readonly firstAction: string | null;
  readonly firstHuman: string | null;
  readonly mitigated: string | null;
  readonly over: string | null;
};

/** The incident of a frame. */
type FrameIncident = Pick<
  IncidentState,
  'id' | 'number' | 'title' | 'severity' | 'status' | 'roles' | 'acknowledgedBy' | 'mergedInto'
> & {
  readonly lead: string | null;
  readonly service: string | null;
  readonly operation: boolean;
  readonly drill: boolean;
  readonly clocks: FrameClocks;
};

/** What was known of an incident; its digest is over everything else in it. */
export type Frame = {
  readonly incident: FrameIncident;
  readonly lanes: {
    readonly alerts: readonly AlertLane[];
    readonly omittedAlerts: number;
    readonly people: readonly PersonLane[];
    readonly omittedPeople: number;
    readonly runs: readonly FrameRun[];
    readonly omittedRuns: number;
  };
  readonly approvals: readonly FrameApproval[];
  readonly omittedApprovals: number;
  readonly events: number;
  readonly heads: { readonly [stream: string]: Head };
  readonly digest: string;
};

/** An event as a frame reads it: what links it is not looked at. */
export type FrameEvent = Pick<StoredEvent, 'streamId' | 'seq' | 'type' | 'at' | 'actor' | 'data' | 'hash'>;

/** Playbooks of runs by digest; a run whose playbook is not there is drawn without its graph. */
export type FramePlaybooks = ReadonlyMap<string, Playbook>;

/** A fold that is under way. */
export type FrameFold = {
  /** Takes the next event of the stream. */
  readonly add: (event: FrameEvent) => void;
  /** Where the stream ends so far; null: nothing was added. */
  readonly head: () => Head | null;
  /** Digests of the playbooks that drawing needs. */
  readonly playbooks: () => readonly string[];
  /** null as long as no readable event opens the incident. */
  readonly draw: (playbooks: FramePlaybooks) => Frame | null;
};

const maxRuns = 60;

/** Begins a fold. Memory is bounded by the lanes, not by the events; runs are kept whole but without what they put in and out. */
export function startFrame(): FrameFold {
  const alerts = alertLanes();
  const people = peopleLanes();
  const runs = runLanes();
  const firsts: { told?: string; acknowledged?: string; firstAction?: string; firstHuman?: string } = {};
  let incident: IncidentState | null = null;
  let head: { readonly streamId: string; readonly version: number; readonly hash: string } | null = null;

  function add({ streamId, seq, type, at, actor, data, hash }: FrameEvent): void {
    head = { streamId, version: seq, hash };
    if (actor.kind === 'user') firsts.firstHuman ??= at;
    const read = readEvent({ type, data });
    if (read.outcome !== 'known' || !isTimelineEvent(read.event)) return;
    people.add(read.event, { seq, type, at, actor, data });
    // It was made just now and is nobody else's: a copy of each costs more than the rest of the fold.
    const event = Object.assign(read.event, { at, actor });
    if (isRunEvent(event)) {
      if (event.type === 'step.started') firsts.firstAction ??= at;
      return runs.add(event);
    }
    alerts.add(event, at);
    if (event.type === 'message.posted' || event.type === 'responders.invited') firsts.told ??= at;
    if (event.type === 'incident.acknowledged') firsts.acknowledged ??= at;
    if (event.type === 'incident.opened') incident = openIncident(streamId, event);
    else if (incident && !changesListsOnly.has(event.type))
      incident = { ...evolveIncident(incident, event), alerts: {} };
  }

  function clocks(state: IncidentState): FrameClocks {
    const sign = alerts.firstSign();
    return {
      began: sign !== null && Date.parse(sign) < Date.parse(state.openedAt) ? sign : state.openedAt,
      detected: state.openedAt,
      told: firsts.told ?? null,
      acknowledged: firsts.acknowledged ?? null,
      firstAction: firsts.firstAction ?? null,
      firstHuman: firsts.firstHuman ?? null,
      mitigated: state.mitigatedAt ?? null,
      over: state.status === 'open' ? null : (state.resolvedAt ?? state.closedAt),
    };
  }

  return {
    add,
    head: () => head && { version: head.version, hash: head.hash },
    playbooks: () => [...new Set(runs.all().map(({ state }) => state.playbook.digest))],
    draw(playbooks) {
      if (incident === null || head === null) return null;
      const all = runs.all();
      const drawn = cutMiddle(all, maxRuns);
      const asked = drawApprovals(all);
      const frame = {
        incident: {
          ...shownIncident(incident, all),
          service: incident.service ?? alerts.service(),
          clocks: clocks(incident),
        },
        lanes: {
          ...alerts.draw(),
          ...people.draw(),
          runs: drawn.items.map((lane) => drawRun(lane, playbooks.get(lane.state.playbook.digest))),
          omittedRuns: drawn.omitted,
        },
        approvals: asked.items,
        omittedApprovals: asked.omitted,
        events: head.version,
        heads: { [head.streamId]: { version: head.version, hash: head.hash } },
      };
      return { ...frame, digest: digestJson(frame) };
    },
  };
}

/**
 * Facts that change nothing of the incident but its alerts and kept messages, all of which its fold copies with each: lanes of their own
 * know of them.
 */
export const changesListsOnly: ReadonlySet<string> = new Set(
  'alert.repeated alert.resolved group.truncated note.added message.posted chat.kept chat.edited chat.deleted'.split(
    ' ',
  ),
);

function shownIncident(state: IncidentState, runs: readonly RunLane[]) {
  const { id, number, title, severity, status, roles, acknowledgedBy, mergedInto } = state;
  const named = Object.fromEntries(Object.entries(roles).map(([role, user]) => [visibleText(role), visibleText(user)]));
  const [first] = runs;
  return {
    id,
    number,
    title: visibleText(title),
    severity,
    status,
    roles: named,
    acknowledgedBy: acknowledgedBy && shownActor(acknowledgedBy),
    mergedInto,
    lead: leadOf({ roles: named }),
    operation: state.kind === 'operation',
    drill: first !== undefined && state.kind === 'operation' && isDrill(first.state),
  };
}

/**
 * How many of these events had been recorded by an instant: the stream up to the first event that is dated later. Clocks of processes may
 * differ by a little, and an event cannot have been recorded before those that stand before it.
 */
export function recordedBy(events: readonly Pick<StoredEvent, 'at'>[], at: string): number {
  const ms = Date.parse(at);
  const later = events.findIndex((event) => Date.parse(event.at) > ms);
  return later === -1 ? events.length : later;
}

/** The frame of one incident's stream, in order, as it was known at an instant (absent: as all of the events tell it); null: it was not known. */
export function frameOf(
  events: readonly FrameEvent[],
  { at, playbooks }: { readonly at?: string; readonly playbooks: FramePlaybooks },
): Frame | null {
  const fold = startFrame();
  const known = at === undefined ? events.length : recordedBy(events, at);
  for (const event of events.slice(0, known)) fold.add(event);
  return fold.draw(playbooks);
}
