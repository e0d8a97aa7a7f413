// Holds what is stored beside the streams (snapshots, the columns read of them, tokens, switches, alerts, versions, evidence) against
// what the events lead to, column by column. For audits: names the first column that says something else, and changes nothing.
import type { IncidentState } from '../../core/incident/state.ts';
import { digestJson, sha256 } from '../../core/json.ts';
import type { SystemState, TokenRecord } from '../../core/system/state.ts';
import type { AlertPlace, FoldedIncident, FoldedSystem, RowFaults, SealedMark } from '../../ports/record.ts';
import { elementsOf } from '../intake/alert-elements.ts';
import { deliveryFault as faultOfDelivery, type ProvedDelivery } from '../intake/delivery-proof.ts';
import type { Queryable } from './event-store-readers.ts';
import { groupFault } from './group-faults.ts';
import { playbookLifeFault } from './playbook-life-faults.ts';
import {
  type Columns,
  firstDifference,
  ofRuns,
  type RowFaultParts,
  type StreamRow,
  sealedExpected,
  streamFault,
} from './snapshot-faults.ts';

const incidentExpected = (incident: IncidentState, { head, events }: FoldedIncident, sealed: SealedMark | null) => ({
  number: incident.number,
  severity: incident.severity,
  status: incident.status,
  group_key: incident.groupKey,
  channel_id: incident.channel?.id ?? null,
  version: head.version,
  head_hash: head.hash,
  opened_at: events[0]?.at,
  resolved_at: incident.resolvedAt,
  updated_at: events.at(-1)?.at,
  merged_into: incident.mergedInto?.id ?? null,
  is_private: incident.members !== undefined,
  ...sealedExpected(sealed),
});
/** Makes the reader of row faults; null from each of its members: nothing is wrong. */
export function createRowFaults(parts: RowFaultParts): RowFaults {
  const { db } = parts;
  return {
    async ofIncident(folded, sealed, trusted) {
      const { streamId, incident } = folded;
      const { rows } = await db.query<StreamRow>({
        name: 'audit-incident',
        text: 'SELECT i.*, i.state::text AS state FROM incidents i WHERE i.id = $1',
        values: [streamId],
      });
      const [row] = rows;
      if (!row || incident === null) return 'no event opens it';
      return (
        (await streamFault(parts, row, { table: 'incidents', stream: folded, folded: incident, sealed, trusted })) ??
        firstDifference(row, incidentExpected(incident, folded, sealed)) ??
        (await ofRuns(parts, folded, trusted))
      );
    },

    ofGroup: (folded, sealed, trusted) => groupFault(parts, folded, sealed, trusted),
    ofPlaybook: (folded, sealed, trusted) => playbookLifeFault(parts, folded, sealed, trusted),

    async ofSystem(folded, sealed, trusted) {
      const { streamId, events, state } = folded;
      const { rows } = await db.query<StreamRow>('SELECT s.*, s.state::text AS state FROM streams s WHERE s.id = $1', [
        streamId,
      ]);
      const [row] = rows;
      if (!row) return 'it has no row';
      return (
        (await streamFault(parts, row, { table: 'streams', stream: folded, folded: state, sealed, trusted })) ??
        firstDifference(row, {
          ...sealedExpected(sealed),
          kind: 'system',
          key: null,
          held: [],
          updated_at: events.at(-1)?.at ?? '',
        }) ??
        (await tokenFault(db, folded)) ??
        (await switchFault(db, state))
      );
    },

    withoutSystem: async () =>
      (await switchFault(db, { switches: {}, tokens: {} })) ?? (await strayRow(db, 'tokens', 'hash')),
    alerts: (known, gone) => alertFault(db, known, gone),
    archived: (archived) => archivedFault(db, archived),
    versions: (pinned) => versionFault(db, pinned),
    rulebooks: (named) => rulebookFault(db, named),
    evidence: (named, redacted) => evidenceFault(db, named, redacted),
    deliveries: (receipts) => deliveryFault(parts, receipts),
  };
}

const tokenColumns = ({ name, rights, owner, expiresAt, createdBy, createdAt, revoked }: TokenRecord) => ({
  name,
  rights,
  owner,
  expires_at: expiresAt,
  created_by: createdBy,
  created_at: createdAt,
  revoked,
});

async function strayRow(db: Queryable, table: string, column: string): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(`SELECT ${column} AS id FROM ${table} ORDER BY 1 LIMIT 1`);
  return rows[0] ? `${table} has ${rows[0].id}, and nothing at all is recorded` : null;
}

/** Every token that was ever made has its row; the latest of each name as the state has it, those before as they died. */
async function tokenFault(db: Queryable, { tokens }: FoldedSystem): Promise<string | null> {
  const { rows } = await db.query<Columns & { hash: string }>('SELECT * FROM tokens ORDER BY hash');
  const stored = new Map(rows.map((row) => [row.hash, row]));
  for (const token of tokens) {
    const row = stored.get(token.hash);
    if (!row) return `the token ${token.name} is in the events, and its row is gone`;
    const fault = firstDifference(row, tokenColumns(token));
    if (fault !== null) return `the token ${token.name}: ${fault}`;
    stored.delete(token.hash);
  }
  for (const { name } of stored.values()) return `the token ${String(name)} is not in the events: its row was invented`;
  return null;
}

async function switchFault(db: Queryable, { switches }: SystemState): Promise<string | null> {
  const { rows } = await db.query<Columns & { scope: string }>('SELECT * FROM kill_switches ORDER BY scope');
  const stored = new Map(rows.map((row) => [row.scope, row]));
  for (const { scope, by, reason, at } of Object.values(switches)) {
    const row = stored.get(scope);
    if (!row) return `the kill switch of ${scope} is engaged by the events, and its row is gone`;
    const fault = firstDifference(row, { engaged_by: by, reason, engaged_at: at });
    if (fault !== null) return `the kill switch of ${scope}: ${fault}`;
    stored.delete(scope);
  }
  for (const scope of stored.keys()) return `the kill switch of ${scope} is not in the events: its row was invented`;
  return null;
}

async function archivedFault(db: Queryable, archived: Parameters<RowFaults['archived']>[0]): Promise<string | null> {
  const { rows } = await db.query<Columns & { id: string }>('SELECT * FROM archived_streams ORDER BY id');
  const stored = new Map(rows.map((row) => [row.id, row]));
  for (const { streamId, number, head, digest, archivedAt, isPrivate } of archived) {
    const row = stored.get(streamId);
    if (!row) return `the archived stream ${streamId} is in the events, and its row is gone`;
    const end = { version: head.version, head_hash: head.hash };
    const expected = { number, ...end, digest, archived_at: archivedAt, is_private: isPrivate };
    const fault = firstDifference(row, expected);
    if (fault !== null) return `the archived stream ${streamId}: ${fault}`;
    stored.delete(streamId);
  }
  for (const id of stored.keys()) return `the archived stream ${id} is not in the events: its row was invented`;
  return null;
}

async function alertFault(
  db: Queryable,
  known: Parameters<RowFaults['alerts']>[0],
  gone: Parameters<RowFaults['alerts']>[1],
): Promise<string | null> {
  const { rows } = await db.query<{ fingerprint: string; incident_id: string; active: boolean; updated_at: string }>(
    'SELECT * FROM alerts ORDER BY fingerprint',
  );
  const stored = new Set(rows.map(({ fingerprint }) => fingerprint));
  // An older incident may still know an alert whose newest one has left.
  const hasLeft = (fingerprint: string, places: readonly AlertPlace[]) =>
    places.every(({ changedAt }) => changedAt <= (gone.get(fingerprint) ?? ''));
  for (const [fingerprint, places] of known)
    if (!stored.has(fingerprint) && !hasLeft(fingerprint, places))
      return `the alert ${fingerprint} is in the events, and its row is gone`;
  for (const { fingerprint, incident_id: incidentId, active, updated_at: at } of rows) {
    const places = known.get(fingerprint) ?? [];
    const own = places.find((place) => place.incidentId === incidentId);
    if (!own) return `the alert ${fingerprint} is not in the events of ${incidentId}`;
    if (places.some((place) => place.changedAt > own.changedAt))
      return `the alert ${fingerprint} has moved on from ${incidentId} by its events`;
    if (active !== own.active) return `the alert ${fingerprint}: active is ${active}, and the events say ${own.active}`;
    if (at !== own.changedAt)
      return `the alert ${fingerprint}: updated_at is ${at}, and its last event ${own.changedAt}`;
  }
  return null;
}

async function versionFault(db: Queryable, pinned: ReadonlySet<string>): Promise<string | null> {
  const { rows } = await db.query<{ digest: string; name: string; version: string; definition: unknown }>(
    'SELECT digest, name, version, definition FROM playbook_versions ORDER BY digest',
  );
  const stored = new Set(rows.map(({ digest }) => digest));
  for (const digest of pinned)
    if (!stored.has(digest)) return `the playbook version ${digest} is gone, and runs are pinned to it`;
  for (const { digest, name, version, definition } of rows) {
    if (digestJson(definition) !== digest)
      return `the playbook version ${digest} was edited: it does not match its digest`;
    const defined = definition as { readonly name: string; readonly version: string };
    const fault = firstDifference({ name, version }, { name: defined.name, version: defined.version });
    if (fault !== null) return `the playbook version ${digest}: ${fault}`;
  }
  return null;
}

async function rulebookFault(db: Queryable, named: ReadonlySet<string>): Promise<string | null> {
  const { rows } = await db.query<{ digest: string; book: unknown }>(
    'SELECT digest, book FROM rulebooks ORDER BY digest',
  );
  const stored = new Set(rows.map(({ digest }) => digest));
  for (const digest of named) if (!stored.has(digest)) return `the rule book ${digest} is gone, and it was in force`;
  const edited = rows.find(({ digest, book }) => digestJson(book) !== digest);
  return edited ? `the rule book ${edited.digest} was edited: it does not match its digest` : null;
}

async function evidenceFault(
  db: Queryable,
  ...[named, redacted]: Parameters<RowFaults['evidence']>
): Promise<string | null> {
  const { rows } = await db.query<{ digest: string }>('SELECT digest FROM artifacts ORDER BY digest');
  for (const { digest } of rows) {
    const one = await db.query<{ name: string; bytes: number; content: Buffer; by: number | null }>(
      'SELECT name, bytes, content, redacted_by AS by FROM artifacts WHERE digest = $1',
      [digest],
    );
    const row = one.rows[0];
    if (!row) continue;
    if ((row.by !== null) !== redacted.has(digest))
      return `the evidence ${digest} is ${row.by === null ? 'here' : 'redacted'}, and the events say that it is ${row.by === null ? 'redacted' : 'not'}`;
    if (row.by !== null) {
      if (row.content.length > 0) return `the evidence ${digest} was redacted, and its content is back`;
      continue;
    }
    if (`sha256:${sha256(row.content)}` !== digest)
      return `the evidence ${digest} was edited: it does not match its digest`;
    if (row.bytes !== row.content.length)
      return `the evidence ${digest}: bytes is ${row.bytes}, and it has ${row.content.length}`;
    const names = named.get(digest);
    // Kept before the event that names it is written: one that nobody names yet is no fault.
    if (names && !names.has(row.name)) return `the evidence ${digest} is called ${row.name}, and no event calls it so`;
  }
  return null;
}

/** What is still to be dealt with must be what was accepted, and must not have been dealt with by the events already. */
async function deliveryFault(
  { db, key }: RowFaultParts,
  receipts: Parameters<RowFaults['deliveries']>[0],
): Promise<string | null> {
  const { rows } = await db.query<ProvedDelivery & { proof: string | null; prints: string[]; there: boolean }>(
    `SELECT receipt, d.receipt IS NOT NULL AS there, source, d.integration, received_at AS "receivedAt", dedupe_key AS "dedupeKey",
       alerts::text AS alerts, proof, ARRAY(SELECT a->>'fingerprint' FROM ${elementsOf('alerts')} AS a) AS prints
     FROM intake_queue LEFT JOIN deliveries d USING (receipt) ORDER BY receipt`,
  );
  for (const { there, proof, prints, ...delivery } of rows) {
    const { receipt } = delivery;
    if (!there) return `the delivery ${receipt} waits, and there is none: its place was edited, or its row deleted`;
    const unbelievable = key && faultOfDelivery(key, proof, delivery);
    if (unbelievable) return `the delivery ${receipt} waits, and ${unbelievable}`;
    const done = receipts.get(receipt);
    if (done && prints.every((print) => done.has(print)))
      return `the delivery ${receipt} is to be dealt with, and the events have dealt with all of it`;
  }
  return null;
}
