// The ledger of an incident as people read it: every entry in a sentence, in the order in which it was recorded. Shapes only.
import { z } from 'zod';
import { entryKinds } from '../core/timeline/entry-kind.ts';
import { ApiActor } from './actor.ts';
import { listOf } from './paging.ts';
import { ApiTimelineEvent } from './timeline.ts';

/** What an entry is about. */
export const ApiEntryKind = z.enum(entryKinds);
export type ApiEntryKind = z.infer<typeof ApiEntryKind>;

/** What an entry refers to; null: it is about none. */
const ApiEntryRefs = z.object({
  run: z.string().nullable(),
  step: z.string().nullable().describe('Key of a step of that run'),
  attempt: z.int().nullable(),
  approval: z.string().nullable(),
  alert: z.string().nullable().describe('Its fingerprint'),
  artifacts: listOf(z.string()).describe('Digests of evidence'),
});

/** What somebody says in an entry, in his or her own words. */
const ApiSaid = z.object({
  type: z
    .enum(['note', 'update', 'kept', 'edited', 'deleted'])
    .describe('A note; an update for people outside; a message kept from Slack, and what became of it there'),
  by: z.object({ id: z.string(), name: z.string().nullable() }).nullable().describe('null: Slack did not say who'),
  at: z.string().describe('When it was said, which may be before it was kept'),
  text: z.string(),
  cut: z.boolean().describe('The text is not whole; the entry itself has all of it'),
  message: z
    .string()
    .nullable()
    .describe('The message in Slack, the same for its edits; null: it was written elsewhere'),
  link: z.string().nullable().describe('Its place in Slack'),
  files: listOf(z.string()).describe('Names of the files that hung on it'),
});

/** One entry of the ledger. */
export const ApiLedgerEntry = z.object({
  id: z.string().describe('`STREAM/SEQ`: what people’s words refer to; it never changes'),
  stream: z.string(),
  seq: z.int().describe('Its place in the stream, from 1'),
  at: z.string(),
  kind: ApiEntryKind,
  type: z.string().describe('Such as `run.started`; newer versions may have types that are not known yet'),
  tone: z.enum(['neutral', 'good', 'warning', 'bad']),
  text: z.string().describe('What happened, in a sentence; long texts are cut here and whole in the entry itself'),
  cut: z.boolean().describe('The sentence is not whole'),
  actor: ApiActor,
  refs: ApiEntryRefs,
  said: ApiSaid.nullable().describe('null: it is no note and no message'),
});
export type ApiLedgerEntry = z.infer<typeof ApiLedgerEntry>;

/** A part of the ledger, oldest first. */
export const ApiLedgerPage = z.object({
  items: listOf(ApiLedgerEntry),
  total: z.int().describe('Entries of the ledger as known then, whatever their kind'),
  before: z.int().nullable().describe('`before` of the page that comes before; null: this is the first'),
  after: z
    .int()
    .describe('`after` of the page that follows; while the incident lives, ask with it again: order never changes'),
  more: z.boolean().describe('There are more entries after this page now'),
});
export type ApiLedgerPage = z.infer<typeof ApiLedgerPage>;

/** One entry with everything that was recorded. */
export const ApiLedgerRecord = z.object({ entry: ApiLedgerEntry, recorded: ApiTimelineEvent });
export type ApiLedgerRecord = z.infer<typeof ApiLedgerRecord>;
