// The record itself over /api/v1. Parses and hands on; the rules are behind Operations.
import type { RecordOperations } from '../../ports/operations.ts';
import type { ServeRoutes } from './serve-routes.ts';

/** Adds the routes. */
export function addRecord(serve: ServeRoutes, { operations }: { readonly operations: RecordOperations }): void {
  serve.order('POST /record/accept-restore', ({ body: { reason }, principal }, { cause }) =>
    operations.acceptRestore({ principal, cause, reason }),
  );
}
