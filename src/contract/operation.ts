// What operators look at over the API: deliveries, kill switches, the stream of changes.
import { z } from 'zod';
import { ApiActor } from './actor.ts';

/** Where a delivery stands. */
export const ApiDeliveryStatus = z.enum(['accepted', 'processed', 'dead']);
export type ApiDeliveryStatus = z.infer<typeof ApiDeliveryStatus>;

/** What a monitoring source sent. */
export const ApiDelivery = z.object({
  receipt: z.string(),
  source: z.string(),
  integration: z.string(),
  headers: z.record(z.string(), z.string()).describe('Those that say what it is; none that prove who sent it'),
  receivedAt: z.string(),
  status: ApiDeliveryStatus.describe('`dead`: it cannot be used'),
  error: z.string().nullable().describe('What went wrong; of one that was dealt with, before that'),
  fault: z
    .enum(['sender', 'ours'])
    .nullable()
    .describe('`sender`: the body cannot be used; `ours`: it failed here, and is tried again for a day'),
  tries: z.int().describe('Failed tries'),
});
export type ApiDelivery = z.infer<typeof ApiDelivery>;

/** A delivery with what it said. */
export const ApiDeliveryBody = ApiDelivery.extend({
  body: z.string().describe('As it came, known secrets masked; cut after 16 384 characters'),
  bodyBytes: z.int(),
  alerts: z.array(z.object({ fingerprint: z.string(), status: z.enum(['firing', 'resolved']), title: z.string() })),
});
export type ApiDeliveryBody = z.infer<typeof ApiDeliveryBody>;

/** Refused requests of one kind. */
export const ApiRefusedDelivery = z.object({
  source: z.string().describe('`unknown`: there is none of the name that was used'),
  integration: z.string().nullable().describe('null: none is configured under the name that was used'),
  outcome: z.string().describe('The code that was answered, such as `unauthorized`'),
  reason: z.string().describe('Why, as the sender was told'),
  peer: z.string().describe('Address it came from; empty for many'),
  firstAt: z.string(),
  lastAt: z.string(),
  count: z.int(),
});
export type ApiRefusedDelivery = z.infer<typeof ApiRefusedDelivery>;

/** How often bodies were not as expected in one field. */
export const ApiFieldFault = z.object({
  source: z.string(),
  integration: z.string(),
  field: z.string().describe('Places in lists are `*`; `(body)` for all of it'),
  kind: z
    .enum(['refused', 'remarked'])
    .describe('`refused`: the delivery is dead for it; `remarked`: told with the alert'),
  message: z.string().describe('What was wrong, the last time'),
  firstAt: z.string(),
  lastAt: z.string(),
  count: z.int(),
});
export type ApiFieldFault = z.infer<typeof ApiFieldFault>;

/** A kill switch that is engaged. */
export const ApiKillSwitch = z.object({
  scope: z.string().describe("A playbook's name, or `*` for everything"),
  by: ApiActor,
  reason: z.string(),
  at: z.string(),
});
export type ApiKillSwitch = z.infer<typeof ApiKillSwitch>;

/** One change, as the stream tells it. */
export const ApiChange = z.object({
  kind: z.enum(['incident', 'run']).describe('What changed'),
  id: z.string().describe('Its id'),
  incident: z.string(),
  seq: z.int().describe('Place in the timeline of the incident'),
  type: z.string().describe('Type of the event, such as `run.started`'),
  at: z.string(),
});
export type ApiChange = z.infer<typeof ApiChange>;
