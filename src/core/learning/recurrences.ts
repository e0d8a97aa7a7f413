// Trouble that comes again: the same alerts of the same service. Pure.
import { elapsedMs } from '../time.ts';
import { type Estimate, medianOf } from './intervals.ts';
import type { Measured } from './measured.ts';

/** Trouble that came more than once. */
export type Recurrence = {
  readonly alert: string;
  readonly service: string | null;
  readonly incidents: number;
  /** The latest of them, by number. */
  readonly numbers: readonly number[];
  readonly firstAt: string;
  readonly lastAt: string;
  /** From the begin of one to the begin of the next. */
  readonly betweenMs: Estimate;
  readonly resolveMs: Estimate;
  /** Time that it took in all. */
  readonly totalMs: number;
  /** Playbooks that succeeded in one of them, with how often. */
  readonly helped: readonly { readonly playbook: string; readonly incidents: number }[];
};

const maxNumbers = 10;

/** What came again, what took the most time in all first. */
export function recurrencesIn(incidents: readonly Measured[]): readonly Recurrence[] {
  const groups = new Map<string, { alert: string; service: string | null; all: Measured[] }>();
  for (const one of incidents) {
    const service = one.services[0] ?? null;
    for (const alert of new Set(one.alerts.map(({ name }) => name))) {
      const key = JSON.stringify([service, alert]);
      const group = groups.get(key) ?? { alert, service, all: [] };
      group.all.push(one);
      groups.set(key, group);
    }
  }
  return [...groups.values()]
    .filter(({ all }) => all.length > 1)
    .map(({ alert, service, all }) => recurrence(alert, service, all))
    .toSorted((a, b) => b.totalMs - a.totalMs || b.incidents - a.incidents || (a.alert < b.alert ? -1 : 1));
}

function recurrence(alert: string, service: string | null, all: readonly Measured[]): Recurrence {
  const inOrder = all.toSorted((a, b) => Date.parse(a.openedAt) - Date.parse(b.openedAt));
  const between = inOrder
    .slice(1)
    .map(({ openedAt }, index) => elapsedMs(inOrder[index]?.openedAt ?? openedAt, openedAt));
  const resolved = inOrder.flatMap(({ resolveMs }) => resolveMs ?? []);
  return {
    alert,
    service,
    incidents: all.length,
    numbers: inOrder.slice(-maxNumbers).map(({ number }) => number),
    firstAt: inOrder[0]?.openedAt ?? '',
    lastAt: inOrder.at(-1)?.openedAt ?? '',
    betweenMs: medianOf(between),
    resolveMs: medianOf(resolved),
    totalMs: resolved.reduce((sum, one) => sum + one, 0),
    helped: helpedIn(all),
  };
}

/** Playbooks that succeeded in these incidents, the one that did so most often first. */
export function helpedIn(all: readonly Measured[]): Recurrence['helped'] {
  const counts = new Map<string, number>();
  for (const { runs } of all)
    for (const playbook of new Set(runs.filter(({ status }) => status === 'succeeded').map((run) => run.playbook)))
      counts.set(playbook, (counts.get(playbook) ?? 0) + 1);
  return [...counts]
    .map(([playbook, incidents]) => ({ playbook, incidents }))
    .toSorted((a, b) => b.incidents - a.incidents || (a.playbook < b.playbook ? -1 : 1));
}
