// Routes of what people do with incidents without Slack: declare, acknowledge, note, severity, roles, members, updates, merge, split, resolve, reopen, close.
import { z } from 'zod';
import { ApiIncident } from '../incident.ts';
import { KeyHeader, mustSayWhy, PathId, reason } from '../requests.ts';
import type { RouteContract, RouteTable } from '../route.ts';

const why = mustSayWhy(500);
const severity = z.int().min(1).max(4).describe('1 (worst) to 4');

/** Somebody who may know of a private incident. */
const Member = z
  .string()
  .regex(
    /^(@(?:oncall:)?[a-z0-9][a-z0-9_-]{0,62}|[UW][A-Z0-9]{2,20}|local:[\w.-]{1,64}|token:[\w.-]{1,64}|[a-z0-9][a-z0-9_.-]{0,62})$/,
    'must be a Slack user id, a name under `people:`, a role such as @security, local:NAME or token:NAME',
  );

const DeclareBody = z.strictObject({
  title: z.string().trim().min(1, 'must say what is wrong').max(200),
  severity: severity.default(3),
  service: z.string().trim().min(1).max(200).optional().describe('What it is about'),
  private: z.boolean().default(false).describe('Only its members may know of it: whoever declares it, and `members`'),
  members: z.array(Member).max(100).optional().describe('Who may know of a private incident from the start'),
});
const MembersBody = z.strictObject({ members: z.array(Member).min(1, 'must name somebody').max(100) });
const UpdateBody = z.strictObject({ text: z.string().trim().min(1, 'must say something').max(3000) });
const MitigateBody = z.strictObject({ reason });
const AcknowledgeBody = z.strictObject({ reason });
const NoteBody = z.strictObject({ text: z.string().trim().min(1, 'must say something').max(3000) });
const SeverityBody = z.strictObject({ severity, reason });
const RoleBody = z.strictObject({
  role: z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, 'must be lower-case letters, digits, - and _, such as commander'),
  user: z.string().trim().min(1).max(100).describe('A Slack user id, or a name'),
});
const MergeBody = z.strictObject({ into: PathId.shape.id.describe('Id or number of the one that goes on') });
const SplitBody = z.strictObject({
  alerts: z.array(z.string().min(1).max(500)).min(1, 'must name one alert at least').max(5000).describe('Fingerprints'),
  title: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe('Of the new incident; absent: as its first alert is called'),
});
const ReasonBody = z.strictObject({ reason: why });

/** A route that does something with one incident. */
const order = <B extends z.ZodType>(summary: string, body: B) =>
  ({
    tag: 'incidents',
    summary,
    right: 'respond',
    params: PathId,
    headers: KeyHeader,
    body,
    answers: { 200: { description: 'The incident after it', schema: ApiIncident } },
  }) satisfies RouteContract;

/** Routes of people's work on incidents; an incident is named by its id or number. */
export const incidentOrderRoutes = {
  'POST /incidents': {
    tag: 'incidents',
    summary: 'Declare an incident',
    right: 'respond',
    headers: KeyHeader,
    body: DeclareBody,
    answers: { 201: { description: 'It', schema: ApiIncident } },
  },
  'POST /incidents/:id/acknowledge': order('Say that somebody is at it', AcknowledgeBody),
  'POST /incidents/:id/note': order('Write a note into the timeline', NoteBody),
  'POST /incidents/:id/severity': order('Change the severity', SeverityBody),
  'POST /incidents/:id/roles': order('Give a role to somebody', RoleBody),
  'POST /incidents/:id/invite': order('Let somebody know of a private incident', MembersBody),
  'POST /incidents/:id/uninvite': order('Let somebody know of a private incident no more', MembersBody),
  'POST /incidents/:id/update': order('Tell people outside how it stands', UpdateBody),
  'POST /incidents/:id/mitigate': order('Say that it does no more harm, and is not over', MitigateBody),
  'POST /incidents/:id/merge': order('End it in another incident, which goes on and is answered', MergeBody),
  'POST /incidents/:id/split': {
    ...order('Take alerts out of it that are another problem: they go on in an incident of their own', SplitBody),
    answers: { 201: { description: 'The incident that goes on with them', schema: ApiIncident } },
  },
  'POST /incidents/:id/resolve': order('Say that it is over', ReasonBody),
  'POST /incidents/:id/reopen': order('Say that it is not over after all', ReasonBody),
  'POST /incidents/:id/close': order('Close it for good', ReasonBody),
} satisfies RouteTable;
