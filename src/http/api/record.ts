// The record itself over /api/v1. Parses and hands on; the rules are behind Operations.
import { ok } from '../../core/result.ts';
import type { RecordOperations, RedactionOperations } from '../../ports/operations.ts';
import type { ServeRoutes } from './serve-routes.ts';

/** Adds the routes. */
export function addRecord(
  serve: ServeRoutes,
  { operations }: { readonly operations: RecordOperations & RedactionOperations },
): void {
  serve.order('POST /redactions', async ({ body: { where, reason }, principal }, { cause }) => {
    const asked = where.type === 'evidence' ? where : eventOf(where);
    const redacted = await operations.redact({ principal, cause, where: asked, reason });
    if (!redacted.ok) return redacted;
    const { paths, alsoIn, notReachable } = redacted.value;
    const also = alsoIn.map(({ streamId, seq, type }) => ({ stream: streamId, seq, type }));
    return ok({ paths: [...paths], alsoIn: also, notReachable: [...notReachable] });
  });
  serve.order('POST /record/accept-restore', ({ body: { reason }, principal }, { cause }) =>
    operations.acceptRestore({ principal, cause, reason }),
  );
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
