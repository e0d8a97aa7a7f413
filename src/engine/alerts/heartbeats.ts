// Heartbeats of senders: notes when they are heard, and delivers an alert when one is missing and its end when it is heard again, once, whichever
// process looks. What becomes of the alert is decided as of any other.

import type { Alert } from '../../core/alert/alert.ts';
import {
  type Heartbeat,
  heartbeatAlert,
  heartbeatChange,
  heartbeatFingerprint,
  heartbeatSource,
  heartbeatsOf,
  isHeartbeat,
} from '../../core/alert/heartbeat.ts';
import type { TimeIntervals } from '../../core/alert/time-interval.ts';
import type { HeartbeatStore } from '../../ports/heartbeats.ts';
import type { AcceptDelivery, NewDelivery } from '../../ports/intake.ts';
import type { Runtime } from '../../ports/runtime.ts';

/** What heartbeats need. */
export type HeartbeatParts = {
  readonly rules: readonly Heartbeat[];
  readonly intervals: TimeIntervals;
  readonly store: HeartbeatStore;
  readonly runtime: Pick<Runtime, 'nowMs' | 'monotonicMs'>;
};

/** Heartbeats of one engine. */
export type Heartbeats = {
  /** Accepts deliveries, and notes what of them counts as a heartbeat, however often the same is sent. */
  readonly listening: (accept: AcceptDelivery) => AcceptDelivery;
  /** The heartbeats that an alert counts as at an instant. */
  readonly countsAs: (alert: Alert, at: string) => readonly string[];
  /** Without the alerts that are heartbeats and nothing else. */
  readonly withoutHeartbeats: (alerts: readonly Alert[]) => readonly Alert[];
  /** Delivers what is to be told now. */
  readonly check: (accept: AcceptDelivery) => Promise<void>;
};

/** Nobody looked for so long, in milliseconds: nobody listened either. Two looks that did not come about. */
const absentMs = 10_500;
/** A heartbeat that comes all the time is noted no more often than this. */
const notedEveryMs = 1000;

/** Makes them. */
export function createHeartbeats({ rules, intervals, store, runtime }: HeartbeatParts): Heartbeats {
  const notedAt = new Map<string, number>();
  const momentNow = () => ({ at: new Date(runtime.nowMs()).toISOString(), intervals });

  async function noteHeard(names: readonly string[]): Promise<void> {
    const now = runtime.monotonicMs();
    const due = names.filter((name) => now - (notedAt.get(name) ?? Number.NEGATIVE_INFINITY) >= notedEveryMs);
    if (due.length === 0) return;
    await store.heard(due);
    for (const name of due) notedAt.set(name, now);
  }

  /** The heartbeat that says of itself that it failed. */
  const failing = ({ source, alerts }: NewDelivery): Heartbeat | undefined =>
    source === heartbeatSource
      ? rules.find(({ name }) => alerts.some(({ fingerprint }) => fingerprint === heartbeatFingerprint(name)))
      : undefined;

  const heardIn = ({ integration, alerts }: NewDelivery): readonly string[] => {
    const moment = momentNow();
    return rules
      .filter((rule) =>
        rule.where
          ? alerts.some((alert) => isHeartbeat(rule, alert, moment))
          : (rule.from ?? rule.name) === integration,
      )
      .map(({ name }) => name);
  };

  return {
    listening: (accept) => async (delivery) => {
      const failed = failing(delivery);
      if (failed === undefined) {
        const accepted = await accept(delivery);
        const heard = heardIn(delivery);
        if (heard.length > 0) await noteHeard(heard);
        return accepted;
      }
      const said = delivery.alerts[0]?.description ?? '';
      const alert = heartbeatAlert(failed, 'firing', { at: momentNow().at, said });
      const accepted = await accept({ ...delivery, alerts: [alert] });
      await store.failed(failed.name);
      // The next sign of life is to be noted at once: it is the end of what fires now.
      notedAt.delete(failed.name);
      return accepted;
    },
    countsAs: (alert, at) => heartbeatsOf(rules, alert, { at, intervals }),
    withoutHeartbeats: (alerts) =>
      rules.some(({ where }) => where !== undefined)
        ? alerts.filter((alert) => !rules.some((rule) => isHeartbeat(rule, alert, momentNow())))
        : alerts,
    async check(accept) {
      if (rules.length === 0) return;
      const { at, states } = await store.look(
        rules.map(({ name }) => name),
        absentMs,
      );
      for (const state of states) {
        const rule = rules.find(({ name }) => name === state.name);
        const change = rule && heartbeatChange(rule, state, at);
        if (!rule || !change) continue;
        const missing = change.status === 'missing';
        await accept(toldOf(rule, missing ? 'firing' : 'resolved', { at, since: change.since }));
        // Whoever dies before this tells the same once more, which is the same delivery.
        await (missing ? store.raised(rule.name, at) : store.cleared(rule.name, change.since));
        notedAt.delete(rule.name);
      }
    },
  };
}

function toldOf(
  rule: Heartbeat,
  status: Alert['status'],
  { at, since }: { readonly at: string; readonly since: string },
): NewDelivery {
  return {
    source: heartbeatSource,
    integration: rule.name,
    headers: {},
    body: Buffer.from(JSON.stringify({ state: status === 'firing' ? 'missing' : 'ok', since })),
    alerts: [heartbeatAlert(rule, status, { at, said: null })],
    dedupe: { kind: 'sender', value: `${heartbeatFingerprint(rule.name)}/${status}/${since}` },
  };
}
