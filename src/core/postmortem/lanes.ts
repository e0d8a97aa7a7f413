// The incident as lanes of time: alerts, people, each run; what the chart of a document shows. Pure.

import { stepOf } from '../run/state.ts';
import type { Facts } from './facts.ts';
import type { Names } from './names.ts';
import { joined, type MsSpan } from './spans.ts';
import { approvalWaits, trySpans } from './waits.ts';

/** What a bar is about; it is told by its words too, never by colour alone. */
export type BarKind = 'firing' | 'waiting' | 'running' | 'done' | 'failed' | 'undone' | 'said';

/** A stretch of a lane; a moment has no length. `seq`: the entry that began it. */
export type Bar = MsSpan & { readonly kind: BarKind; readonly label: string; readonly seq: number };

/** One lane. */
export type TimeLane = { readonly name: string; readonly bars: readonly Bar[] };

/** The chart. `waiting`: when somebody was asked and had not answered. */
export type Lanes = MsSpan & { readonly lanes: readonly TimeLane[]; readonly waiting: readonly MsSpan[] };

/** Lanes of alerts and of runs, at the utmost each; bars of one lane. */
const maxLanes = 8;
const maxBars = 60;

/** Builds the lanes; null where there is no time to show. */
export function lanesOf(
  facts: Facts,
  names: Names,
  bounds: { readonly beganAt: string; readonly overAt: string | null },
): Lanes | null {
  const last = facts.every.at(-1);
  if (!last) return null;
  const from = Date.parse(bounds.beganAt);
  const to = Math.max(Date.parse(bounds.overAt ?? last.stored.at), from + 1000);
  const waits = approvalWaits(facts, to);
  const lanes = [alertLane(facts, to), peopleLane(facts, names), ...runLanes(facts, names, to)];
  return {
    from,
    to,
    lanes: lanes
      .filter(({ bars }) => bars.length > 0)
      .map(({ name, bars }) => ({ name, bars: bars.slice(0, maxBars) })),
    waiting: joined(waits),
  };
}

function alertLane(facts: Facts, to: number): TimeLane {
  const open = new Map<string, Bar>();
  const bars: Bar[] = [];
  for (const { stored, event } of facts.every) {
    if (event.type === 'alert.received' && event.data.alert.status === 'firing') {
      const { fingerprint, title, startsAt } = event.data.alert;
      const told = Date.parse(stored.at);
      const began = startsAt === null ? told : Math.min(Date.parse(startsAt), told);
      if (!open.has(fingerprint))
        open.set(fingerprint, {
          from: Number.isNaN(began) ? told : began,
          to,
          kind: 'firing',
          label: title,
          seq: stored.seq,
        });
    } else if (event.type === 'alert.resolved') {
      const bar = open.get(event.data.fingerprint);
      open.delete(event.data.fingerprint);
      if (bar) bars.push({ ...bar, to: Date.parse(stored.at) });
    }
  }
  return { name: 'Alerts', bars: [...bars, ...open.values()].toSorted((a, b) => a.from - b.from) };
}

function peopleLane(facts: Facts, names: Names): TimeLane {
  const bars = facts.every.flatMap(({ stored, event }): Bar[] => {
    if (stored.actor.kind !== 'user' || event.type.startsWith('postmortem.') || event.type.startsWith('action_item.'))
      return [];
    const at = Date.parse(stored.at);
    return [{ from: at, to: at, kind: 'said', label: names.sentence(stored).text, seq: stored.seq }];
  });
  return { name: 'People', bars };
}

function runLanes(facts: Facts, names: Names, to: number): TimeLane[] {
  const kinds = {
    succeeded: 'done',
    failed: 'failed',
    retried: 'failed',
    unknown: 'failed',
    running: 'running',
  } as const;
  const byRun = new Map<string, Bar[]>();
  const put = (runId: string, bar: Bar) => {
    const known = byRun.get(runId);
    if (known) known.push(bar);
    else byRun.set(runId, [bar]);
  };
  for (const wait of approvalWaits(facts, to))
    put(wait.runId, {
      from: wait.from,
      to: wait.to,
      kind: 'waiting',
      label: `${stepOf(wait.step)} waits for ${wait.asked.map(names.person).join(', ')}`,
      seq: wait.refs[0]?.seq ?? 0,
    });
  for (const one of trySpans(facts, to)) {
    const undo = one.step !== stepOf(one.step);
    const kind = undo && one.outcome === 'succeeded' ? 'undone' : kinds[one.outcome];
    put(one.runId, {
      from: one.from,
      to: one.to,
      kind,
      label: `${undo ? 'undo of ' : ''}${stepOf(one.step)}: ${one.summary}`,
      seq: one.refs[0]?.seq ?? 0,
    });
  }
  return [...byRun]
    .slice(0, maxLanes)
    .map(([runId, bars]) => ({ name: names.run(runId), bars: bars.toSorted((a, b) => a.from - b.from) }));
}
