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
