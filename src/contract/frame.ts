// An incident as it was known at an instant, drawn as lanes: alerts, people, runs with their steps, approvals. Shapes only.
import { z } from 'zod';
import { ApiActor } from './actor.ts';
import { ApiApprovalStatus } from './approval.ts';
import { ApiIncidentStatus } from './incident.ts';
import { listOf } from './paging.ts';
import { ApiPlaybookRef, ApiRisk } from './playbook.ts';
import { ApiRunStatus } from './run.ts';

const instant = z.string();
const orNotYet = instant.nullable();
/** What a lane leaves out so that a frame of any incident can be drawn; the ledger has all of it. */
const omitted = z.int().describe('How many more there are; the first and the last are here, the ledger has them all');

/** The clocks of an incident; null: it has not happened. */
const ApiFrameClocks = z.object({
  began: instant.describe('The first sign of it that any alert tells, else when it was opened'),
  detected: instant.describe('When it was opened'),
  told: orNotYet.describe('The first message to people'),
  acknowledged: orNotYet.describe('The first acknowledgement'),
  firstAction: orNotYet.describe('The first step that started'),
  firstHuman: orNotYet.describe('The first act of a person'),
  mitigated: orNotYet,
  over: orNotYet.describe('Resolved or closed; null while it goes on'),
});

/** An incident as its record had it. */
const ApiFrameIncident = z.object({
  id: z.string(),
  number: z.int(),
  title: z.string(),
  severity: z.int().describe('1 (worst) to 4'),
  status: ApiIncidentStatus,
  lead: z.string().nullable(),
  roles: z.record(z.string(), z.string()),
  service: z.string().nullable().describe('What people said that it is about, else what its first alert says'),
  operation: z.boolean().describe('Opened for a run that nobody’s trouble started'),
  drill: z.boolean().describe('An exercise'),
  acknowledgedBy: ApiActor.nullable(),
  mergedInto: z.object({ id: z.string(), number: z.int() }).nullable(),
  clocks: ApiFrameClocks,
});

/** An alert over time. */
export const ApiFrameAlert = z.object({
  fingerprint: z.string(),
  name: z.string(),
  source: z.string(),
  service: z.string().nullable(),
  status: z.enum(['firing', 'resolved']),
  count: z.int().describe('Notifications so far'),
  startsAt: orNotYet.describe('When it began, as its source says'),
  spans: listOf(z.object({ from: instant, to: orNotYet })).describe(
    'Known to fire, from notification to notification; `to` null: it fires',
  ),
  omittedSpans: omitted,
});
export type ApiFrameAlert = z.infer<typeof ApiFrameAlert>;

/** What somebody did. */
export const ApiFrameMark = z.object({
  kind: z.enum(['acknowledged', 'approved', 'denied', 'said', 'ordered', 'decided']),
  at: instant,
  seq: z.int().describe('Its entry in the ledger'),
  text: z.string().describe('In a sentence'),
});
export type ApiFrameMark = z.infer<typeof ApiFrameMark>;

/** A person over time. */
export const ApiFramePerson = z.object({
  id: z.string().describe('Key of the person, else the id under which he or she acted'),
  name: z.string(),
  marks: listOf(ApiFrameMark),
  omittedMarks: omitted,
});
export type ApiFramePerson = z.infer<typeof ApiFramePerson>;

/** How a step stands; `word` says it in words. Colours: asked, decision, paused amber; running, verifying, undoing blue; done green; undone violet; failed, undo_failed red; the rest grey. */
export const ApiFrameState = z.enum([
  'next',
  'ready',
  'asked',
  'running',
  'verifying',
  'undoing',
  'retrying',
  'held',
  'waiting',
  'queued',
  'paused',
  'decision',
  'done',
  'continued',
  'skipped',
  'cancelled',
  'not_run',
  'failed',
  'undone',
  'undo_failed',
]);
export type ApiFrameState = z.infer<typeof ApiFrameState>;

/** A stretch of time in one state. */
export const ApiFrameSpan = z.object({
  state: ApiFrameState,
  from: instant,
  to: orNotYet.describe('null: it goes on'),
  attempt: z.int().nullable().describe('Of which try; null: of none'),
  whoseTurn: listOf(z.string()).nullable().describe('Who was waited for; null: nobody, it was no wait for people'),
});
export type ApiFrameSpan = z.infer<typeof ApiFrameSpan>;

/** A step over time. */
export const ApiFrameStep = z.object({
  key: z.string().describe('`<id>~undo`: its compensation; `~start`: the agreement to start at all'),
  name: z.string(),
  part: z.enum(['start', 'steps', 'finally', 'undo']),
  needs: listOf(z.string()).describe('Keys of the steps that come before it: the edges of the run graph'),
  undoes: z.string().nullable().describe('Of a compensation: the key of its step'),
  state: ApiFrameState,
  word: z.string().describe('The state in a word or two, the same on every surface'),
  about: z.string().describe('Why it stands like this; empty if the word says it all'),
  attempts: z.int(),
  items: z
    .object({ total: z.int(), done: z.int(), failed: z.int() })
    .nullable()
    .describe('How far the items of a `forEach` are'),
  runs: listOf(z.string()).describe('Ids of the runs that carry it out'),
  spans: listOf(ApiFrameSpan).describe(
    'While it worked or waited; of several items, the state that most wants attention',
  ),
  omittedSpans: omitted,
});
export type ApiFrameStep = z.infer<typeof ApiFrameStep>;

/** A run over time. */
export const ApiFrameRun = z.object({
  id: z.string(),
  playbook: ApiPlaybookRef,
  status: ApiRunStatus,
  state: ApiFrameState.describe('What people see of the status: what waits for them comes first'),
  word: z.string(),
  drill: z.boolean(),
  startedBy: ApiActor,
  startedAt: instant,
  finishedAt: orNotYet,
  reason: z.string().nullable(),
  steps: listOf(ApiFrameStep),
  spans: listOf(ApiFrameSpan).describe('While the run as a whole was queued or paused'),
  omittedSpans: omitted,
});
export type ApiFrameRun = z.infer<typeof ApiFrameRun>;

/** A request for approval, as it stood. */
export const ApiFrameApproval = z.object({
  id: z.string(),
  runId: z.string(),
  step: z.string(),
  name: z.string(),
  describe: z.string().describe('What would run, in one line'),
  planDigest: z.string(),
  risk: ApiRisk,
  target: z.string().nullable(),
  reversible: z.boolean(),
  state: ApiApprovalStatus,
  asked: listOf(z.string()).describe('Who may decide it'),
  quorum: z.int(),
  answers: listOf(
    z.object({ by: ApiActor, at: instant, answer: z.enum(['approved', 'denied']), reason: z.string().nullable() }),
  ),
  requestedAt: instant,
  expiresAt: instant,
  decidedAt: orNotYet,
  reason: z.string().nullable(),
});
export type ApiFrameApproval = z.infer<typeof ApiFrameApproval>;

/** What was known of an incident at an instant. */
export const ApiFrame = z.object({
  incident: ApiFrameIncident,
  lanes: z.object({
    alerts: listOf(ApiFrameAlert),
    omittedAlerts: omitted,
    people: listOf(ApiFramePerson),
    omittedPeople: omitted,
    runs: listOf(ApiFrameRun),
    omittedRuns: omitted,
  }),
  approvals: listOf(ApiFrameApproval),
  omittedApprovals: omitted,
  events: z.int().describe('How many entries the ledger had'),
  heads: z
    .record(z.string(), z.object({ version: z.int(), hash: z.string() }))
    .describe('Where each stream ended, by stream: what the seal is over'),
  digest: z.string().describe('SHA-256 of all of the above: frames of the same ledger have the same'),
  at: orNotYet.describe('The instant that was asked for; null: now'),
  until: z
    .object({ from: instant, to: instant })
    .describe('From the begin of the incident to its last entry, whatever instant was asked for'),
});
export type ApiFrame = z.infer<typeof ApiFrame>;
