// Vouches once, with the migration that makes a missing digest a fault, for what earlier versions wrote without one: ends of streams that
// their events lead to, and deliveries that wait or can be replayed. What cannot be believed is left as it is.
import type { ClientBase } from 'pg';
import { contentDigest, deliveryProof, type ProvedDelivery } from '../intake/delivery-proof.ts';
import { type SnapshotKey, snapshotDigest, textDigest } from './snapshot-digest.ts';
import { createSnapshots, type IncidentColumns, incidentColumns, type Snapshots } from './snapshots.ts';
import { unlessFault } from './unless-fault.ts';

const page = 100;

/** Vouches inside the transaction that the client is in. */
export async function vouchOnce(client: ClientBase, key: SnapshotKey): Promise<void> {
  // What is found here is found again by whoever loads it.
  const snapshots = createSnapshots({ pool: client, key, sealed: null, found: () => undefined });
  await vouchForHeads(client, key, { table: 'incidents', load: snapshots.loadIncident });
  await vouchForHeads(client, key, { table: 'streams', load: snapshots.loadSystem });
  await vouchForDeliveries(client, key);
}

async function vouchForHeads(
  client: ClientBase,
  key: SnapshotKey,
  { table, load }: { table: 'incidents' | 'streams'; load: Snapshots['loadIncident'] | Snapshots['loadSystem'] },
): Promise<void> {
  for (let after = ''; ; ) {
    const { rows } = await client.query<IncidentColumns>(
      `SELECT ${incidentColumns} FROM ${table} i WHERE i.proof IS NULL AND i.id > $1 ORDER BY i.id LIMIT $2`,
      [after, page],
    );
    for (const row of rows) {
      after = row.id;
      const { id, version, head_hash: hash, state } = row;
      if ((await unlessFault<unknown>(load(row))) === null) continue;
      const proof = snapshotDigest(key, { table, id, streamId: id, version, hash, textDigest: textDigest(state) });
      await client.query(`UPDATE ${table} SET proof = $2 WHERE id = $1`, [id, proof]);
    }
    if (rows.length < page) return;
  }
}

type Unproved = ProvedDelivery & { readonly headers: { readonly [name: string]: string }; readonly body: Buffer };

async function vouchForDeliveries(client: ClientBase, key: SnapshotKey): Promise<void> {
  for (let after = ''; ; ) {
    const { rows } = await client.query<Unproved>(
      `SELECT receipt, source, integration, received_at AS "receivedAt", dedupe_key AS "dedupeKey", alerts::text AS alerts, headers, body
       FROM deliveries d WHERE proof IS NULL AND receipt > $1
         AND (dead OR EXISTS (SELECT 1 FROM intake_queue q WHERE q.receipt = d.receipt))
       ORDER BY receipt LIMIT $2`,
      [after, page],
    );
    for (const { headers, body, ...proved } of rows) {
      after = proved.receipt;
      const proof = deliveryProof(key, proved, contentDigest({ headers, body }));
      await client.query('UPDATE deliveries SET proof = $2 WHERE receipt = $1', [proved.receipt, proof]);
    }
    if (rows.length < page) return;
  }
}
