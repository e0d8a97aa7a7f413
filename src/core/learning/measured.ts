// What can be learned from one incident, taken from its record once: times, what people and machines did, what its alerts say. Small and
// bounded, because thousands of them are compared. Pure.
import { z } from 'zod';

/** So many entries of a list are kept at the utmost. */
export const maxKept = 60;

const ms = z.number().nullable();

/** A request for approval. `from`: who was asked first. */
const MeasuredApproval = z.object({
  playbook: z.string(),
  step: z.string(),
  risk: z.string(),
  askedAt: z.string(),
  decidedAt: z.string().nullable(),
  outcome: z.enum(['open', 'granted', 'denied', 'expired', 'voided']),
  from: z.array(z.string()),
  by: z.array(z.object({ person: z.string(), at: z.string(), waitMs: z.number() })),
});

/** A run. `byHand`: somebody started it, and it was no drill. */
const MeasuredRun = z.object({
  playbook: z.string(),
  status: z.string(),
  byHand: z.boolean(),
  drill: z.boolean(),
  attempts: z.number(),
  machineMs: z.number(),
  waitMs: z.number(),
  runMs: ms,
});

/** Something that somebody did by hand. `what`: the same for the same thing, whatever names and numbers were in it. */
const ByHand = z.object({
  kind: z.enum(['run', 'command', 'order']),
  what: z.string(),
  said: z.string(),
  by: z.string(),
  at: z.string(),
});

/** An alert name with what it was about. */
const MeasuredAlert = z.object({ name: z.string(), fingerprint: z.string(), notifications: z.number() });

/** What was taken from the record of one incident. Stored beside it and made anew where its form is another. */
export const Measured = z.object({
  form: z.literal(1),
  id: z.string(),
  number: z.number(),
  title: z.string(),
  severity: z.number(),
  status: z.enum(['open', 'resolved', 'closed']),
  operation: z.boolean(),
  merged: z.boolean(),
  services: z.array(z.string()),
  /** `name=value` of the labels that its alerts have. */
  labels: z.array(z.string()),
  words: z.array(z.string()),
  openedAt: z.string(),
  acknowledgeMs: ms,
  firstActionMs: ms,
  resolveMs: ms,
  waitMs: z.number(),
  alerts: z.array(MeasuredAlert),
  runs: z.array(MeasuredRun),
  approvals: z.array(MeasuredApproval),
  byHand: z.array(ByHand),
  /** Acts of people other than acknowledging and ending it. */
  humanActs: z.number(),
});
export type Measured = z.infer<typeof Measured>;
