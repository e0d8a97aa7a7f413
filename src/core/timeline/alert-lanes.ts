// The alerts of an incident over time: when each was known to fire. A fold of its own, because an incident may have a hundred thousand
// notifications and the state of the incident copies its alerts with each. Pure but for the lanes themselves.
import type { IncidentEvent } from '../events.ts';
import { visibleText } from '../visible-text.ts';
import { type FirstAndLast, firstAndLast } from './first-and-last.ts';

/** While an alert was known to fire; `to` null: it fires. */
type FiringSpan = { readonly from: string; readonly to: string | null };

/** An alert over time. */
export type AlertLane = {
  readonly fingerprint: string;
  readonly name: string;
  readonly source: string;
  readonly service: string | null;
  readonly status: 'firing' | 'resolved';
  readonly count: number;
  readonly startsAt: string | null;
  readonly spans: readonly FiringSpan[];
  readonly omittedSpans: number;
};

type Lane = {
  name: string;
  source: string;
  service: string | null;
  status: 'firing' | 'resolved';
  count: number;
  startsAt: string | null;
  /** Order of what was heard of it last. */
  touched: number;
  readonly spans: FirstAndLast<FiringSpan>;
};

/** Lanes that are drawn at the utmost, and stretches of one. */
const maxLanes = 300;
const maxSpans = { first: 20, last: 40 };
const maxName = 300;

const named = (title: string) => visibleText(title.slice(0, maxName).toWellFormed());

/** The alerts of one incident. */
export type AlertLanes = {
  readonly add: (event: IncidentEvent, at: string) => void;
  /** What its first alert says that it is about. */
  readonly service: () => string | null;
  /** The first sign of it in any alert; null: no alert says when it began. */
  readonly firstSign: () => string | null;
  readonly draw: () => { readonly alerts: readonly AlertLane[]; readonly omittedAlerts: number };
};

/** Lanes without an alert. */
export const alertLanes = (): AlertLanes => new Lanes();

type DataOf<T extends IncidentEvent['type']> = Extract<IncidentEvent, { type: T }>['data'];

class Lanes implements AlertLanes {
  readonly #lanes = new Map<string, Lane>();
  #heard = 0;
  #service: string | null = null;
  #sign: string | null = null;

  add(event: IncidentEvent, at: string): void {
    this.#heard += 1;
    switch (event.type) {
      case 'alert.received':
        return this.#receive(event.data, at);
      case 'alert.repeated': {
        const lane = this.#lanes.get(event.data.fingerprint);
        if (lane) [lane.count, lane.touched] = [event.data.count, this.#heard];
        return;
      }
      case 'alert.resolved': {
        const lane = this.#lanes.get(event.data.fingerprint);
        if (!lane) return;
        lane.touched = this.#heard;
        return end(lane, at);
      }
      case 'incident.absorbed':
      case 'incident.split_from':
        return this.#takeOver(event.data);
      case 'incident.split':
        for (const fingerprint of event.data.fingerprints) this.#lanes.delete(fingerprint);
        return;
      default:
        return;
    }
  }

  service() {
    return this.#service;
  }

  firstSign() {
    return this.#sign;
  }

  draw() {
    const all = [...this.#lanes];
    const rank = ({ status, touched }: Lane) => touched + (status === 'firing' ? this.#heard + 1 : 0);
    const kept = new Set(
      all
        .toSorted(([, a], [, b]) => rank(b) - rank(a))
        .slice(0, maxLanes)
        .map(([fingerprint]) => fingerprint),
    );
    const alerts = all
      .filter(([fingerprint]) => kept.has(fingerprint))
      .map(([fingerprint, lane]) => drawn(fingerprint, lane));
    return { alerts, omittedAlerts: all.length - alerts.length };
  }

  #laneOf(fingerprint: string): Lane {
    const known = this.#lanes.get(fingerprint);
    if (known) return known;
    const blank = { name: '', source: '', service: null, startsAt: null };
    const lane: Lane = { ...blank, status: 'resolved', count: 0, touched: 0, spans: firstAndLast(maxSpans) };
    this.#lanes.set(fingerprint, lane);
    return lane;
  }

  #began(startsAt: string | null): void {
    const ms = startsAt === null ? Number.NaN : Date.parse(startsAt);
    if (Number.isFinite(ms) && (this.#sign === null || ms < Date.parse(this.#sign)))
      this.#sign = new Date(ms).toISOString();
  }

  #receive({ alert }: DataOf<'alert.received'>, at: string): void {
    const lane = this.#laneOf(alert.fingerprint);
    lane.name = named(alert.title);
    lane.source = alert.source;
    lane.service = alert.service === null ? null : named(alert.service);
    lane.startsAt = alert.startsAt;
    lane.count += 1;
    lane.touched = this.#heard;
    this.#service ??= lane.service;
    this.#began(alert.startsAt);
    if (alert.status === 'firing') fire(lane, at);
    else end(lane, at);
  }

  #takeOver({ alerts }: DataOf<'incident.absorbed'>): void {
    for (const alert of alerts) {
      const isNew = !this.#lanes.has(alert.fingerprint);
      const lane = this.#laneOf(alert.fingerprint);
      lane.count += alert.count;
      lane.touched = this.#heard;
      this.#began(alert.startsAt);
      // What this incident knows of it stands, unless it fires in the other only.
      if (!isNew && (lane.status === 'firing' || alert.status === 'resolved')) continue;
      lane.name = named(alert.title);
      lane.source = alert.source;
      lane.startsAt = alert.startsAt;
      fire(lane, alert.firstAt);
      if (alert.status === 'resolved') end(lane, alert.lastAt);
    }
  }
}

function fire(lane: Lane, at: string): void {
  lane.status = 'firing';
  if (lane.spans.last()?.to !== null) lane.spans.add({ from: at, to: null });
}

function end(lane: Lane, at: string): void {
  lane.status = 'resolved';
  const open = lane.spans.last();
  if (open?.to === null) lane.spans.replaceLast({ from: open.from, to: at });
}

function drawn(fingerprint: string, { name, source, service, status, count, startsAt, spans }: Lane): AlertLane {
  const { items, omitted } = spans.kept();
  return { fingerprint, name, source, service, status, count, startsAt, spans: items, omittedSpans: omitted };
}
