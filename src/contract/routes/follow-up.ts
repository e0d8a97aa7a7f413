// Routes of what people do after an incident: its postmortem and its action items.
import { z } from 'zod';
import { PostmortemStatus, ReviewVerdict } from '../../core/postmortem/story.ts';
import { ApiActionItem } from '../action-item.ts';
import { pageOf, paging } from '../paging.ts';
import { ApiPostmortem, WrittenPostmortem } from '../postmortem.ts';
import { KeyHeader, PathId, reason } from '../requests.ts';
import type { RouteTable } from '../route.ts';

const version = z.int().min(0).describe('The `version` that you looked at');
const EditBody = z.strictObject({ expectedVersion: version, sections: WrittenPostmortem });
const StatusBody = z.strictObject({
  to: PostmortemStatus,
  expectedVersion: version.optional(),
  reviewers: z.array(z.string().trim().min(1).max(100)).max(20).optional().describe('Slack user ids, or names'),
  reason,
});
const ReviewBody = z.strictObject({
  verdict: ReviewVerdict,
  comment: z.string().trim().min(1).max(4000).optional(),
  expectedVersion: version,
});

const PathItem = z.strictObject({
  id: z.string().regex(/^\d{1,9}-\d{1,6}$/, 'is no action item; they are called 7-2: the second one of incident #7'),
});
const words = z.string().trim().min(1).max(500);
const itemText = z.string().trim().min(1, 'must say what is to be done').max(1000);
const due = z.string().trim().min(1).max(40).describe('A day such as 2026-12-01, or tomorrow, friday, 2w');
const said = {
  owner: words.nullable().optional(),
  due: due.nullable().optional(),
  factor: z.string().max(20).nullable().optional(),
  verify: words.nullable().optional(),
};
const ItemQuery = z.strictObject({
  ...paging('inc'),
  status: z.enum(['open', 'done', 'dropped']).optional(),
  owner: z.string().max(200).optional(),
  incident: PathId.shape.id.optional().describe('Of one incident, by id or number'),
  overdue: z.enum(['true', 'false']).optional().describe('`true`: open, and due before today'),
});
const AddBody = z.strictObject({ incident: PathId.shape.id.describe('Id or number'), text: itemText, ...said });
const ChangeBody = z.strictObject({
  text: itemText.optional(),
  ...said,
  status: z.enum(['open', 'done', 'dropped']).optional().describe('`dropped` needs a reason'),
  reason,
  link: z
    .strictObject({ url: z.url({ protocol: /^https?$/ }).max(2000), key: z.string().trim().min(1).max(100) })
    .nullable()
    .optional(),
});

/** What every order to a postmortem has in common. */
const onPostmortem = {
  tag: 'postmortems',
  right: 'respond',
  params: PathId,
  headers: KeyHeader,
  answers: { 200: { description: 'The postmortem after it', schema: ApiPostmortem } },
} as const;

/** The routes. */
export const followUpRoutes = {
  'GET /incidents/:id/postmortem': {
    tag: 'postmortems',
    summary: 'The postmortem as it stands: people’s words, and drafts of the ledger where nobody has written',
    right: 'view',
    params: PathId,
    answers: { 200: { description: 'It', schema: ApiPostmortem } },
  },
  'PUT /incidents/:id/postmortem': {
    ...onPostmortem,
    summary: 'Write sections of it; 409 tells who edited what in between, and gives back what was not taken',
    body: EditBody,
  },
  'POST /incidents/:id/postmortem/status': {
    ...onPostmortem,
    summary: 'Send it to its reviewers, call it reviewed, or make it a draft again',
    body: StatusBody,
  },
  'POST /incidents/:id/postmortem/reviews': {
    ...onPostmortem,
    summary: 'Say as a reviewer what you think of it',
    body: ReviewBody,
  },
  'GET /action-items': {
    tag: 'action items',
    summary: 'Action items of all incidents, those of the newest first',
    right: 'view',
    query: ItemQuery,
    answers: { 200: { description: 'Action items', schema: pageOf(ApiActionItem) } },
  },
  'POST /action-items': {
    tag: 'action items',
    summary: 'Add an action item to an incident',
    right: 'respond',
    headers: KeyHeader,
    body: AddBody,
    answers: { 201: { description: 'It', schema: ApiActionItem } },
  },
  'PATCH /action-items/:id': {
    tag: 'action items',
    summary: 'Change an action item, end it or open it again; null takes away what was there',
    right: 'respond',
    params: PathItem,
    headers: KeyHeader,
    body: ChangeBody,
    answers: { 200: { description: 'It', schema: ApiActionItem } },
  },
  'DELETE /action-items/:id': {
    tag: 'action items',
    summary: 'Take an action item off the list; the ledger keeps it',
    right: 'respond',
    params: PathItem,
    headers: KeyHeader,
    body: z.strictObject({ reason }),
    answers: { 200: { description: 'The one that is listed no more', schema: z.object({ id: z.string() }) } },
  },
} satisfies RouteTable;
