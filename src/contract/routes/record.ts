// Routes of the record itself.
import { z } from 'zod';
import { KeyHeader } from '../requests.ts';
import type { RouteTable } from '../route.ts';

const AcceptBody = z.strictObject({
  reason: z.string().min(1).max(500).describe('Why the database was restored; it is kept in the record'),
});
/** A database that has lost a checkpoint, and was accepted. */
const ApiRestore = z.object({
  lost: z.number().describe('The checkpoint that was made here and that the database no longer has'),
  kept: z.number().nullable().describe('The newest checkpoint that it has'),
});

/** Routes of the record. */
export const recordRoutes = {
  'POST /record/accept-restore': {
    tag: 'record',
    summary: 'Accept a database that went back in time, so that Firebreak acts again',
    right: 'administer',
    headers: KeyHeader,
    body: AcceptBody,
    answers: { 200: { description: 'What was accepted', schema: ApiRestore } },
  },
} satisfies RouteTable;
