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
  error: z.string().nullable().describe('Why not'),
});
export type ApiDelivery = z.infer<typeof ApiDelivery>;

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
