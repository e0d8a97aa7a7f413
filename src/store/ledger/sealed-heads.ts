// Where streams ended by checkpoints that are signed with a key this process trusts. For rows that no digest of ours vouches for: they
// were written by an earlier version, or before a change of keys. Reads checkpoints and writes none.
import { canonicalJson } from '../../core/json.ts';
import { isSignedBy, keyIdOf } from '../../core/timeline/signature.ts';
import { checkpointsOf } from './checkpoints.ts';
import type { Queryable } from './event-store-readers.ts';
import type { SealedHeads } from './snapshot-trust.ts';

/**
 * Sealed ends by the checkpoints in PostgreSQL. Each answer costs a look through them: it is asked of few rows.
 * @param trusted public keys, base64 of their DER: what follows a checkpoint vouches for none, because a process seals what it finds
 */
export function createSealedHeads(db: Queryable, trusted: readonly string[]): SealedHeads {
  const keys = new Map(trusted.map((key) => [keyIdOf(key), key]));
  return {
    async seals(streamId, head) {
      const sealed = await checkpointsOf(db, streamId, head);
      return sealed.some(({ body, signature, keyId }) => {
        const key = keys.get(keyId);
        return key !== undefined && isSignedBy(key, canonicalJson(body), signature);
      });
    },
  };
}
