// Sessions in memory, as the real store keeps them.
import type { WebSession } from '../../../src/core/authority/web-session.ts';
import type { SessionStore } from '../../../src/ports/sessions.ts';

/** Makes an empty store. */
export function createMemorySessions(): SessionStore {
  const kept = new Map<string, { session: WebSession; readonly hash: string }>();
  return {
    async add(session, hash) {
      kept.set(session.id, { session, hash });
    },
    byHash: async (hash) => [...kept.values()].find((one) => one.hash === hash)?.session ?? null,
    async seen(id, at) {
      const one = kept.get(id);
      if (one && one.session.seenAt < at) one.session = { ...one.session, seenAt: at };
    },
    async revoke(id, revocation) {
      const one = kept.get(id);
      if (!one) return null;
      if (one.session.revoked === null) one.session = { ...one.session, revoked: revocation };
      return one.session;
    },
    since: async (at) => [...kept.values()].map(({ session }) => session).filter(({ expiresAt }) => expiresAt > at),
  };
}
