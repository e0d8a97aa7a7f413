// Facts about silences and maintenance windows: those that people make, and the begin and end of every one, the file's too. Dotted past
// tense; a type may gain optional fields, never lose or rename one.
import { z } from 'zod';
import { JsonValue } from '../alert/alert.ts';
import { AlertWhere } from '../alert/where.ts';
import { eventSchema } from '../event-schema.ts';

/** Who has made it: somebody by an order, or whoever writes firebreak.yaml. */
const from = z.enum(['file', 'person']);

/** One time in which a silence or window holds. `id`: of a silence its id, of a window its name. */
const time = {
  id: z.string(),
  from,
  /** null: longer ago than anybody looked. */
  startsAt: z.string().nullable(),
  /** null: without an end. */
  endsAt: z.string().nullable(),
  owner: z.string(),
  reason: z.string(),
};

/** A window as it was asked for: what the configuration would say of it. */
export const AskedWindow = z.object({
  name: z.string(),
  where: AlertWhere.optional(),
  startsAt: z.string().optional(),
  endsAt: z.string().optional(),
  during: JsonValue.optional(),
  until: z.string().optional(),
  mode: z.enum(['quiet', 'consolidate']),
  owner: z.string(),
  reason: z.string(),
});
export type AskedWindow = z.infer<typeof AskedWindow>;

/** The facts. */
export const muteEvents = [
  eventSchema('silence.created', {
    id: z.string(),
    sets: z.array(AlertWhere),
    startsAt: z.string(),
    endsAt: z.string(),
    owner: z.string(),
    reason: z.string(),
  }),
  /** Somebody ended it before its time. */
  eventSchema('silence.expired', { id: z.string(), reason: z.string().optional() }),
  eventSchema('silence.started', time),
  eventSchema('silence.ended', time),
  eventSchema('window.created', { window: AskedWindow }),
  eventSchema('window.removed', { name: z.string(), reason: z.string().optional() }),
  eventSchema('window.started', { ...time, mode: z.enum(['quiet', 'consolidate']) }),
  eventSchema('window.ended', time),
  /** People were told which silences look forgotten, and why each does. */
  eventSchema('silences.reviewed', { forgotten: z.array(z.object({ id: z.string(), why: z.string() })) }),
] as const;
