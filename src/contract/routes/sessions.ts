// Routes of the sessions of people who signed in.
import { z } from 'zod';
import { pageOf } from '../paging.ts';
import { KeyHeader, reason } from '../requests.ts';
import type { RouteTable } from '../route.ts';
import { ApiSession } from '../session.ts';

const SessionId = z.strictObject({ id: z.string().min(1).max(100) });
const RevokeBody = z.strictObject({ reason });

/** Routes of sessions. */
export const sessionRoutes = {
  'GET /sessions': {
    tag: 'sessions',
    summary: 'Sessions of people who signed in, the newest first, revoked ones included until they would have run out',
    right: 'administer',
    answers: { 200: { description: 'Sessions', schema: pageOf(ApiSession) } },
  },
  'DELETE /sessions/:id': {
    tag: 'sessions',
    summary: 'End a session: from its next request on it proves nothing',
    right: 'administer',
    params: SessionId,
    headers: KeyHeader,
    body: RevokeBody,
    answers: { 200: { description: 'What was ended', schema: ApiSession } },
  },
} satisfies RouteTable;
