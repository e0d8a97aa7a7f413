// Begins, recognises and ends the sessions of people who signed in, by their hashes. Knows no request and no cookie; never repeats
// what was presented.
import type { WebSession } from '../../core/authority/web-session.ts';
import { sessionEnd } from '../../core/authority/web-session.ts';
import { sha256 } from '../../core/json.ts';
import { err, ok } from '../../core/result.ts';
import { formatDuration } from '../../core/time.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { SessionRefusal, SessionStore, Sessions } from '../../ports/sessions.ts';

/** How long sessions count, in milliseconds. */
export type SessionTimes = {
  /** Without being used. */
  readonly idleMs: number;
  /** At the utmost, however much they are used. */
  readonly lifetimeMs: number;
};

/** What sessions need. */
export type SessionParts = {
  readonly store: SessionStore;
  readonly runtime: Pick<Runtime, 'nowMs' | 'newId'>;
  readonly mintSession: () => string;
  readonly times: SessionTimes;
};

/** A use is noted this often at most, in milliseconds. */
const notedEveryMs = 60_000;

const refuse = (code: SessionRefusal['code'], message: string) => err<SessionRefusal>({ code, message });

/** Begins, recognises and ends sessions. */
export function createSessions({ store, runtime, mintSession, times }: SessionParts): Sessions {
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    async begin({ provider, subject, name, email }) {
      const nowMs = runtime.nowMs();
      const at = iso(nowMs);
      const session: WebSession = {
        id: runtime.newId('ses'),
        provider,
        subject,
        name,
        email,
        createdAt: at,
        seenAt: at,
        expiresAt: iso(nowMs + times.lifetimeMs),
        revoked: null,
      };
      const secret = mintSession();
      await store.add(session, sha256(secret));
      return { secret, session };
    },
    async recognise(secret) {
      const session = await store.byHash(sha256(secret));
      if (session === null) return refuse('unknown', 'the session is not known');
      const nowMs = runtime.nowMs();
      switch (sessionEnd(session, { at: iso(nowMs), idleMs: times.idleMs })) {
        case 'revoked':
          return refuse('revoked', `the session was ended at ${session.revoked?.at}`);
        case 'expired':
          return refuse('expired', `the session ran out at ${session.expiresAt}`);
        case 'idle':
          return refuse('idle', `the session was not used for ${formatDuration(times.idleMs)}`);
        case null:
          if (nowMs - Date.parse(session.seenAt) >= notedEveryMs) await store.seen(session.id, iso(nowMs));
          return ok(session);
      }
    },
    async end(secret, by, reason) {
      const session = await store.byHash(sha256(secret));
      if (session) await store.revoke(session.id, { by, at: iso(runtime.nowMs()), reason });
    },
  };
}
