// The steps of a run over the API: how each stands, and the same folded into lines for people.
import { z } from 'zod';
import { AnyJson } from './json.ts';
import { ApiErrorClass } from './playbook.ts';

/** Why a try failed. */
export const ApiStepError = z.object({
  class: ApiErrorClass,
  code: z.string(),
  message: z.string(),
  retryAfterMs: z.number().optional(),
  output: AnyJson.optional().describe(
    'What the action had in hand when it failed: output of a command, answer of a server; shortened visibly',
  ),
});
export type ApiStepError = z.infer<typeof ApiStepError>;

/** Evidence kept by digest. */
export const ApiArtifactRef = z.object({
  name: z.string(),
  digest: z.string(),
  bytes: z.int(),
  type: z.string().optional().describe('Media type by its bytes; earlier versions kept none'),
  cutBytes: z.int().optional().describe('Bytes that were left out because there were too many; absent: none'),
});
export type ApiArtifactRef = z.infer<typeof ApiArtifactRef>;

const counted = {
  attempts: z.int().describe('Tries so far'),
  round: z.int().describe('Executions that people asked for, the first one included'),
};

/** How one step stands; what else is said depends on `status`. */
export const ApiNode = z.discriminatedUnion('status', [
  z.object({ ...counted, status: z.literal('pending') }),
  z.object({ ...counted, status: z.literal('awaiting_approval'), approvalId: z.string() }),
  z.object({ ...counted, status: z.literal('ready') }).describe('May start as soon as a worker takes it'),
  z.object({
    ...counted,
    status: z.literal('running'),
    attempt: z.int(),
    worker: z.string(),
    startedAt: z.string(),
  }),
  z.object({ ...counted, status: z.literal('retry_wait'), retryAt: z.string(), error: ApiStepError }),
  z.object({
    ...counted,
    status: z.literal('waiting'),
    since: z.string(),
    until: z.string(),
    signal: z.string().nullable().describe('What ends it before its time; null: nothing but the time does'),
  }),
  z
    .object({ ...counted, status: z.literal('delegated'), since: z.string(), childRunId: z.string() })
    .describe('Another run is at it'),
  z
    .object({
      ...counted,
      status: z.literal('unknown'),
      since: z.string(),
      reason: z.string(),
      output: AnyJson.optional().describe('What the action had said by then'),
    })
    .describe('Whether the action took effect is unknown; people are asked'),
  z.object({
    ...counted,
    status: z.literal('succeeded'),
    at: z.string(),
    output: AnyJson,
    artifacts: z.array(ApiArtifactRef),
  }),
  z.object({
    ...counted,
    status: z.literal('failed'),
    at: z.string(),
    error: ApiStepError,
    escalated: z.boolean().describe('True: the run stands still here until people decide'),
  }),
  z.object({ ...counted, status: z.literal('skipped'), reason: z.string() }),
]);
export type ApiNode = z.infer<typeof ApiNode>;

const NodeStatus = z.enum([
  'pending',
  'awaiting_approval',
  'ready',
  'running',
  'retry_wait',
  'waiting',
  'delegated',
  'unknown',
  'succeeded',
  'failed',
  'skipped',
]);

/** One line of a run. */
export const ApiRunStep = z.object({
  step: z.string().describe('`<id>~undo`: its compensation; `~start`: the agreement to start at all'),
  name: z.string(),
  part: z.enum(['start', 'steps', 'finally', 'undo']),
  status: NodeStatus.describe('Of several items, that of the one that most wants attention'),
  asPlanned: z.literal(true).optional().describe('It failed, and the run goes on without it as its playbook says'),
  attempts: z.int(),
  about: z.string().describe('Why it stands like this; empty if the status says it all'),
  items: z
    .object({ total: z.int(), done: z.int(), failed: z.int() })
    .nullable()
    .describe('How far the items of a `forEach` are'),
  runs: z.array(z.string()).describe('Ids of the runs that carry it out, in order'),
});
export type ApiRunStep = z.infer<typeof ApiRunStep>;
