// What is promised of the automation and how it stands, and what is stuck, over the API. Shares from 0 to 1, durations in milliseconds. Shapes only.
import { z } from 'zod';
import { listOf } from './paging.ts';
import { ApiWaiting } from './run.ts';

/** What is promised. */
const ApiSloObjective = z.enum(['success', 'within_sla', 'approval_wait', 'ingest', 'delivery']);

/** One promise and how it stands. */
export const ApiSloLine = z.object({
  subject: z.string().describe('`*` is Firebreak as a whole, else the name of a playbook'),
  objective: ApiSloObjective,
  promise: z.string().describe('It in words'),
  windowMs: z.number(),
  withinMs: z.number().nullable().describe('The time of a promise that has one'),
  target: z.number(),
  status: z
    .enum(['met', 'burning', 'burned', 'unclear'])
    .describe('`unclear`: too few observations, or too close, to say'),
  standing: z.string().describe('How it stands, in words'),
  n: z.number().describe('Observations of the window; an exercise counts a quarter'),
  bad: z.number().describe('Those against the promise'),
  drills: z.int().describe('Exercises among them, each counted as one'),
  value: z.number().nullable().describe('What was attained; null: nothing was observed'),
  low: z.number().nullable().describe('The true share lies between `low` and `high` with 95 %, by Wilson’s interval'),
  high: z.number().nullable(),
  budgetLeft: z
    .number()
    .nullable()
    .describe('Share of the error budget that is left; negative: it is overdrawn; null: nothing was observed'),
  burnSlow: z
    .number()
    .nullable()
    .describe('How many times as fast as it may the budget was used up in the last 7/30 of the window'),
  burnFast: z.number().nullable().describe('The same in the last 1/30'),
  burnedSince: z.string().nullable().describe('When the record says that the budget was used up; null: it is not'),
});
export type ApiSloLine = z.infer<typeof ApiSloLine>;

/** All of them. */
export const ApiSlo = z.object({
  at: z.string(),
  method: z.string().describe('How the intervals are made'),
  items: listOf(ApiSloLine),
});
export type ApiSlo = z.infer<typeof ApiSlo>;

/** A state of a run that lasts too long. */
export const ApiStuck = z.object({
  runId: z.string(),
  playbook: z.string(),
  incident: z.object({ id: z.string(), number: z.int(), title: z.string(), severity: z.int() }),
  state: z.string().describe('What the run is at, as metrics name it'),
  drill: z.boolean().describe('It is an exercise'),
  step: z.string().nullable(),
  kind: ApiWaiting.shape.kind,
  what: z.string().describe('What it waits for'),
  since: z.string(),
  ageMs: z.number(),
  limitMs: z.number().describe('How long it may last'),
  because: z
    .enum(['usual', 'sla', 'unknown', 'timer'])
    .describe('What says so: twice its usual time, the SLA, two hours where neither is known, or a timer that is over'),
  usual: z.object({ medianMs: z.number(), n: z.int() }).nullable().describe('How long it usually lasts'),
  who: listOf(z.string()).describe('Who can unblock it'),
  escalation: z.string().nullable().describe('Whom the playbook names for this'),
  help: listOf(z.string()).describe('Commands that help, the mildest first'),
  runbook: z.string().nullable(),
});
export type ApiStuck = z.infer<typeof ApiStuck>;

/** What is stuck. */
export const ApiStuckList = z.object({
  at: z.string(),
  items: listOf(ApiStuck),
  cut: z.boolean().describe('More runs are open than are looked at: the oldest are'),
});
export type ApiStuckList = z.infer<typeof ApiStuckList>;
