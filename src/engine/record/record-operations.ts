// The operations on the record itself, joined. Holds no rule.
import type { RecordOperations } from '../../ports/operations.ts';
import { type AcceptParts, createAcceptRestore } from './accept-restore.ts';
import { type ArchiveStreamParts, createArchiveStream } from './archive-stream.ts';

/** The operations. */
export const createRecordOperations = (parts: AcceptParts & ArchiveStreamParts): RecordOperations => ({
  ...createAcceptRestore(parts),
  ...createArchiveStream(parts),
});
