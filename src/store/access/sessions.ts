// Sessions in PostgreSQL. Each row carries a proof made with the key of the record: who can write to the database and has no key
// makes no session, and gives nobody else's another name.
import type { Pool } from 'pg';
import type { WebSession } from '../../core/authority/web-session.ts';
import { canonicalJson } from '../../core/json.ts';
import type { Revocation } from '../../core/system/state.ts';
import type { SessionStore } from '../../ports/sessions.ts';
import { held, keyedDigest, type SnapshotKey } from '../ledger/snapshot-digest.ts';

type Row = {
  readonly id: string;
  readonly hash: string;
  readonly provider: WebSession['provider'];
  readonly subject: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly created_at: string;
  readonly seen_at: string;
  readonly expires_at: string;
  readonly revoked: Revocation | null;
  readonly proof: string;
};
const columns = 'id, hash, provider, subject, name, email, created_at, seen_at, expires_at, revoked, proof';
const listedAtMost = 1000;

/** What a proof is over: everything but when the session was seen, which changes all the time and gives nothing beyond `expires_at`. */
const proofOf = (key: SnapshotKey, session: WebSession, hash: string): string => {
  const { id, provider, subject, name, email, createdAt, expiresAt, revoked } = session;
  return keyedDigest(
    key,
    canonicalJson(['sessions', id, hash, provider, subject, name, email, createdAt, expiresAt, revoked]),
  );
};

const iso = (instant: string) => new Date(instant).toISOString();

/** Sessions on a pool of connections. `key` null: none can be made, and none is believed. */
export function createSessionStore(pool: Pick<Pool, 'query'>, key: SnapshotKey | null): SessionStore {
  const read = (row: Row): WebSession | null => {
    const session = {
      id: row.id,
      provider: row.provider,
      subject: row.subject,
      name: row.name,
      email: row.email,
      createdAt: iso(row.created_at),
      seenAt: iso(row.seen_at),
      expiresAt: iso(row.expires_at),
      revoked: row.revoked,
    };
    return held(key, row.proof, (own) => proofOf(own, session, row.hash)) === 'ours' ? session : null;
  };
  const proved = (session: WebSession, hash: string): string => {
    if (key === null) throw new Error('without the key of the record no session can be kept');
    return proofOf(key, session, hash);
  };
  const one = async (where: string, value: string) =>
    (await pool.query<Row>(`SELECT ${columns} FROM sessions WHERE ${where} = $1`, [value])).rows[0];

  return {
    async add(session, hash) {
      const { id, provider, subject, name, email, createdAt, seenAt, expiresAt } = session;
      await pool.query(`INSERT INTO sessions (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, $10)`, [
        id,
        hash,
        provider,
        subject,
        name,
        email,
        createdAt,
        seenAt,
        expiresAt,
        proved(session, hash),
      ]);
    },
    async byHash(hash) {
      const row = await one('hash', hash);
      return row ? read(row) : null;
    },
    async seen(id, at) {
      await pool.query('UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2', [id, at]);
    },
    async revoke(id, revocation) {
      const row = await one('id', id);
      const session = row ? read(row) : null;
      if (!row || session === null || session.revoked !== null) return session;
      const revoked = { ...session, revoked: revocation };
      // Of two at once the first counts.
      const { rowCount } = await pool.query(
        'UPDATE sessions SET revoked = $2, proof = $3 WHERE id = $1 AND proof = $4',
        [id, JSON.stringify(revocation), proved(revoked, row.hash), row.proof],
      );
      if (rowCount === 1) return revoked;
      const now = await one('id', id);
      return now ? read(now) : null;
    },
    async since(at) {
      const { rows } = await pool.query<Row>(
        `SELECT ${columns} FROM sessions WHERE expires_at > $1 ORDER BY created_at DESC LIMIT ${listedAtMost}`,
        [at],
      );
      return rows.flatMap((row) => read(row) ?? []);
    },
  };
}
