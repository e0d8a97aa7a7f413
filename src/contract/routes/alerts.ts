// Routes about alerts: what becomes of one, and the groups that keep what nobody was told.
import { z } from 'zod';
import { Alert } from '../../core/alert/alert.ts';
import { ApiAlertGroup, ApiExplained, ApiHoldKind } from '../alert.ts';
import { pageOf, paging } from '../paging.ts';
import { PathId } from '../requests.ts';
import type { RouteTable } from '../route.ts';

const Request = z.strictObject({
  source: z.string().min(1).max(100),
  integration: z.string().min(1).max(100).optional().describe('Without it, the only one of its source'),
  method: z.enum(['POST', 'GET']).default('POST'),
  headers: z.record(z.string().max(200), z.string().max(8000)).default({}),
  query: z.record(z.string().max(200), z.string().max(8000)).default({}),
  body: z.string(),
});

const ExplainBody = z
  .strictObject({
    alert: Alert.optional().describe('A normalised alert'),
    fingerprint: z.string().min(1).max(500).optional().describe('Of an alert that is known here'),
    delivery: Request.optional().describe('A request as its source sends it; it proves nothing and is not stored'),
    at: z.iso
      .datetime({ offset: true, error: 'must be an instant such as 2026-03-01T12:00:00Z' })
      .transform((text) => new Date(text).toISOString())
      .optional()
      .describe('The instant of the rules, silences and windows; without it, now'),
  })
  .refine(
    ({ alert, fingerprint, delivery }) =>
      [alert, fingerprint, delivery].filter((one) => one !== undefined).length === 1,
    { path: ['alert'], error: 'must be there, or else one of fingerprint and delivery; and only one of the three' },
  );

const GroupQuery = z.strictObject({
  ...paging('grp'),
  held: z.enum(['true', 'false']).optional().describe('`true`: only groups that hold something now'),
  by: ApiHoldKind.optional().describe(
    'Only groups of which this has held something; with `held=true`, of which it holds something now',
  ),
});

/** Routes about alerts. */
export const alertRoutes = {
  'POST /explain': {
    tag: 'alerts',
    summary: 'What becomes of an alert, now or at an instant, and why: the six stages. Changes nothing',
    right: 'view',
    body: ExplainBody,
    answers: { 200: { description: 'The stages of each alert', schema: ApiExplained } },
  },
  'GET /alert-groups': {
    tag: 'alerts',
    summary: 'Alert groups: what is held and by whom until when, and how much was told to nobody',
    right: 'view',
    query: GroupQuery,
    answers: { 200: { description: 'Groups, newest first', schema: pageOf(ApiAlertGroup) } },
  },
  'GET /alert-groups/:id': {
    tag: 'alerts',
    summary: 'One alert group',
    right: 'view',
    params: PathId,
    answers: { 200: { description: 'It', schema: ApiAlertGroup } },
  },
} satisfies RouteTable;
