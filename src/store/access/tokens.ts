// Service tokens in PostgreSQL, as the system stream writes them there. Reads only.
import type { Pool } from 'pg';
import { Right } from '../../core/authority/right.ts';
import type { Actor } from '../../core/events.ts';
import type { Revocation } from '../../core/system/state.ts';
import type { TokenStore } from '../../ports/tokens.ts';

type Row = {
  readonly hash: string;
  readonly name: string;
  readonly rights: readonly string[];
  readonly owner: string | null;
  readonly expires_at: string;
  readonly created_by: Actor;
  readonly created_at: string;
  readonly revoked: Revocation | null;
};

/** Tokens on a pool of connections. */
export function createTokenStore(pool: Pool): TokenStore {
  return {
    async byHash(hash) {
      const { rows } = await pool.query<Row>({
        name: 'token-by-hash',
        text: 'SELECT hash, name, rights, owner, expires_at, created_by, created_at, revoked FROM tokens WHERE hash = $1',
        values: [hash],
      });
      const row = rows[0];
      if (!row) return null;
      return {
        name: row.name,
        // A right of another version gives nothing here.
        rights: row.rights.flatMap((right) => Right.safeParse(right).data ?? []),
        expiresAt: row.expires_at,
        owner: row.owner,
        hash: row.hash,
        createdBy: row.created_by,
        createdAt: row.created_at,
        revoked: row.revoked,
      };
    },
  };
}
