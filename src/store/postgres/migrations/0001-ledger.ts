// The first schema: the append-only ledger and everything that is read beside it.
import type { Migration } from '../migrate.ts';

/** Tables of the ledger, its snapshots and read models, deliveries, playbook versions, evidence, workers and Slack's memory. */
export const ledger: Migration = {
  id: '0001-ledger',
  sql: `
CREATE TABLE events (
  stream_id text NOT NULL,
  seq integer NOT NULL CHECK (seq > 0),
  type text NOT NULL,
  at timestamptz(3) NOT NULL,
  actor jsonb NOT NULL,
  cause text NOT NULL,
  data jsonb NOT NULL,
  prev_hash text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (stream_id, seq)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON events FROM PUBLIC;

CREATE SEQUENCE incident_number;

CREATE TABLE incidents (
  id text PRIMARY KEY,
  number integer NOT NULL UNIQUE,
  severity smallint NOT NULL,
  status text NOT NULL,
  group_key text,
  channel_id text,
  version integer NOT NULL,
  head_hash text NOT NULL,
  state jsonb NOT NULL,
  notified_version integer NOT NULL DEFAULT 0,
  -- True while Slack may be behind: a flag of its own, so that most events change nothing that is indexed.
  notify_due boolean NOT NULL DEFAULT true,
  opened_at timestamptz(3) NOT NULL,
  resolved_at timestamptz(3),
  updated_at timestamptz(3) NOT NULL
);
-- One open incident per group: of two that open it at the same time, one is told to look again.
CREATE UNIQUE INDEX incidents_open_group ON incidents (group_key) WHERE status = 'open';
CREATE INDEX incidents_channel ON incidents (channel_id) WHERE channel_id IS NOT NULL;
CREATE INDEX incidents_to_notify ON incidents (id) WHERE notify_due;
CREATE INDEX incidents_opened ON incidents (opened_at DESC, id DESC);

CREATE TABLE runs (
  id text PRIMARY KEY,
  incident_id text NOT NULL REFERENCES incidents,
  playbook text NOT NULL,
  digest text NOT NULL,
  status text NOT NULL,
  -- json, not jsonb: the steps keep the order in which the playbook has them.
  state json NOT NULL,
  -- The workers that hold a running step of this run.
  workers text[] NOT NULL,
  wake_at timestamptz(3),
  -- The worker pools to wake then.
  pools text[] NOT NULL,
  open_approvals integer NOT NULL,
  -- The concurrency key that the run holds, or queues for; null once it has ended.
  holds_key text,
  queues_for text,
  cooldown_key text,
  by_alert boolean NOT NULL,
  started_at timestamptz(3) NOT NULL,
  finished_at timestamptz(3),
  updated_at timestamptz(3) NOT NULL
);
CREATE INDEX runs_incident ON runs (incident_id);
CREATE INDEX runs_due ON runs (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX runs_held ON runs (id) WHERE workers <> '{}';
CREATE INDEX runs_started ON runs (started_at DESC, id DESC);
-- Snapshots are written with every event: room on their pages spares the indexes, and compressing them costs more than it saves.
ALTER TABLE incidents SET (fillfactor = 60);
ALTER TABLE runs SET (fillfactor = 40);
ALTER TABLE runs ALTER COLUMN state SET STORAGE EXTERNAL;
ALTER TABLE incidents ALTER COLUMN state SET STORAGE EXTERNAL;

-- One run at a time holds a concurrency key, whatever happens elsewhere.
CREATE UNIQUE INDEX runs_holding ON runs (holds_key) WHERE holds_key IS NOT NULL;
CREATE INDEX runs_queueing ON runs (queues_for, started_at, id) WHERE queues_for IS NOT NULL;
CREATE INDEX runs_cooling ON runs (cooldown_key, started_at) WHERE cooldown_key IS NOT NULL;
CREATE INDEX runs_asking ON runs (id) WHERE open_approvals > 0;

CREATE TABLE alerts (
  fingerprint text PRIMARY KEY,
  incident_id text NOT NULL REFERENCES incidents,
  active boolean NOT NULL,
  updated_at timestamptz(3) NOT NULL
);

CREATE TABLE deliveries (
  receipt text PRIMARY KEY,
  source text NOT NULL,
  integration text NOT NULL,
  headers jsonb NOT NULL,
  body bytea NOT NULL,
  dedupe_key text UNIQUE,
  alerts jsonb NOT NULL,
  status text NOT NULL,
  error text,
  tries smallint NOT NULL DEFAULT 0,
  -- Until then some process deals with it.
  claimed_until timestamptz(3),
  -- A delivery that failed is left alone until then.
  not_before timestamptz(3),
  received_at timestamptz(3) NOT NULL,
  settled_at timestamptz(3)
);
CREATE INDEX deliveries_open ON deliveries (receipt) WHERE status = 'accepted';
CREATE INDEX deliveries_claimed ON deliveries (claimed_until) WHERE status = 'accepted' AND claimed_until IS NOT NULL;
CREATE INDEX deliveries_received ON deliveries (received_at DESC, receipt DESC);

CREATE TABLE playbook_versions (
  digest text PRIMARY KEY,
  name text NOT NULL,
  version text NOT NULL,
  definition jsonb NOT NULL,
  source text NOT NULL,
  kept_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE artifacts (
  digest text PRIMARY KEY,
  name text NOT NULL,
  bytes integer NOT NULL,
  content bytea NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE checkpoints (
  seq bigserial PRIMARY KEY,
  at timestamptz(3) NOT NULL,
  body jsonb NOT NULL,
  signature text NOT NULL,
  key_id text NOT NULL
);
CREATE TRIGGER checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON checkpoints FROM PUBLIC;

CREATE TABLE workers (
  id text PRIMARY KEY,
  pool text NOT NULL,
  started_at timestamptz(3) NOT NULL,
  seen_at timestamptz(3) NOT NULL
);

-- What may not start right now: everything (scope *) or one playbook, by whom and why.
CREATE TABLE kill_switches (
  scope text PRIMARY KEY,
  engaged_by jsonb NOT NULL,
  reason text NOT NULL,
  engaged_at timestamptz(3) NOT NULL
);

-- Targets that failed again and again, for all workers together.
CREATE TABLE breakers (
  target text PRIMARY KEY,
  failures integer NOT NULL,
  opened integer NOT NULL DEFAULT 0,
  open_until timestamptz(3),
  updated_at timestamptz(3) NOT NULL
);

CREATE TABLE idempotency_keys (
  key text PRIMARY KEY,
  body_digest text NOT NULL,
  response jsonb,
  created_at timestamptz(3) NOT NULL
);

CREATE TABLE slack_messages (
  key text PRIMARY KEY,
  incident_id text NOT NULL,
  channel_id text NOT NULL,
  ts text,
  digest text,
  version integer NOT NULL DEFAULT 0,
  begun_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX slack_messages_incident ON slack_messages (incident_id);
`,
};
