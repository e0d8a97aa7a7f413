// Routes about rights.
import { z } from 'zod';
import { Right } from '../../core/authority/right.ts';
import { ApiAccess, ApiAccessCheck } from '../access.ts';
import type { RouteTable } from '../route.ts';

const text = z.string().min(1).max(300);

/** Routes about rights. */
export const accessRoutes = {
  'GET /access': {
    tag: 'access',
    summary: 'Who has which right, and where',
    right: 'administer',
    answers: { 200: { description: 'Every grant of the configuration', schema: ApiAccess } },
  },
  // About oneself anybody may ask; about somebody else takes `administer`.
  'GET /access/check': {
    tag: 'access',
    summary:
      'Whether somebody has a right, by which grant, and what the other grants lack; about others it takes `administer`',
    right: null,
    query: z.strictObject({
      user: text
        .optional()
        .describe('A key under `people:`, a Slack user id, oidc:SUBJECT, local:NAME or token:NAME; absent: who asks'),
      right: z
        .enum([...Right.options, 'approve'])
        .describe('`approve` is asked of one request: name it, or the run that waits with it'),
      playbook: text.optional(),
      service: text.optional().describe('As the input `service` of the run says it'),
      environment: text.optional().describe('As the input `environment` of the run says it'),
      incident: text.optional().describe('Id or number'),
      approval: text.optional().describe('A request for approval, for `approve`'),
      run: text.optional().describe('The run whose open request it is, for `approve`'),
    }),
    answers: { 200: { description: 'The answer with its reasons', schema: ApiAccessCheck } },
  },
} satisfies RouteTable;
