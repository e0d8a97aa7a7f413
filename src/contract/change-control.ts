// Versions of playbooks with their stages over the API: who answers for each, what was promoted, taken back, live when. Shapes only.
import { z } from 'zod';
import { ApiActor } from './actor.ts';
import { ApiPlaybookRef } from './playbook.ts';

/** How far a version has come. */
export const ApiStage = z.enum(['draft', 'shadow', 'canary', 'live', 'retired']);
export type ApiStage = z.infer<typeof ApiStage>;

/** Which part of the triggers a canary takes. */
export const ApiCanaryPart = z.object({
  share: z.int().min(1).max(100).describe('Percent of the incidents, by a hash of their id'),
  only: z
    .object({ input: z.string().max(100), values: z.array(z.string().max(200)).min(1).max(100) })
    .optional()
    .describe('Only where this input has one of these values'),
});
export type ApiCanaryPart = z.infer<typeof ApiCanaryPart>;

/** What a version is at, and who brought it there. */
export const versionStage = {
  stage: ApiStage.nullable().describe('null: nothing is recorded of it'),
  stageSince: z.string().nullable(),
  author: ApiActor.nullable().describe(
    'Who registered it; null: it was found in the folder, and nobody answers for it yet',
  ),
  promotedBy: ApiActor.nullable().describe('Who brought it to its stage'),
  reason: z.string().nullable().describe('Why it is at its stage'),
  canary: ApiCanaryPart.nullable().describe('The part that it takes as a canary; null: it is none'),
};

/** A playbook with the versions that do something. */
export const ApiPlaybookStages = z.object({
  playbook: z.string(),
  live: ApiPlaybookRef.nullable(),
  canary: ApiPlaybookRef.extend(ApiCanaryPart.shape).nullable(),
  shadow: ApiPlaybookRef.nullable(),
  drafts: z.array(ApiPlaybookRef),
});
export type ApiPlaybookStages = z.infer<typeof ApiPlaybookStages>;

/** What the version in shadow would have done. */
export const ApiShadow = z.object({
  version: ApiPlaybookRef.nullable().describe('The one in shadow; null: none is'),
  decided: z.int().describe('Triggers that it has decided about'),
  different: z.int().describe('Those of them that it decided otherwise than the live version'),
  items: z
    .array(
      z.object({
        incidentId: z.string(),
        number: z.int(),
        at: z.string(),
        fingerprint: z.string(),
        differences: z.array(z.string()),
      }),
    )
    .describe('The latest 50 of those, of incidents that may be known of'),
});
export type ApiShadow = z.infer<typeof ApiShadow>;

/** A difference between two versions. */
export const ApiPlaybookChange = z.object({
  step: z.string().nullable().describe('null: the playbook as a whole'),
  kind: z.enum(['added', 'removed', 'changed']),
  text: z.string(),
  grave: z.boolean().describe('A higher risk, a guard that is gone, or an approval that asks less than before'),
});
export type ApiPlaybookChange = z.infer<typeof ApiPlaybookChange>;

/** The differences between two versions. */
export const ApiPlaybookDiff = z.object({
  from: ApiPlaybookRef,
  to: ApiPlaybookRef,
  changes: z.array(ApiPlaybookChange),
});
export type ApiPlaybookDiff = z.infer<typeof ApiPlaybookDiff>;

const tally = z
  .object({
    runs: z.int(),
    succeeded: z.int(),
    failed: z.int(),
    denied: z.int().describe('Ended because an approval was denied'),
    cancelled: z.int().describe('By people; that says nothing of the version'),
    medianMs: z.number().nullable().describe('Of those that succeeded; null: none did'),
  })
  .describe('The latest 200 runs that alerts have started');

/** How a canary does, beside the live version. */
export const ApiCanaryTrial = z.object({
  version: ApiPlaybookRef,
  ...ApiCanaryPart.shape,
  since: z.string().describe('When it last was promoted; its runs count from then'),
  canary: tally,
  live: tally,
  against: z.string().nullable().describe('What speaks for taking it back, which is about to happen; null: nothing'),
});
export type ApiCanaryTrial = z.infer<typeof ApiCanaryTrial>;

/** What was recorded of the versions of a playbook. */
export const ApiPlaybookLife = z.object({
  name: z.string(),
  mode: z.enum(['folder', 'promoted']),
  live: ApiPlaybookRef.nullable().describe('The version that was live at `at`'),
  at: z.string(),
  items: z
    .array(z.object({ seq: z.int(), at: z.string(), type: z.string(), text: z.string() }))
    .describe('What happened until then, oldest first'),
  canary: ApiCanaryTrial.nullable().describe('How the canary does now; null: there is none, or no live version'),
});
export type ApiPlaybookLife = z.infer<typeof ApiPlaybookLife>;
