// The sessions of people who signed in, for whoever administers: list them, end one. Begins none.
import { actorOf } from '../../core/authority/principal.ts';
import { err, ok } from '../../core/result.ts';
import type { SessionOperations } from '../../ports/operations.ts';
import type { Log, Runtime } from '../../ports/runtime.ts';
import type { SessionStore } from '../../ports/sessions.ts';
import type { Pipeline } from '../pipeline.ts';

/** What the operations need. */
export type SessionOperationParts = {
  readonly pipeline: Pick<Pipeline, 'authorised'>;
  readonly store: SessionStore;
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly log: Pick<Log, 'info'>;
};

/** The operations on sessions. */
export function createSessionOperations({ pipeline, store, runtime, log }: SessionOperationParts): SessionOperations {
  const now = () => new Date(runtime.nowMs()).toISOString();
  return {
    async sessions({ principal }) {
      const allowed = await pipeline.authorised(principal, 'administer', {});
      return allowed.ok ? ok(await store.since(now())) : err(allowed.error);
    },
    async revokeSession({ principal, id, reason }) {
      const allowed = await pipeline.authorised(principal, 'administer', {});
      if (!allowed.ok) return err(allowed.error);
      const by = actorOf(principal);
      const session = await store.revoke(id, { by, at: now(), reason: reason ?? null });
      if (session === null) return err({ code: 'not_found', message: 'there is no such session' });
      log.info({ session: id, by: by.id }, 'a session was ended');
      return ok(session);
    },
  };
}
