// How long things take, by service, severity or playbook: to the first acknowledgement, to the first action, to the end, and how much of
// it was waiting for people. Pure.
import { groupBy } from '../postmortem/facts.ts';
import { type Estimate, medianOf, shareOf } from './intervals.ts';
import type { Measured } from './measured.ts';

/** What incidents are put together by. */
export type TimesBy = 'service' | 'severity' | 'playbook';

/** Times of incidents that have something in common; in milliseconds, shares from 0 to 1. */
export type TimesRow = {
  readonly key: string;
  readonly incidents: number;
  /** Not over yet: their times to the end are not known, and are left out. */
  readonly open: number;
  readonly acknowledgeMs: Estimate;
  readonly acknowledged: Estimate;
  readonly firstActionMs: Estimate;
  readonly resolveMs: Estimate;
  readonly waitMs: Estimate;
};

/** Incidents that people had trouble with: no operations, no drills, none that goes on in another one. */
export const isTrouble = ({ operation, merged, runs }: Measured): boolean =>
  !operation && !merged && !(runs.length > 0 && runs.every(({ drill }) => drill));

const known = (values: readonly (number | null)[]): readonly number[] => values.filter((value) => value !== null);

function keysOf(by: TimesBy, { services, severity, runs }: Measured): readonly string[] {
  switch (by) {
    case 'service':
      return services.length === 0 ? ['(none)'] : services;
    case 'severity':
      return [`SEV${severity}`];
    case 'playbook':
      return runs.length === 0 ? ['(none)'] : [...new Set(runs.map(({ playbook }) => playbook))];
  }
}

/** The times of these incidents. */
function timesOf(key: string, all: readonly Measured[]): TimesRow {
  return {
    key,
    incidents: all.length,
    open: all.filter(({ resolveMs }) => resolveMs === null).length,
    acknowledgeMs: medianOf(known(all.map(({ acknowledgeMs }) => acknowledgeMs))),
    acknowledged: shareOf(all.filter(({ acknowledgeMs }) => acknowledgeMs !== null).length, all.length),
    firstActionMs: medianOf(known(all.map(({ firstActionMs }) => firstActionMs))),
    resolveMs: medianOf(known(all.map(({ resolveMs }) => resolveMs))),
    waitMs: medianOf(all.map(({ waitMs }) => waitMs)),
  };
}

/** All of them first, then by what they have in common, those with the most incidents first; an incident of two services counts for both. */
export function timesBy(by: TimesBy, incidents: readonly Measured[]): readonly TimesRow[] {
  const keyed = incidents.flatMap((one) => keysOf(by, one).map((key) => ({ key, one })));
  const rows = [...groupBy(keyed, ({ key }) => key)].map(([key, group]) =>
    timesOf(
      key,
      group.map(({ one }) => one),
    ),
  );
  return [timesOf('all', incidents), ...rows.toSorted((a, b) => b.incidents - a.incidents || (a.key < b.key ? -1 : 1))];
}
