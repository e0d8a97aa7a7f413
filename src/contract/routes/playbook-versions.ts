// Routes about versions of playbooks: what is at which stage, what differs, what people promote and take back; and reading all anew.
import { z } from 'zod';
import { ApiCanaryPart, ApiPlaybookDiff, ApiPlaybookLife, ApiPlaybookStages, ApiShadow } from '../change-control.ts';
import { pageOf } from '../paging.ts';
import { ApiPlaybookVersion } from '../register.ts';
import { KeyHeader, mustSayWhy, PathName } from '../requests.ts';
import type { RouteTable } from '../route.ts';

const version = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .describe('A version number, or the beginning of a digest where several have had the number');
const why = mustSayWhy(500);

const RegisterBody = z.strictObject({
  source: z.string().min(1).max(500_000).describe('The text of the playbook file'),
  path: z.string().max(500).default('').describe('Where it stands, for people'),
});
const PromoteBody = z.strictObject({
  version,
  to: z.enum(['shadow', 'canary', 'live']),
  reason: why,
  share: ApiCanaryPart.shape.share.optional().describe('Of a canary; without it, 5'),
  only: ApiCanaryPart.shape.only,
  runs: z.int().min(0).max(1000).optional().describe('So many recorded runs it is played against; without it, 100'),
  explain: z
    .string()
    .max(500)
    .optional()
    .describe('Why it is right that recorded runs would go another way where no step has changed'),
});
const RollbackBody = z.strictObject({
  version: version.optional().describe('Without it, the one before'),
  reason: why,
});
const RetireBody = z.strictObject({ version, reason: why });
const instant = z.iso
  .datetime({ offset: true, error: 'must be an instant such as 2026-03-01T12:00:00Z' })
  .transform((text) => new Date(text).toISOString());

const changed = { 200: { description: 'The version as it stands then', schema: ApiPlaybookVersion } };

/** Routes about versions of playbooks. */
export const playbookVersionRoutes = {
  'GET /playbook-stages': {
    tag: 'playbooks',
    summary: 'Every playbook that is known here, with its versions that are live, a canary, in shadow or a draft',
    right: 'view',
    answers: { 200: { description: 'Playbooks, by name', schema: pageOf(ApiPlaybookStages) } },
  },
  'GET /playbooks/:name/life': {
    tag: 'playbooks',
    summary: 'What was recorded of the versions of a playbook until an instant, and which one was live then',
    right: 'view',
    params: PathName,
    query: z.strictObject({ at: instant.optional().describe('Without it, now') }),
    answers: { 200: { description: 'It', schema: ApiPlaybookLife } },
  },
  'GET /playbooks/:name/diff': {
    tag: 'playbooks',
    summary: 'What differs between two versions of a playbook, in words',
    right: 'view',
    params: PathName,
    query: z.strictObject({
      from: version.optional().describe('Without it, the live one'),
      to: version.optional().describe('Without it, the newest'),
    }),
    answers: { 200: { description: 'The differences', schema: ApiPlaybookDiff } },
  },
  'GET /playbooks/:name/shadow': {
    tag: 'playbooks',
    summary: 'What the version in shadow has decided about real triggers, beside what the live one did',
    right: 'view',
    params: PathName,
    answers: { 200: { description: 'It', schema: ApiShadow } },
  },
  'POST /playbook-versions': {
    tag: 'playbooks',
    summary: 'Make a version known, as a draft; whoever asks answers for it and may not promote it',
    right: 'design',
    headers: KeyHeader,
    body: RegisterBody,
    answers: changed,
  },
  'POST /playbooks/:name/promote': {
    tag: 'playbooks',
    summary: 'Bring a version to a stage: it must validate, pass its tests, and take recorded runs as they were',
    right: 'design',
    params: PathName,
    headers: KeyHeader,
    body: PromoteBody,
    answers: changed,
  },
  'POST /playbooks/:name/rollback': {
    tag: 'playbooks',
    summary: 'Make a version live again that was live before; runs that are under way keep theirs',
    right: 'design',
    params: PathName,
    headers: KeyHeader,
    body: RollbackBody,
    answers: changed,
  },
  'POST /playbooks/:name/retire': {
    tag: 'playbooks',
    summary: 'Use a version for nothing new any more',
    right: 'design',
    params: PathName,
    headers: KeyHeader,
    body: RetireBody,
    answers: changed,
  },
  'POST /reload': {
    tag: 'playbooks',
    summary:
      'Read playbooks, policies, roles, access and silences anew, in the process that answers; with any fault nothing changes',
    right: 'design',
    headers: KeyHeader,
    answers: {
      200: { description: 'What is otherwise since', schema: z.object({ changes: z.array(z.string()) }) },
    },
  },
} satisfies RouteTable;
