// How long the states of a playbook's runs usually last, out of runs that succeeded. Pure.
import { medianOf } from '../learning/intervals.ts';
import { elapsedMs } from '../time.ts';
import { isDrill } from './drill.ts';
import { isUndo, type RunState, stepOf, undoKey } from './state.ts';

/** The median of a state's duration, and of how many runs or requests it is. */
export type UsualTime = { readonly medianMs: number; readonly n: number };

/** By `usualKey`. */
export type UsualTimes = ReadonlyMap<string, UsualTime>;

/** With fewer than these nothing is usual yet. */
export const minForUsual = 5;

/** Names what has a usual time: the execution of a step, with its retries and waits, or a request about it. Items of a step are one. */
export const usualKey = (state: 'step' | 'approval', node: string): string =>
  `${state}/${isUndo(node) ? undoKey(stepOf(node)) : stepOf(node)}`;

/** Usual times, out of runs of one playbook. Whoever exercises is there to answer: an exercise says nothing of what is usual. */
export function usualTimesOf(runs: readonly RunState[]): UsualTimes {
  const seen = new Map<string, number[]>();
  const add = (key: string, from: string, to: string) => {
    seen.set(key, [...(seen.get(key) ?? []), Math.max(0, elapsedMs(from, to))]);
  };
  for (const { nodes, approvals } of runs.filter((run) => !isDrill(run))) {
    for (const [key, node] of Object.entries(nodes))
      if (node.status === 'succeeded' && node.firstStartedAt !== null && node.markedBy === undefined)
        add(usualKey('step', key), node.firstStartedAt, node.at);
    for (const { step, status, requestedAt, decidedAt } of Object.values(approvals))
      if (status === 'granted' && decidedAt !== null) add(usualKey('approval', step), requestedAt, decidedAt);
  }
  return new Map(
    [...seen].flatMap(([key, durations]): [string, UsualTime][] => {
      const { value, n } = medianOf(durations);
      return value === null || n < minForUsual ? [] : [[key, { medianMs: value, n }]];
    }),
  );
}
