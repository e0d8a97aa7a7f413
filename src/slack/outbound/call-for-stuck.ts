// Has incidents told again once a run of them is stuck: no event says that time has gone by. Decides nothing; what is told, and whom it calls, is
// in callouts.ts.
import { addMs } from '../../core/time.ts';
import type { SlackMessages } from '../../ports/slack-memory.ts';
import type { StuckRun } from '../../ports/stuck.ts';
import type { SleepingClock } from './rate-limiter.ts';
import type { Tellings } from './tellings.ts';

/** An incident that is still not told of it, being quiet or because Slack did not take it, is tried again after this long, in milliseconds. */
const againMs = 10 * 60_000;

/** What it needs. */
export type CallForStuckParts = {
  readonly messages: Pick<SlackMessages, 'ofIncident'>;
  readonly begin: Tellings['begin'];
  readonly isUp: () => boolean;
  readonly clock: Pick<SleepingClock, 'nowMs'>;
};

/** Makes it; to be called with all that is stuck, as often as one likes. */
export function createCallForStuck({ messages, begin, isUp, clock }: CallForStuckParts) {
  /** Until when nothing is done about a state of a run. */
  let restUntil = new Map<string, string>();
  return async (stuck: readonly StuckRun[]): Promise<void> => {
    if (!isUp()) return;
    const now = new Date(clock.nowMs()).toISOString();
    const keyOf = ({ runId, since, step }: StuckRun) => `stalled/${runId}/${since}${step === null ? '' : `/${step}/`}`;
    const due = stuck.filter((one) => (restUntil.get(keyOf(one)) ?? '') <= now);
    // What is stuck no more is forgotten.
    restUntil = new Map(stuck.map((one) => [keyOf(one), restUntil.get(keyOf(one)) ?? addMs(now, againMs)]));
    for (const one of due) restUntil.set(keyOf(one), addMs(now, againMs));
    for (const incidentId of new Set(due.map(({ incident }) => incident.id))) {
      const told = await messages.ofIncident(incidentId);
      const isUntold = (one: StuckRun) => !told.some(({ key }) => key.startsWith(keyOf(one)));
      if (due.some((one) => one.incident.id === incidentId && isUntold(one))) begin(incidentId);
    }
  };
}
