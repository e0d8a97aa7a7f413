// How two simulations of the same deliveries differ: in incidents, in runs, in what people are told. Judges nothing.
import type { SimulatedIncident, WhatIfResult } from './simulate.ts';

/** What a simulation comes to. */
export type SimulationTotals = {
  readonly incidents: number;
  readonly opened: number;
  readonly runs: number;
  readonly told: { readonly [how in SimulatedIncident['told']]: number };
};

/** How two simulations differ. Incidents are the same where they open at the same instant with the same title, owner, loudness and runs. */
export type WhatIf = {
  readonly deliveries: number;
  readonly alerts: number;
  readonly before: SimulationTotals;
  readonly after: SimulationTotals;
  /** Incidents that there would be no more. */
  readonly gone: readonly SimulatedIncident[];
  /** Incidents that there would be instead or besides. */
  readonly fresh: readonly SimulatedIncident[];
  /** Runs by playbook, where their number differs. */
  readonly runs: readonly { readonly playbook: string; readonly before: number; readonly after: number }[];
};

/** Compares what there was with what there would be. */
export function compareSimulations(before: WhatIfResult, after: WhatIfResult): WhatIf {
  const [runsBefore, runsAfter] = [runsOf(before), runsOf(after)];
  const playbooks = [...new Set([...runsBefore.keys(), ...runsAfter.keys()])].sort();
  return {
    deliveries: after.deliveries,
    alerts: after.alerts,
    before: totalsOf(before),
    after: totalsOf(after),
    gone: without(before.incidents, after.incidents),
    fresh: without(after.incidents, before.incidents),
    runs: playbooks
      .map((playbook) => ({
        playbook,
        before: runsBefore.get(playbook) ?? 0,
        after: runsAfter.get(playbook) ?? 0,
      }))
      .filter((one) => one.before !== one.after),
  };
}

/** True where there is no difference. */
export const isSame = ({ gone, fresh }: WhatIf): boolean => gone.length === 0 && fresh.length === 0;

function totalsOf({ incidents }: WhatIfResult): SimulationTotals {
  const told = { channel: 0, thread: 0, line: 0, none: 0 };
  let [opened, runs] = [0, 0];
  for (const one of incidents) {
    told[one.told] += 1;
    opened += one.opened;
    runs += one.runs.length;
  }
  return { incidents: incidents.length, opened, runs, told };
}

function runsOf({ incidents }: WhatIfResult): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { runs } of incidents) for (const name of runs) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

const nameOf = ({ openedAt, title, told, owner, opened, runs }: SimulatedIncident): string =>
  [openedAt, told, owner ?? '', opened, runs.join(' '), title].join('\n');

/** Those that the others have not, each as often as it is there more. */
function without(
  all: readonly SimulatedIncident[],
  others: readonly SimulatedIncident[],
): readonly SimulatedIncident[] {
  const left = new Map<string, number>();
  for (const one of others) left.set(nameOf(one), (left.get(nameOf(one)) ?? 0) + 1);
  return all.filter((one) => {
    const name = nameOf(one);
    const count = left.get(name) ?? 0;
    if (count > 0) left.set(name, count - 1);
    return count === 0;
  });
}
