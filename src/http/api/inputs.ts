// What the API takes: one schema per query and body, strict, so that a misspelt name is told and not ignored. No behaviour.
import { z } from 'zod';
import { JsonValue } from '../../core/alert/alert.ts';
import { type IdPrefix, isId } from '../../core/ids.ts';

/** Ids, numbers of incidents (`12`, `#12`) and names of playbooks, as they stand in a path. */
export const PathId = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_.#-]{1,80}$/, 'is no id: it has letters, digits and `_ . # -` only'),
});
export const PathName = z.strictObject({ name: z.string().min(1).max(100) });

const paging = (prefix: IdPrefix) => ({
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Entries of one page, 1 to 200'),
  cursor: z
    .string()
    .refine((text) => isId(prefix, text), 'is no cursor of this list; take the `cursor` of the page before')
    .optional()
    .describe('The `cursor` of the page before'),
});
const instant = z.iso.datetime({ offset: true, error: 'must be an instant such as 2026-03-01T12:00:00Z' }).optional();
const span = {
  since: instant.describe('Begun at this instant or later'),
  until: instant.describe('Begun at this instant or earlier'),
};

export const IncidentQuery = z.strictObject({
  ...paging('inc'),
  ...span,
  status: z.enum(['open', 'resolved', 'closed']).optional(),
  severity: z.coerce.number().int().min(1).max(4).optional().describe('1 is the worst'),
});
export const RunQuery = z.strictObject({
  ...paging('run'),
  ...span,
  status: z
    .enum([
      'queued',
      'running',
      'cancelling',
      'compensating',
      'finishing',
      'succeeded',
      'failed',
      'cancelled',
      'compensated',
      'compensation_failed',
    ])
    .optional(),
  playbook: z.string().max(100).optional(),
  incident: z.string().max(80).optional().describe('Id of an incident'),
});
export const ApprovalQuery = z.strictObject({
  ...paging('run'),
  status: z.enum(['open', 'granted', 'denied', 'expired', 'voided']).optional(),
});
export const DeliveryQuery = z.strictObject({
  ...paging('dlv'),
  status: z.enum(['accepted', 'processed', 'dead']).optional(),
  source: z.string().max(100).optional(),
});
export const TimelineQuery = z.strictObject({
  format: z.enum(['md', 'json', 'html', 'csv', 'bundle']).optional().describe('A file to keep; without it, the events'),
  from: z.coerce.number().int().min(1).default(1).describe('First event, by its place in the stream'),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

const reason = z.string().max(500).optional();

export const StartBody = z.strictObject({
  inputs: z.record(z.string(), JsonValue).default({}),
  incident: z
    .string()
    .refine((text) => isId('inc', text), 'is no id of an incident')
    .optional()
    .describe('Id of the incident it belongs to; without it, a manual incident is opened'),
  dryRun: z.boolean().default(false).describe('Say what would happen, and do nothing'),
  reason,
});
export const OrderBody = z.strictObject({
  reason,
  step: z.string().max(100).optional().describe('One step; without it, what the order means for the whole run'),
  planDigest: z.string().max(100).optional().describe('Digest of the plan that was looked at; another one is refused'),
});
export const RetryBody = OrderBody.extend({
  latest: z
    .boolean()
    .default(false)
    .describe('Start a new run of the version in force, with the same inputs in the same incident'),
});

/** A run and the name of a signal, as they stand in a path. */
export const PathSignal = PathId.extend({
  name: z
    .string()
    .regex(/^[A-Za-z][\w.-]{0,62}$/, 'is no name of a signal: letters, digits and `_ . -`, a letter first'),
});
export const SignalBody = z.strictObject({
  data: JsonValue.default(null).describe('What the waiting step gives as its `output.data`'),
});

/** What a kill switch is for, as it stands in a path. */
export const PathScope = z.strictObject({
  scope: z.string().min(1).max(100).describe("A playbook's name, or `*` for everything"),
});
export const HaltBody = z.strictObject({
  reason: z.string().trim().min(1, 'must say why').max(500),
});
export const ReleaseBody = z.strictObject({});

/** Texts that the key may be: the RFC 8941 string of the standard's draft, or the bare text that most senders use. */
export const KeyHeader = z.object({
  'idempotency-key': z
    .string()
    .transform((text) => /^"((?:[ !#-[\]-~]|\\["\\])*)"$/.exec(text)?.[1]?.replace(/\\(["\\])/g, '$1') ?? text)
    .pipe(z.string().regex(/^[!-~]{1,255}$/, 'must be 1 to 255 visible ASCII characters, such as a UUID'))
    .optional()
    .describe('Sent again with the same body, it gives the same answer, and nothing is done a second time'),
});
