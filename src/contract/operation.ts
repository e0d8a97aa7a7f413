// What operators look at over the API: deliveries, kill switches, the stream of changes.
import { z } from 'zod';
import { Actor } from './actor.ts';

/** Where a delivery stands. */
export const DeliveryStatus = z.enum(['accepted', 'processed', 'dead']);
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

/** What a monitoring source sent. */
export const Delivery = z.object({
  receipt: z.string(),
  source: z.string(),
  integration: z.string(),
  headers: z.record(z.string(), z.string()).describe('Those that say what it is; none that prove who sent it'),
  receivedAt: z.string(),
  status: DeliveryStatus.describe('`dead`: it cannot be used'),
  error: z.string().nullable().describe('Why not'),
});
export type Delivery = z.infer<typeof Delivery>;

/** A kill switch that is engaged. */
export const KillSwitch = z.object({
  scope: z.string().describe("A playbook's name, or `*` for everything"),
  by: Actor,
  reason: z.string(),
  at: z.string(),
});
export type KillSwitch = z.infer<typeof KillSwitch>;

/** One change, as the stream tells it. */
export const Change = z.object({
  kind: z.enum(['incident', 'run']).describe('What changed'),
  id: z.string().describe('Its id'),
  incident: z.string(),
  seq: z.int().describe('Place in the timeline of the incident'),
  type: z.string().describe('Type of the event, such as `run.started`'),
  at: z.string(),
});
export type Change = z.infer<typeof Change>;
