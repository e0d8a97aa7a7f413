// Routes of the record itself.
import { z } from 'zod';
import { ApiRecordState } from '../record.ts';
import { ApiRedaction, ApiRedactions, WhereToRedact } from '../redaction.ts';
import { KeyHeader, mustSayWhy, PathId } from '../requests.ts';
import type { RouteTable } from '../route.ts';

const AcceptBody = z.strictObject({
  reason: mustSayWhy(500).describe('Why the database was restored; it is kept in the record'),
});
/** A database that has lost a checkpoint, and was accepted. */
const ApiRestore = z.object({
  lost: z.number().describe('The checkpoint that was made here and that the database no longer has'),
  kept: z.number().nullable().describe('The newest checkpoint that it has'),
});

const RedactBody = z.strictObject({
  where: WhereToRedact,
  reason: mustSayWhy(500).describe('It is kept in the record; never the text itself'),
});

/** Routes of the record. */
export const recordRoutes = {
  'GET /incidents/:id/redactions': {
    tag: 'record',
    summary:
      'Who took what out of the record of an incident: what vouches for its entries that no longer match their hash',
    right: 'view',
    params: PathId,
    answers: { 200: { description: 'Redactions', schema: ApiRedactions } },
  },
  'GET /record': {
    tag: 'record',
    summary: 'How far the record is sealed, with which key, and what was found contradicted',
    right: 'administer',
    answers: { 200: { description: 'It', schema: ApiRecordState } },
  },
  'POST /redactions': {
    tag: 'record',
    summary: 'Take something that leaked out of an event or a piece of evidence; the record still verifies',
    right: 'administer',
    headers: KeyHeader,
    body: RedactBody,
    answers: { 200: { description: 'What was taken out', schema: ApiRedaction } },
  },
  'POST /record/accept-restore': {
    tag: 'record',
    summary: 'Accept a database that went back in time, so that Firebreak acts again',
    right: 'administer',
    headers: KeyHeader,
    body: AcceptBody,
    answers: { 200: { description: 'What was accepted', schema: ApiRestore } },
  },
} satisfies RouteTable;
