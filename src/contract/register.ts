// The register of playbooks and their versions over the API: who answers for each, what was promised, how it went, what ran when. Shapes only.
import { z } from 'zod';
import { versionStage } from './change-control.ts';
import { ApiApprovalRule, ApiPlaybook, ApiPlaybookRef, ApiRisk } from './playbook.ts';
import { ApiRunStatus } from './run.ts';

/** When a run was, and how it stands. */
export const ApiRunMark = z.object({
  runId: z.string(),
  at: z.string().describe('When it ended, else when it began'),
  status: ApiRunStatus,
});
export type ApiRunMark = z.infer<typeof ApiRunMark>;

/** When a drill was, and how it came out. */
export const ApiDrillMark = ApiRunMark.extend({
  version: z.string().describe('Of the playbook, as it was then'),
  outcome: z
    .enum(['passed', 'failed'])
    .nullable()
    .describe('null: it is under way, or an exercise that nothing judges, by a reason that begins with `drill`'),
});
export type ApiDrillMark = z.infer<typeof ApiDrillMark>;

/** One playbook in the register. */
export const ApiRegisterEntry = z.object({
  playbook: z.string(),
  version: z.string(),
  description: z.string(),
  owner: ApiPlaybook.shape.owner,
  sla: ApiPlaybook.shape.sla,
  kept: z
    .object({ runs: z.int(), inTime: z.int() })
    .describe(
      'Runs of the last 30 days that ended, and those of them that succeeded within the SLA; the latest 1 000 at most; drills that are judged are left out',
    ),
  lastRun: ApiRunMark.nullable(),
  lastSuccess: ApiRunMark.nullable(),
  lastDrill: ApiDrillMark.nullable().describe('Of the last 90 days'),
  undoProven: ApiDrillMark.nullable().describe(
    'The latest drill of the last 90 days that has shown of the version in force that it can be undone',
  ),
  runbook: z.string().nullable(),
  dependencies: z.array(z.string()).describe('What it relies on'),
  dataCategories: z.array(z.string()).describe('What kinds of data its runs touch'),
  stage: z.enum(['draft', 'shadow', 'canary', 'live', 'retired']).describe('Of the version in force'),
  approvals: z
    .array(z.object({ step: z.string(), risk: ApiRisk, rule: ApiApprovalRule }))
    .describe('Who is asked before which step'),
  slo: z
    .enum(['met', 'unclear', 'burning', 'burned'])
    .nullable()
    .describe('The worst of what is promised of it; null: nothing is'),
  gaps: z.array(z.string()).describe('What is missing, in words'),
});
export type ApiRegisterEntry = z.infer<typeof ApiRegisterEntry>;

/** A version of a playbook that is known here. */
export const ApiPlaybookVersion = ApiPlaybookRef.extend({
  since: z.string().describe('When it first became known here'),
  inForce: z.boolean(),
  ...versionStage,
});
export type ApiPlaybookVersion = z.infer<typeof ApiPlaybookVersion>;

/** A version with the text of its file. */
export const ApiPlaybookSource = ApiPlaybookVersion.extend({
  source: z.string().describe('Its file as it was loaded, known secrets masked; what runs is what it was compiled to'),
});
export type ApiPlaybookSource = z.infer<typeof ApiPlaybookSource>;
