// What approvals ask of people: how long they wait, how many each person decides, by night too; and which alerts never led to anything.
// Pure. Nights are those of the time zone that is given.
import { groupBy } from '../postmortem/facts.ts';
import { type Estimate, medianOf, shareOf } from './intervals.ts';
import type { Measured } from './measured.ts';

/** What one person decides. */
type PersonAttention = {
  readonly person: string;
  readonly decisions: number;
  readonly waitMs: Estimate;
  /** Between 22 and 7 o'clock. */
  readonly atNight: number;
  readonly nights: number;
};

/** What approvals ask of people. */
export type ApprovalAttention = {
  readonly asked: number;
  /** From the question to the first answer of a person. */
  readonly waitMs: Estimate;
  readonly approved: Estimate;
  readonly denied: Estimate;
  readonly expired: Estimate;
  /** Whether the exact plan was opened before the answer is not recorded. */
  readonly detailsOpened: null;
  readonly people: readonly PersonAttention[];
  /** Steps that are asked for most often, and how often the answer was yes. */
  readonly steps: readonly {
    readonly playbook: string;
    readonly step: string;
    readonly asked: number;
    readonly approved: Estimate;
    readonly waitMs: Estimate;
  }[];
};

const night = { from: 22, to: 7 } as const;
type Approval = Measured['approvals'][number];

/** The hour, and the night that it belongs to, of an instant in a time zone; null: by day. */
function nightOf(at: string, hourIn: Intl.DateTimeFormat): string | null {
  const parts = new Map(hourIn.formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
  const hour = Number(parts.get('hour'));
  if (hour < night.from && hour >= night.to) return null;
  // What is before the morning belongs to the night that began the day before.
  const begun = hour < night.to ? new Date(Date.parse(at) - night.to * 3_600_000).toISOString() : at;
  const day = new Map(hourIn.formatToParts(new Date(begun)).map(({ type, value }) => [type, value]));
  return `${day.get('year')}-${day.get('month')}-${day.get('day')}`;
}

const decided = (approvals: readonly Approval[]) =>
  approvals.filter(({ outcome }) => outcome === 'granted' || outcome === 'denied' || outcome === 'expired');
const countOf = (approvals: readonly Approval[], outcome: Approval['outcome']) =>
  approvals.filter((one) => one.outcome === outcome).length;
const waits = (approvals: readonly Approval[]): readonly number[] =>
  approvals.flatMap(({ by }) => (by.length === 0 ? [] : [Math.min(...by.map(({ waitMs }) => waitMs))]));

/** What the approvals of these incidents asked of people. @param zone an IANA time zone */
export function attentionIn(incidents: readonly Measured[], zone: string): ApprovalAttention {
  const all = incidents.flatMap(({ approvals }) => approvals);
  const over = decided(all);
  return {
    asked: all.length,
    waitMs: medianOf(waits(all)),
    approved: shareOf(countOf(over, 'granted'), over.length),
    denied: shareOf(countOf(over, 'denied'), over.length),
    expired: shareOf(countOf(over, 'expired'), over.length),
    detailsOpened: null,
    people: peopleIn(all, zone),
    steps: stepsIn(all),
  };
}

function peopleIn(all: readonly Approval[], zone: string): readonly PersonAttention[] {
  const hourIn = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
  });
  const answers = groupBy(
    all.flatMap(({ by }) => by),
    ({ person }) => person,
  );
  return [...answers]
    .map(([person, given]) => {
      const nights = given.flatMap(({ at }) => nightOf(at, hourIn) ?? []);
      return {
        person,
        decisions: given.length,
        waitMs: medianOf(given.map(({ waitMs }) => waitMs)),
        atNight: nights.length,
        nights: new Set(nights).size,
      };
    })
    .toSorted((a, b) => b.decisions - a.decisions || (a.person < b.person ? -1 : 1));
}

function stepsIn(all: readonly Approval[]): ApprovalAttention['steps'] {
  const stepOf = ({ step }: Approval) => step.split('#')[0] ?? step;
  return [...groupBy(all, (one) => JSON.stringify([one.playbook, stepOf(one)])).values()]
    .map((group) => ({
      playbook: group[0]?.playbook ?? '',
      step: group[0] ? stepOf(group[0]) : '',
      asked: group.length,
      approved: shareOf(countOf(decided(group), 'granted'), decided(group).length),
      waitMs: medianOf(waits(group)),
    }))
    .toSorted((a, b) => b.asked - a.asked || (a.step < b.step ? -1 : 1));
}

/** An alert after which nobody and nothing ever did anything. */
export type QuietAlert = {
  readonly alert: string;
  readonly service: string | null;
  readonly incidents: number;
  readonly notifications: number;
  readonly lastAt: string;
  /** The share of its incidents in which something was done: none; the interval says how many it may yet be. */
  readonly acted: Estimate;
};

/** Alerts that came in two incidents at least and never led to a run, or to an act of a person but looking and ending it. */
export function quietAlertsIn(incidents: readonly Measured[]): readonly QuietAlert[] {
  type Group = { alert: string; service: string | null; all: Measured[]; notifications: number };
  const groups = new Map<string, Group>();
  for (const one of incidents)
    for (const { name, notifications } of one.alerts) {
      const service = one.services[0] ?? null;
      const key = JSON.stringify([service, name]);
      const group = groups.get(key) ?? { alert: name, service, all: [], notifications: 0 };
      if (!group.all.includes(one)) group.all.push(one);
      group.notifications += notifications;
      groups.set(key, group);
    }
  const isActed = ({ runs, humanActs, byHand }: Measured) => runs.length > 0 || humanActs > 0 || byHand.length > 0;
  return [...groups.values()]
    .filter(({ all }) => all.length > 1 && !all.some(isActed))
    .map(({ alert, service, all, notifications }) => ({
      alert,
      service,
      incidents: all.length,
      notifications,
      lastAt:
        all
          .map(({ openedAt }) => openedAt)
          .toSorted()
          .at(-1) ?? '',
      acted: shareOf(0, all.length),
    }))
    .toSorted((a, b) => b.notifications - a.notifications || (a.alert < b.alert ? -1 : 1));
}
