// An incident over the API.
import { z } from 'zod';
import { ApiActor } from './actor.ts';

/** What an incident knows of one of its alerts. */
export const ApiIncidentAlert = z.object({
  status: z.enum(['firing', 'resolved']),
  title: z.string(),
  source: z.string(),
  count: z.int().describe('How often it was received'),
  startsAt: z.string().nullable().describe('When it began, as its source says'),
  firstAt: z.string(),
  lastAt: z.string(),
});
export type ApiIncidentAlert = z.infer<typeof ApiIncidentAlert>;

/** Where an incident stands. */
export const ApiIncidentStatus = z.enum(['open', 'resolved', 'closed']);

/** What people work on. */
export const ApiIncident = z.object({
  id: z.string(),
  number: z.int(),
  title: z.string(),
  severity: z.int().describe('1 (worst) to 4'),
  status: ApiIncidentStatus,
  groupKey: z.string().nullable().describe('What its alerts have in common, as their source says'),
  openedAt: z.string(),
  resolvedAt: z.string().nullable(),
  closedAt: z.string().nullable(),
  acknowledgedAt: z.string().nullable(),
  acknowledgedBy: ApiActor.nullable().describe('Who acknowledged it last since it was opened, or opened again'),
  mergedInto: z
    .object({ id: z.string(), number: z.int() })
    .nullable()
    .describe('The incident that goes on in its place'),
  channel: z.object({ id: z.string(), name: z.string() }).nullable().describe('Its channel in Slack'),
  service: z.string().nullable().describe('What it is about, where people said so when they opened it'),
  mitigatedAt: z.string().nullable().describe('Since when it does no more harm; null: it does, or nobody said so'),
  private: z.boolean().describe('Only its members know of it'),
  members: z.array(z.string()).nullable().describe('Who may know of it, where it is private; null: it is not'),
  roles: z.record(z.string(), z.string()).describe('Who has which role'),
  alerts: z.record(z.string(), ApiIncidentAlert).describe('By fingerprint'),
  updatedAt: z.string(),
  version: z.int().describe('How many events its timeline has'),
});
export type ApiIncident = z.infer<typeof ApiIncident>;
