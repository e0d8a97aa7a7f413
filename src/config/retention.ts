// `retention:` of firebreak.yaml: how long what is no record is kept, and when ended incidents may leave. Parses; removes nothing.
import { z } from 'zod';
import { Duration } from '../core/time.ts';
import type { RetentionAges } from '../ports/retention.ts';

const dayMs = 24 * 3_600_000;
const atLeastADay = Duration.refine(
  (ms) => ms >= dayMs,
  'must be at least 1d: senders send again what they believe is lost',
);
/** `null`: never. */
const age = (days: number) => atLeastADay.nullable().default(days * dayMs);

/** The section. `never` is written as null. */
export const RetentionSetting = z
  .strictObject({
    /** Deliveries whose alerts were dealt with. Those about alerts of open incidents stay as long as these are open. */
    deliveries: age(30),
    /** Deliveries that held no alert to deal with. */
    emptyDeliveries: age(7),
    /** Deliveries that could not be dealt with, and can be replayed until then. */
    deadDeliveries: age(90),
    /** Ended incidents: nothing removes them by itself; it is what `firebreak archive` takes without `--older-than`. */
    incidents: atLeastADay.nullable().default(null),
  })
  .transform(({ deliveries, emptyDeliveries, deadDeliveries, incidents }) => ({
    deliveriesMs: deliveries,
    emptyDeliveriesMs: emptyDeliveries,
    deadDeliveriesMs: deadDeliveries,
    incidentsMs: incidents,
  }))
  .prefault({});

/** What it says, by kind; what has a window of its own goes when that is over, whatever it says. */
export const retentionAges = (said: z.output<typeof RetentionSetting>): RetentionAges => ({
  deliveries: said.deliveriesMs,
  emptyDeliveries: said.emptyDeliveriesMs,
  deadDeliveries: said.deadDeliveriesMs,
  idempotencyKeys: dayMs,
  usedProofs: 0,
  sessions: 30 * dayMs,
  workers: dayMs,
  breakers: dayMs,
});
