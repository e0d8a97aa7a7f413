// What exactly will run, as people are shown it and as it is stored. Renders nothing.
import { z } from 'zod';
import { JsonValue } from './alert/alert.ts';
import { PlaybookRef, Risk } from './playbook/playbook.ts';

/** What exactly will run: the thing an approver sees and whose digest the approval is bound to. Secrets are masked. */
export const Plan = z.object({
  runId: z.string(),
  playbook: PlaybookRef,
  step: z.string(),
  round: z.number(),
  uses: z.string(),
  with: JsonValue,
  target: z.string().nullable(),
  risk: Risk,
  timeoutMs: z.number(),
  reversible: z.boolean(),
  undo: z.object({ uses: z.string(), with: JsonValue }).nullable(),
  /** What runs, in one line for people, as the action describes it; not part of the digest. Older plans have none. */
  summary: z.string().optional(),
  /** The step's name, where it has one besides its id; not part of the digest. Older plans have none. */
  name: z.string().optional(),
  /** How it is undone, in one line for people; not part of the digest. Older plans have none. */
  undoSummary: z.string().optional(),
});
export type Plan = z.infer<typeof Plan>;

/** The plan of a step that has started: what the event says itself is not said again. Events of earlier versions hold it whole. */
export const StartedPlan = Plan.partial({ runId: true, playbook: true, step: true, round: true });
export type StartedPlan = z.infer<typeof StartedPlan>;
