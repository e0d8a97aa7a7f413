// Routes of policies and freezes.
import { z } from 'zod';
import { JsonMembers } from '../json.ts';
import { KeyHeader, mustSayWhy, PathId } from '../requests.ts';
import type { RouteTable } from '../route.ts';
import { ApiExplainedPolicies, ApiFreezes, ApiPolicies, ApiPolicyDiff } from '../rules.ts';
import { ApiRun } from '../run.ts';

/** Routes of policies and freezes. */
export const ruleRoutes = {
  'GET /policies': {
    tag: 'policies',
    summary: 'The policies in force',
    right: 'view',
    answers: { 200: { description: 'In the order in which they are asked', schema: ApiPolicies } },
  },
  'POST /policies/explain': {
    tag: 'policies',
    summary: 'What policies and freezes would say of a run of a playbook; nothing is done',
    right: 'view',
    body: z.strictObject({
      playbook: z.string().min(1).max(100),
      step: z.string().max(100).optional().describe('Only of this step'),
      inputs: JsonMembers.default({}),
      environment: z.string().max(100).optional().describe('As if it were this one'),
      asOf: z.iso.datetime({ offset: true }).optional().describe('At this instant instead of now'),
    }),
    answers: { 200: { description: 'The start first, then the steps', schema: ApiExplainedPolicies } },
  },
  'POST /policies/diff': {
    tag: 'policies',
    summary: 'Which decisions of before other policies would have made differently; nothing is changed',
    right: 'design',
    body: z.strictObject({
      policies: z
        .array(z.string().min(1).max(200_000))
        .max(200)
        .describe('The texts of all policy files that would be in force; freezes stay as they were'),
      since: z.iso.datetime({ offset: true }).optional().describe('Of runs begun since; 30 days ago without it'),
      limit: z.int().min(1).max(1000).default(200).describe('So many of the latest runs'),
    }),
    answers: { 200: { description: 'Those that differ, and those of which it cannot be told', schema: ApiPolicyDiff } },
  },
  'GET /freezes': {
    tag: 'policies',
    summary: 'Every freeze, and whether it holds now',
    right: 'view',
    answers: { 200: { description: 'As they stand in the configuration', schema: ApiFreezes } },
  },
  'POST /runs/:id/except': {
    tag: 'runs',
    summary: 'Let no freeze hold this run any more; takes a reason, which is recorded',
    right: 'bypass',
    params: PathId,
    headers: KeyHeader,
    body: z.strictObject({ reason: mustSayWhy(1000) }),
    answers: { 200: { description: 'The run after it', schema: ApiRun } },
  },
} satisfies RouteTable;
