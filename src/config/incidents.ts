// The section `incidents:` of firebreak.yaml: times after which something happens to an incident by itself.
import { z } from 'zod';
import { defaultIncidentRules } from '../core/incident/rules.ts';
import { Duration } from '../core/time.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** Times by severity; what is left out has none. */
const bySeverity = z.strictObject({ 1: Duration, 2: Duration, 3: Duration, 4: Duration }).partial();

/** The section. */
export const IncidentsSetting = z
  .strictObject({
    /** An incident that stays resolved this long is closed by itself; without it only people close incidents. */
    closeAfter: Duration.nullable().default(null),
    /** An alert that fires again this soon after its incident was resolved reopens it. */
    reopenWithin: Duration.default(defaultIncidentRules.reopenWithinMs),
    /** An acknowledgement that nobody renews ends after this time, and who had it is reminded; `true`: an hour. */
    acknowledgeFor: z.union([z.boolean().transform((on) => (on ? hourMs : null)), Duration]).default(null),
    /** By severity: who is on call is told of an incident that nobody leads for this long; `{}`: nobody is told. */
    leadWithin: bySeverity.default({ 1: 5 * minuteMs, 2: 15 * minuteMs }),
    /** By severity: who leads is asked for an update this long after the last one; `{}`: nobody is asked. */
    updates: bySeverity.default({ 1: 30 * minuteMs, 2: 60 * minuteMs }),
  })
  .transform(({ closeAfter, reopenWithin, acknowledgeFor, leadWithin, updates }) => ({
    closeAfterMs: closeAfter,
    reopenWithinMs: reopenWithin,
    acknowledgeForMs: acknowledgeFor,
    leadWithinMs: leadWithin,
    updateEveryMs: updates,
  }))
  .prefault({});
