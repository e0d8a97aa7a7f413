// The operations on the record itself, joined. Holds no rule.
import type { RecordOperations, RedactionOperations } from '../../ports/operations.ts';
import { type AcceptParts, createAcceptRestore } from './accept-restore.ts';
import { type ArchiveStreamParts, createArchiveStream } from './archive-stream.ts';
import { createRedact, type RedactParts } from './redact.ts';

/** The operations. */
export const createRecordOperations = (
  parts: AcceptParts & ArchiveStreamParts & RedactParts,
): RecordOperations & RedactionOperations => ({
  ...createRedact(parts),
  ...createAcceptRestore(parts),
  ...createArchiveStream(parts),
});
