// Facts about alerts that are one problem, before, beside or instead of an incident. Dotted past tense; a type may gain optional fields,
// never lose or rename one.
import { z } from 'zod';
import { Alert } from '../alert/alert.ts';
import { eventSchema } from '../event-schema.ts';
import { Hold } from './hold.ts';

const alert = { fingerprint: z.string() };

/** Facts of a group's stream. */
export const GroupEvent = z.discriminatedUnion('type', [
  /** `rule`: the entry of `groups:` that made it; null: none did, and something of it was held back. */
  eventSchema('group.opened', { key: z.string(), rule: z.string().nullable(), title: z.string() }),
  /**
   * An alert fires and goes no further now. `told`: people know of its begin already. `unacted`: the incident of a window took it, and no
   * playbook was started for it.
   */
  eventSchema('group.alert_held', {
    alert: Alert,
    receipt: z.string(),
    hold: Hold,
    told: z.literal(true).optional(),
    unacted: z.literal(true).optional(),
  }),
  /** It is held for another reason than before. */
  eventSchema('group.hold_changed', { ...alert, hold: Hold }),
  /** One that is held was told again. */
  eventSchema('group.alert_repeated', { ...alert, receipt: z.string(), count: z.number() }),
  /** An alert of the group went on to its incident at once. */
  eventSchema('group.alert_passed', {
    ...alert,
    status: z.enum(['firing', 'resolved']),
    receipt: z.string(),
    severity: z.string(),
  }),
  /** Alerts that were held go on to an incident, and why they do now. */
  eventSchema('group.released', { incidentId: z.string(), fingerprints: z.array(z.string()), reason: z.string() }),
  /** One that was held is over before anybody was told. */
  eventSchema('group.alert_ended', { ...alert, receipt: z.string(), endsAt: z.string().nullable() }),
  /** An end came of which no begin is known; a begin that comes after it and is not later opens nothing. */
  eventSchema('group.end_remembered', {
    ...alert,
    title: z.string(),
    receipt: z.string(),
    startsAt: z.string().nullable(),
    endsAt: z.string().nullable(),
  }),
  /** A begin came whose end is known already. */
  eventSchema('group.begin_ignored', { ...alert, receipt: z.string(), reason: z.string() }),
  /** It changes so often that changes are held back: `changes` within the time of the rule. */
  eventSchema('group.flapping_started', { ...alert, changes: z.number() }),
  eventSchema('group.flapping_stopped', { ...alert, changes: z.number() }),
  /** The change of an alert that flaps. */
  eventSchema('group.alert_changed', {
    ...alert,
    status: z.enum(['firing', 'resolved']),
    alert: Alert,
    receipt: z.string(),
  }),
  /** Its time is over: what fires from now on is another problem, with another incident. */
  eventSchema('group.window_ended', { generation: z.number(), reason: z.string() }),
]);
export type GroupEvent = z.infer<typeof GroupEvent>;
