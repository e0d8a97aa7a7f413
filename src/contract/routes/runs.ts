// Routes of runs: start, read, order, signal.
import { z } from 'zod';
import { isId } from '../../core/ids.ts';
import { AnyJson, JsonMembers } from '../json.ts';
import { pageOf, paging, span } from '../paging.ts';
import { KeyHeader, mustSayWhy, OrderBody, PathId, PathName, PathSignal, reason } from '../requests.ts';
import type { RouteContract, RouteTable } from '../route.ts';
import { ApiDryRun, ApiRetriedRun, ApiRun, ApiRunStatus, ApiStartedRun } from '../run.ts';

const RunQuery = z.strictObject({
  ...paging('run'),
  ...span,
  status: ApiRunStatus.optional(),
  playbook: z.string().max(100).optional(),
  incident: z.string().max(80).optional().describe('Id of an incident'),
});

const StartBody = z.strictObject({
  inputs: JsonMembers.default({}),
  incident: z
    .string()
    .refine((text) => isId('inc', text), 'is no id of an incident')
    .optional()
    .describe('Id of the incident it belongs to; without it, a manual incident is opened'),
  dryRun: z.boolean().default(false).describe('Say what would happen, and do nothing'),
  exception: mustSayWhy(1000).optional().describe('Why no freeze holds it; takes the right `bypass` too'),
  reason,
});

const DrillBody = z.strictObject({
  playbook: z.string().min(1).max(100).describe('Its name; it says under `drill:` with which inputs it is exercised'),
  reason,
});

const RetryBody = OrderBody.extend({
  latest: z
    .boolean()
    .default(false)
    .describe('Start a new run of the version in force, with the same inputs in the same incident'),
});

const SignalBody = z.strictObject({
  data: AnyJson.default(null).describe('What the waiting step gives as its `output.data`'),
});

/** A route that orders something of a run. */
const order = (summary: string) =>
  ({
    tag: 'runs',
    summary,
    right: 'order',
    params: PathId,
    headers: KeyHeader,
    body: OrderBody,
    answers: { 200: { description: 'The run after it', schema: ApiRun } },
  }) satisfies RouteContract;

/** Routes of runs. */
export const runRoutes = {
  'GET /runs': {
    tag: 'runs',
    summary: 'Runs',
    right: 'view',
    query: RunQuery,
    answers: { 200: { description: 'Runs, newest first', schema: pageOf(ApiRun) } },
  },
  'GET /runs/:id': {
    tag: 'runs',
    summary: 'One run',
    right: 'view',
    params: PathId,
    answers: {
      200: { description: 'It, its steps, what it waits for, and which orders are open to it', schema: ApiRun },
    },
  },
  'POST /playbooks/:name/runs': {
    tag: 'playbooks',
    summary: 'Start a run, or say what it would do',
    right: 'start',
    params: PathName,
    headers: KeyHeader,
    body: StartBody,
    answers: {
      200: { description: 'A dry run', schema: ApiDryRun },
      201: { description: 'The run and its incident', schema: ApiStartedRun },
    },
  },
  'POST /drills': {
    tag: 'playbooks',
    summary:
      'Start a drill: a run with the inputs that the playbook gives for one, which is undone once it has succeeded',
    right: 'start',
    headers: KeyHeader,
    body: DrillBody,
    answers: { 201: { description: 'The run and its incident', schema: ApiStartedRun } },
  },
  'POST /runs/:id/compensate': order('Undo what was done, in reverse order'),
  'POST /runs/:id/cancel': order('Start nothing more and end'),
  'POST /runs/:id/pause': order('Start nothing more for now'),
  'POST /runs/:id/resume': order('Go on after a pause'),
  'POST /runs/:id/done': order('Say that a step of unknown outcome did take effect'),
  'POST /runs/:id/retry': {
    tag: 'runs',
    summary: 'Try the failed steps, or one step, again; with `latest`, start a new run instead',
    right: 'order',
    params: PathId,
    headers: KeyHeader,
    body: RetryBody,
    answers: {
      200: { description: 'The run that goes on, and which version of its playbook it uses', schema: ApiRetriedRun },
    },
  },
  'POST /runs/:id/signals/:name': {
    tag: 'runs',
    summary: 'Give a run the signal that a step of it waits for, or will wait for',
    right: 'order',
    params: PathSignal,
    headers: KeyHeader,
    body: SignalBody,
    answers: { 200: { description: 'The run after it', schema: ApiRun } },
  },
} satisfies RouteTable;
