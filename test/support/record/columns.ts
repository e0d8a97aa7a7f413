// What every column of the database is: the record itself, derived from it, or operational. A column that is not declared here fails
// test/integration/tamper.test.ts; the tamper trials are generated from this list.

/**
 * - `record`: what happened, or evidence of it. Every edit is found.
 * - `derived`: follows from the record. Every edit is found, and none is acted on.
 * - `operational`: queues, claims, leases, hints and memory of the edges. An edit may delay; it leads to nothing that the record
 *   does not allow.
 */
export type ColumnKind = 'record' | 'derived' | 'operational';

const all = (kind: ColumnKind, ...columns: readonly string[]): { readonly [column: string]: ColumnKind } =>
  Object.fromEntries(columns.map((column) => [column, kind]));

/** Every table of Firebreak's schema, with its columns. */
export const columnKinds: { readonly [table: string]: { readonly [column: string]: ColumnKind } } = {
  events: all('record', 'stream_id', 'seq', 'type', 'at', 'actor', 'cause', 'data', 'hash'),
  checkpoints: all('record', 'seq', 'at', 'body', 'signature', 'key_id'),
  incidents: {
    ...all(
      'derived',
      'id',
      'number',
      'severity',
      'status',
      'group_key',
      'channel_id',
      'version',
      'head_hash',
      'state',
      'is_private',
    ),
    ...all('derived', 'proof', 'opened_at', 'resolved_at', 'updated_at', 'merged_into', 'sealed_version', 'sealed_in'),
    ...all('operational', 'wake_at', 'notified_version', 'notify_due', 'unsealed'),
  },
  runs: {
    ...all(
      'derived',
      'id',
      'incident_id',
      'playbook',
      'digest',
      'status',
      'state',
      'origin',
      'origin_proof',
      'version',
      'proof',
      'workers',
    ),
    ...all('derived', 'open_approvals', 'holds_key', 'queues_for', 'cooldown_key', 'by_alert'),
    ...all('derived', 'started_at', 'finished_at', 'updated_at'),
    ...all('operational', 'wake_at', 'pools'),
  },
  streams: {
    ...all('derived', 'id', 'version', 'head_hash', 'state', 'proof', 'sealed_version', 'sealed_in', 'updated_at'),
    ...all('derived', 'kind', 'key', 'held'),
    ...all('operational', 'unsealed', 'wake_at'),
  },
  // What incidents are found by, and what is compared between them: both follow from the record. What is found is loaded and held against it.
  incident_words: all('operational', 'incident_id', 'seq', 'words'),
  incident_leads: all('operational', 'incident_id', 'lead'),
  measured_incidents: all('operational', 'incident_id', 'version', 'measured'),
  archived_streams: all('derived', 'id', 'number', 'version', 'head_hash', 'digest', 'archived_at', 'is_private'),
  alerts: all('derived', 'fingerprint', 'incident_id', 'active', 'updated_at'),
  tokens: all('derived', 'hash', 'name', 'rights', 'owner', 'expires_at', 'created_by', 'created_at', 'revoked'),
  kill_switches: all('derived', 'scope', 'engaged_by', 'reason', 'engaged_at'),
  rulebooks: {
    ...all('record', 'digest', 'book'),
    // When it was kept: nothing reads it.
    ...all('operational', 'kept_at'),
  },
  playbook_versions: {
    ...all('record', 'digest', 'name', 'version', 'definition'),
    // The text as it was read, and when: for people to look at, and nothing reads them.
    ...all('operational', 'source', 'kept_at'),
  },
  artifacts: {
    ...all('record', 'digest', 'name', 'bytes', 'content'),
    ...all('derived', 'redacted_by'),
    // The type is a hint: the bytes are looked at before anything is shown.
    ...all('operational', 'created_at', 'type'),
  },
  // Who may see evidence: a row more shows it to whoever may see that incident.
  artifact_places: all('operational', 'digest', 'incident_id'),
  // The gate of the trigger, beside the event of the system stream, which alone counts.
  redactions: all('operational', 'stream_id', 'seq', 'recorded_by', 'text_hash'),
  // Transport: what a delivery led to stands in the events, which name its receipt.
  deliveries: all(
    'operational',
    ...[
      'receipt',
      'source',
      'integration',
      'headers',
      'body',
      'dedupe_key',
      'alerts',
      'proof',
      'dead',
      'error',
      'fault',
    ],
    ...['tries', 'received_at'],
  ),
  // Counted, and nothing else.
  late_deliveries: all('operational', 'receipt', 'late_ms'),
  // For people to look at: nothing is decided by them.
  delivery_field_faults: all(
    'operational',
    'source',
    'integration',
    'field',
    'kind',
    'message',
    'first_at',
    'last_at',
    'count',
  ),
  refused_deliveries: all(
    'operational',
    'source',
    'integration',
    'outcome',
    'reason',
    'peer',
    'first_at',
    'last_at',
    'count',
  ),
  firing_alerts: all('operational', 'fingerprint', 'firing', 'alert', 'changed_at'),
  heartbeats: all('operational', 'name', 'heard_at', 'watched_since', 'checked_at', 'raised_at'),
  intake_queue: all('operational', 'receipt', 'integration', 'bytes', 'claimed_until', 'not_before'),
  workers: all('operational', 'id', 'pool', 'started_at', 'seen_at', 'actions'),
  breakers: all('operational', 'target', 'failures', 'opened', 'open_until', 'updated_at'),
  // A row is believed by its proof only: an edited one lets nobody in, and the person signs in again.
  sessions: all(
    'operational',
    ...[
      'id',
      'hash',
      'provider',
      'subject',
      'name',
      'email',
      'created_at',
      'seen_at',
      'expires_at',
      'revoked',
      'proof',
    ],
  ),
  step_up_challenges: all('operational', 'nonce', 'who', 'about', 'until'),
  // An edit lets an authenticator sign that was copied; the audit holds the counts of the record against each other.
  passkey_counts: all('operational', 'credential_id', 'count'),
  used_proofs: all('operational', 'key', 'receipt', 'until'),
  idempotency_keys: all('operational', 'key', 'body_digest', 'response', 'created_at'),
  slack_messages: all(
    'operational',
    ...['key', 'incident_id', 'channel_id', 'ts', 'digest', 'version', 'begun_at'],
    ...['shows_firing', 'refused', 'passed_on'],
  ),
  slack_rates: all('operational', 'key', 'tokens', 'counted_at', 'paused_until'),
  schema_migrations: all('operational', 'id', 'digest', 'applied_at'),
};
