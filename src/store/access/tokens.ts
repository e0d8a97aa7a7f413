// Service tokens: the latest of each name as the system stream has them, those before as they are kept beside it. Reads only.
import type { Pool } from 'pg';
import { Right } from '../../core/authority/right.ts';
import type { Actor } from '../../core/events.ts';
import { deadSince, type Revocation, type TokenRecord } from '../../core/system/state.ts';
import type { SystemStream } from '../../ports/ledger.ts';
import type { Runtime } from '../../ports/runtime.ts';
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

/**
 * Tokens on a pool of connections. The table decides nothing: what lives in it and not in the stream was put there by hand, and
 * is not known.
 */
export function createTokenStore(
  pool: Pool,
  { load }: Pick<SystemStream, 'load'>,
  runtime: Pick<Runtime, 'nowMs'>,
): TokenStore {
  /** One whose name was given anew: it was dead by then, and is kept so that whoever presents it is told why. */
  async function superseded(hash: string): Promise<TokenRecord | null> {
    const { rows } = await pool.query<Row>({
      name: 'token-by-hash',
      text: 'SELECT hash, name, rights, owner, expires_at, created_by, created_at, revoked FROM tokens WHERE hash = $1',
      values: [hash],
    });
    const row = rows[0];
    if (!row) return null;
    const token = {
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
    return deadSince(token, new Date(runtime.nowMs()).toISOString()) === null ? null : token;
  }

  return {
    async byHash(hash) {
      const { state } = await load();
      const latest = Object.values(state.tokens).find((token) => token.hash === hash);
      return latest ?? superseded(hash);
    },
  };
}
