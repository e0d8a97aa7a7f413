// Routes that operators use: playbooks in force, deliveries, kill switches, the stream of changes.
import { z } from 'zod';
import {
  ApiChange,
  ApiDelivery,
  ApiDeliveryBody,
  ApiDeliveryStatus,
  ApiFieldFault,
  ApiKillSwitch,
  ApiRefusedDelivery,
} from '../operation.ts';
import { pageOf, paging } from '../paging.ts';
import { ApiPlaybook } from '../playbook.ts';
import { ApiPlaybookSource, ApiPlaybookVersion, ApiRegisterEntry } from '../register.ts';
import { KeyHeader, PathId, PathName, PathScope, PathVersion, reason } from '../requests.ts';
import type { RouteTable } from '../route.ts';

const DeliveryQuery = z.strictObject({
  ...paging('dlv'),
  status: ApiDeliveryStatus.optional(),
  source: z.string().max(100).optional(),
});

/** Of lists that are short: what is kept for one integration is bounded. */
const NotesQuery = z.strictObject({
  limit: z.coerce.number<number>().int().min(1).max(1000).default(200).describe('Entries, 1 to 1000'),
  source: z.string().max(100).optional(),
  integration: z.string().max(100).optional(),
});

const HaltBody = z.strictObject({ reason: z.string().trim().min(1, 'must say why').max(500) });
const HaltScopeBody = HaltBody.extend({ scope: PathScope.shape.scope });
const ReplayBody = z.strictObject({ reason });
const ReleaseBody = z.strictObject({ reason });

/** Form of the ids of the stream's events; http/api/change-feed.ts makes them. */
const ResumeHeader = z.object({
  'last-event-id': z
    .string()
    .regex(
      /^\d{1,15}(?:\.inc_[a-z0-9]{26}\.\d{1,9})?$/,
      'is no event id of this stream; leave it out to start from now',
    )
    .optional()
    .describe('Id of the last event that was read; what came after it is told first'),
});

/** Routes of operation. */
export const operationRoutes = {
  'GET /playbooks': {
    tag: 'playbooks',
    summary: 'The playbooks in force',
    right: 'view',
    answers: { 200: { description: 'Playbooks', schema: pageOf(ApiPlaybook) } },
  },
  'GET /playbooks/:name': {
    tag: 'playbooks',
    summary: 'One playbook',
    right: 'view',
    params: PathName,
    answers: { 200: { description: 'It', schema: ApiPlaybook } },
  },
  'GET /register': {
    tag: 'playbooks',
    summary: 'The register of playbooks: who answers for each, what was promised, how it went, what is missing',
    right: 'view',
    answers: { 200: { description: 'Playbooks', schema: pageOf(ApiRegisterEntry) } },
  },
  'GET /playbooks/:name/versions': {
    tag: 'playbooks',
    summary: 'The versions of a playbook that are known here, each with its stage',
    right: 'view',
    params: PathName,
    answers: { 200: { description: 'Versions, the newest first; 100 at most', schema: pageOf(ApiPlaybookVersion) } },
  },
  'GET /playbooks/:name/versions/:digest': {
    tag: 'playbooks',
    summary: 'One version of a playbook, with the text of its file',
    right: 'view',
    params: PathVersion,
    answers: { 200: { description: 'It', schema: ApiPlaybookSource } },
  },
  'GET /deliveries': {
    tag: 'deliveries',
    summary: 'Deliveries',
    right: 'view',
    query: DeliveryQuery,
    answers: { 200: { description: 'Deliveries, newest first', schema: pageOf(ApiDelivery) } },
  },
  'GET /deliveries/refused': {
    tag: 'deliveries',
    summary:
      'What was refused at the door, such as a wrong signature: when, which integration, why; without what it said',
    right: 'view',
    query: NotesQuery,
    answers: { 200: { description: 'Kinds, the latest first', schema: pageOf(ApiRefusedDelivery) } },
  },
  'GET /deliveries/faults': {
    tag: 'deliveries',
    summary: 'In which fields bodies were not as expected: where a sender has changed what it sends',
    right: 'view',
    query: NotesQuery,
    answers: { 200: { description: 'Fields, the latest first', schema: pageOf(ApiFieldFault) } },
  },
  'GET /deliveries/:id': {
    tag: 'deliveries',
    summary: 'One delivery, with its body',
    right: 'operate',
    params: PathId,
    answers: { 200: { description: 'It', schema: ApiDeliveryBody } },
  },
  'POST /deliveries/:id/replay': {
    tag: 'deliveries',
    summary: 'Read a dead delivery once more, with the configuration as it is now, and deal with it',
    right: 'operate',
    params: PathId,
    headers: KeyHeader,
    body: ReplayBody,
    answers: {
      200: {
        description: 'It waits to be dealt with',
        schema: z.object({ receipt: z.string(), alerts: z.int().describe('How many it holds') }),
      },
    },
  },
  'GET /kill-switches': {
    tag: 'kill-switches',
    summary: 'The kill switches that are engaged',
    right: 'view',
    answers: { 200: { description: 'Kill switches', schema: pageOf(ApiKillSwitch) } },
  },
  'PUT /kill-switches/:scope': {
    tag: 'kill-switches',
    summary: 'Start nothing more of a playbook, or of any (`*`); what is under way goes on',
    right: 'operate',
    params: PathScope,
    headers: KeyHeader,
    body: HaltBody,
    answers: { 200: { description: 'The kill switch', schema: ApiKillSwitch } },
  },
  'POST /kill-switches': {
    tag: 'kill-switches',
    summary: 'The same, with what is halted in the body',
    right: 'operate',
    headers: KeyHeader,
    body: HaltScopeBody,
    answers: { 201: { description: 'The kill switch', schema: ApiKillSwitch } },
  },
  'DELETE /kill-switches/:scope': {
    tag: 'kill-switches',
    summary: 'Let it start again',
    right: 'operate',
    params: PathScope,
    headers: KeyHeader,
    body: ReleaseBody,
    answers: { 200: { description: 'What was released', schema: z.object({ scope: z.string() }) } },
  },
  'GET /stream': {
    tag: 'stream',
    summary:
      'Changes as server-sent events, each at least once and in order within its incident: tell repetitions by `incident` ' +
      'and `seq`. `ready`: what was missed has been told, the rest comes as it happens. `reset`: too much was missed, load anew.',
    right: 'view',
    headers: ResumeHeader,
    answers: { 200: { description: 'Events whose data is the JSON of one change', schema: ApiChange, as: 'stream' } },
  },
} satisfies RouteTable;
