// Sessions as PostgreSQL keeps them: what proves one is not there, a row that was written by hand is none, and of two revocations the
// first counts, in every process.
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSession } from '../../src/core/authority/web-session.ts';
import { sha256 } from '../../src/core/json.ts';
import { createSessions } from '../../src/engine/system/sessions.ts';
import { mintSession } from '../../src/platform/mint-token.ts';
import { realRuntime } from '../../src/platform/runtime.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { freshDatabase } from '../support/cluster/fresh-database.ts';

const ana = { provider: 'slack', subject: 'U0ANA', name: 'Ana Torres', email: 'ana@example.com' } as const;
const by = { kind: 'user', id: 'U0BEN' } as const;
const at = '2026-03-01T10:00:00.000Z';

describe('a stored session', () => {
  const stores: Store[] = [];
  let client: pg.Client;
  beforeAll(async () => {
    const { url, folder } = await freshDatabase();
    for (const _ of ['one process', 'another'])
      stores.push(await openStore({ databaseUrl: url, dataDir: folder }, realRuntime, pino({ level: 'silent' })));
    client = new pg.Client({ connectionString: url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    for (const store of stores) await store.close();
  });
  const sessionsOf = (store: Store | undefined) => {
    if (!store) throw new Error('there is no such store');
    const times = { idleMs: 3_600_000, lifetimeMs: 86_400_000 };
    return createSessions({ store: store.sessions, runtime: realRuntime, mintSession, times });
  };
  const begun = () => sessionsOf(stores[0]).begin(ana);

  it('is recognised in every process, and holds nothing that proves it', async () => {
    const { secret, session } = await begun();
    expect(await sessionsOf(stores[1]).recognise(secret)).toEqual({ ok: true, value: session });
    expect((await sessionsOf(stores[1]).recognise(mintSession())).ok).toBe(false);
    const { rows } = await client.query<{ row: string }>('SELECT sessions::text AS row FROM sessions');
    expect(rows.map(({ row }) => row).join()).not.toContain(secret.slice(4));
  });

  it('that was written by hand, or in which anything was changed, is none', async () => {
    const { secret } = await begun();
    const hash = sha256(secret);
    const edits = [
      `subject = 'U0BEN'`,
      `provider = 'oidc'`,
      `email = 'ben@example.com'`,
      `name = 'Ben'`,
      `expires_at = expires_at + interval '1 year'`,
      `created_at = created_at - interval '1 second'`,
      `id = 'ses_other'`,
      `revoked = '{"by":{"kind":"user","id":"U1"},"at":"${at}","reason":null}'`,
      `proof = 'none.none'`,
    ];
    for (const edit of edits) {
      await client.query('BEGIN');
      const { rows } = await client.query<WebSession>('SELECT * FROM sessions WHERE hash = $1', [hash]);
      await client.query(`UPDATE sessions SET ${edit} WHERE hash = $1`, [hash]);
      await client.query('COMMIT');
      expect(await stores[1]?.sessions.byHash(hash), edit).toBeNull();
      const put = Object.entries(rows[0] ?? {}).map(([name], n) => `${name} = $${n + 2}`);
      await client.query(`UPDATE sessions SET ${put.join(', ')} WHERE hash = $1`, [
        hash,
        ...Object.values(rows[0] ?? {}),
      ]);
      expect(await stores[1]?.sessions.byHash(hash), `${edit}, taken back`).not.toBeNull();
    }
    const own = sha256('fbs_my-own');
    await client.query(
      `INSERT INTO sessions SELECT 'ses_mine', $1, provider, subject, name, email, created_at, seen_at, expires_at, revoked, proof
         FROM sessions WHERE hash = $2`,
      [own, hash],
    );
    expect(await stores[0]?.sessions.byHash(own)).toBeNull();
    await client.query(`DELETE FROM sessions WHERE id = 'ses_mine'`);
  });

  it('that is revoked stays as the first revocation left it, and proves nothing anywhere', async () => {
    const { secret, session } = await begun();
    const revoked = await Promise.all(
      ['lost phone', 'left the team'].map((reason, n) => stores[n]?.sessions.revoke(session.id, { by, at, reason })),
    );
    expect(revoked[0]?.revoked).toEqual(revoked[1]?.revoked);
    expect(await sessionsOf(stores[1]).recognise(secret)).toMatchObject({ error: { code: 'revoked' } });
    expect(await stores[0]?.sessions.revoke('ses_none', { by, at, reason: null })).toBeNull();
    const listed = await stores[0]?.sessions.since(session.createdAt);
    expect(listed?.find(({ id }) => id === session.id)?.revoked).not.toBeNull();
  });
});
