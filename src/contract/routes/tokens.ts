// Routes of service tokens.
import { z } from 'zod';
import { Right } from '../../core/authority/right.ts';
import { pageOf } from '../paging.ts';
import { KeyHeader, PathName, reason } from '../requests.ts';
import type { RouteTable } from '../route.ts';
import { ApiCreatedToken, ApiToken } from '../token.ts';

const CreateBody = z.strictObject({
  name: z.string().min(1).max(63).describe('Lower-case letters, digits, - and _; it acts as `token:NAME`'),
  rights: z
    .array(Right)
    .default([])
    .describe('Held everywhere; none that whoever makes it does not hold, and never `bypass`'),
  expiresAt: z.iso
    .datetime({ offset: true, error: 'must be an instant such as 2027-01-31T12:00:00Z' })
    .describe('In the future, within ten years'),
  owner: z.string().min(1).max(100).optional().describe('Key under `people:` of whom it belongs to'),
});
const RevokeBody = z.strictObject({ reason });

/** Routes of tokens. */
export const tokenRoutes = {
  'GET /tokens': {
    tag: 'tokens',
    summary: 'Service tokens by name, the latest of each name, dead ones included',
    right: 'administer',
    answers: { 200: { description: 'Tokens', schema: pageOf(ApiToken) } },
  },
  // Takes no Idempotency-Key: answers of keyed requests are kept, and this one must not be. Made twice, a name is refused.
  'POST /tokens': {
    tag: 'tokens',
    summary: 'Make a service token; it is in this answer and in no other',
    right: 'administer',
    body: CreateBody,
    answers: { 201: { description: 'The token, and what is kept of it', schema: ApiCreatedToken } },
  },
  'DELETE /tokens/:name': {
    tag: 'tokens',
    summary: 'Take a service token back: from now on it proves nothing',
    right: 'administer',
    params: PathName,
    headers: KeyHeader,
    body: RevokeBody,
    answers: { 200: { description: 'What was taken back', schema: ApiToken } },
  },
} satisfies RouteTable;
