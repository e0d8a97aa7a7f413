// Rights over the API: why somebody may do something or may not, and who has which right where. Shapes only.
import { z } from 'zod';
import { Right } from '../core/authority/right.ts';
import { EscalationStage } from '../core/escalation/stage.ts';
import { ApiActor } from './actor.ts';
import { ApiRaci } from './alert.ts';

const way = z.object({
  at: z.string().describe('Where it stands in the configuration, such as `access.start[0]`'),
  to: z.array(z.string()),
  missing: z.array(z.string()).describe('What it lacks, in words'),
});

/** One answer about one right, with its reasons. */
export const ApiAccessCheck = z.object({
  actor: ApiActor.describe('Whom it is about'),
  right: z.enum([...Right.options, 'approve']),
  allowed: z.boolean(),
  by: z.array(way).describe('Every way that gives the right'),
  tried: z.array(way).describe('Every way that does not'),
  approval: z.string().nullable().describe('The request that was asked about; null: it was no question of one'),
  incident: z
    .object({ number: z.int(), seen: z.boolean() })
    .nullable()
    .describe('The incident that was asked about; who may not know of it may do nothing with it'),
});
export type ApiAccessCheck = z.infer<typeof ApiAccessCheck>;

/** One grant. */
const ApiGrant = z.object({
  right: Right,
  at: z.string(),
  to: z.array(z.string()),
  where: z.string().describe('What it is bound to, in words; `everywhere` where to nothing'),
});

/** All grants. */
export const ApiAccess = z.object({
  items: z.array(ApiGrant),
  local: z.array(Right).describe('What the user of the machine holds without being named'),
  selfApproval: z
    .enum(['never', 'byRule'])
    .describe('Whether whoever started a run may approve its steps: never, or as the rule of each approval says'),
  nobody: z.array(z.string()).describe('Names and roles that stand for nobody'),
  escalation: z
    .array(
      ApiRaci.extend({
        severity: z.array(z.int()).nullable().describe('null: every one'),
        stage: z.array(EscalationStage).nullable().describe('null: every one'),
      }),
    )
    .describe('The escalation matrix: the first row that fits counts'),
});
export type ApiAccess = z.infer<typeof ApiAccess>;
