// The record itself over /api/v1. Parses and hands on; the rules are behind Operations.
import type { ApiRecordState } from '../../contract/record.ts';
import type { ApiRedaction } from '../../contract/redaction.ts';
import { err, ok } from '../../core/result.ts';
import type { BadPlace, Head } from '../../core/timeline/chain.ts';
import { checkpointRef, type SealedCheckpoint } from '../../core/timeline/checkpoint.ts';
import type { Artifacts } from '../../ports/ledger.ts';
import type { LedgerReads } from '../../ports/ledger-reads.ts';
import type { RecordOperations, RedactionOperations } from '../../ports/operations.ts';
import { seesOne } from './evidence.ts';
import type { ServeRoutes } from './serve-routes.ts';
import { showEvent } from './show-incident.ts';

/** What these routes need. */
export type RecordRouteDeps = {
  readonly operations: RecordOperations & RedactionOperations;
  readonly artifacts: Pick<Artifacts, 'find'>;
  readonly ledger: Pick<LedgerReads, 'redactionsOf'>;
  readonly recordState: () => Promise<RecordState>;
};

/** How the record stands. `system`: where the system stream ends. */
type RecordState = {
  readonly newest: SealedCheckpoint | null;
  readonly system: Head | null;
  readonly key: { readonly id: string; readonly publicKey: string };
  readonly faults: readonly BadPlace[];
};

/** Adds the routes. */
export function addRecord(serve: ServeRoutes, { operations, artifacts, ledger, recordState }: RecordRouteDeps): void {
  serve.read('GET /incidents/:id/redactions', async ({ params, reads }) => {
    const incident = await reads.incident(params.id);
    if (!incident) return err({ code: 'not_found', message: 'there is no such incident' });
    return ok({ items: (await ledger.redactionsOf(incident.id)).map(showEvent) });
  });
  serve.read('GET /record', async () => ok(showRecord(await recordState())));
  serve.order('POST /redactions', async ({ body: { where, reason }, principal, reads }, { cause }) => {
    const isSeen =
      where.type === 'evidence'
        ? seesOne(reads, (await artifacts.find(where.digest))?.incidents ?? [])
        : !where.stream.startsWith('inc_') || reads.sees(where.stream);
    if (!(await isSeen)) return err({ code: 'not_found', message: 'there is no such thing to redact' });
    const asked = where.type === 'evidence' ? where : eventOf(where);
    const redacted = await operations.redact({ principal, cause, where: asked, reason });
    if (!redacted.ok) return redacted;
    const { paths, alsoIn, notReachable } = redacted.value;
    const also: ApiRedaction['alsoIn'] = [];
    for (const { streamId, seq, type } of alsoIn)
      if (!streamId.startsWith('inc_') || (await reads.sees(streamId))) also.push({ stream: streamId, seq, type });
    return ok({ paths: [...paths], alsoIn: also, notReachable: [...notReachable] });
  });
  serve.order('POST /record/accept-restore', ({ body: { reason }, principal }, { cause }) =>
    operations.acceptRestore({ principal, cause, reason }),
  );
}

/** How the record stands. */
function showRecord({ newest, system, key, faults }: RecordState): ApiRecordState {
  return {
    checkpoint: newest && { ...checkpointRef(newest), at: newest.body.at, keyId: newest.keyId },
    system,
    key,
    faults: faults.map(({ streamId: stream, seq, problem }) => ({ stream, seq, problem })),
  };
}

const eventOf = ({
  stream: streamId,
  seq,
  path,
  text,
}: {
  readonly stream: string;
  readonly seq: number;
  readonly path?: string | undefined;
  readonly text?: string | undefined;
}) => ({ type: 'event' as const, streamId, seq, path, text });
