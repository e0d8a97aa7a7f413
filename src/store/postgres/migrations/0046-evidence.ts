// Evidence knows its type and the incidents it belongs to; evidence and events can be redacted, by the owner of the schema alone and only
// with a row that says by which event of the system stream.
import type { Migration } from '../migrate.ts';

/**
 * `artifact_places`: who may see a piece of evidence is asked of the incidents it was kept for. `redactions`: a row for each redacted
 * event, as the system stream records it; the one way in which an event may change is to the text whose hash stands there.
 */
export const evidence: Migration = {
  id: '0046-evidence',
  sql: `
ALTER TABLE artifacts
  ADD COLUMN type text,
  -- The event of the system stream that let its content be taken out; null: it is there.
  ADD COLUMN redacted_by integer;

CREATE TABLE artifact_places (
  digest text NOT NULL REFERENCES artifacts ON DELETE CASCADE,
  incident_id text NOT NULL,
  PRIMARY KEY (digest, incident_id)
);
INSERT INTO artifact_places (digest, incident_id)
  SELECT DISTINCT a.digest, e.stream_id
  FROM events e, json_array_elements(e.data->'artifacts') AS named, artifacts a
  WHERE e.type = 'step.succeeded' AND json_typeof(e.data->'artifacts') = 'array' AND a.digest = named->>'digest';
CREATE INDEX artifact_places_incident ON artifact_places (incident_id);

CREATE TABLE redactions (
  stream_id text NOT NULL,
  seq integer NOT NULL,
  -- The event of the system stream that records it.
  recorded_by integer NOT NULL,
  -- SHA-256 of the data as they stand now, as text, hex.
  text_hash text NOT NULL,
  PRIMARY KEY (stream_id, seq, recorded_by)
);
CREATE TRIGGER redactions_append_only BEFORE UPDATE OR TRUNCATE ON redactions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_unredacted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.stream_id = OLD.stream_id AND NEW.seq = OLD.seq AND NEW.type = OLD.type AND NEW.at = OLD.at
    AND NEW.actor::text = OLD.actor::text AND NEW.cause = OLD.cause AND NEW.hash = OLD.hash
    AND EXISTS (SELECT 1 FROM redactions r WHERE r.stream_id = OLD.stream_id AND r.seq = OLD.seq
      AND r.text_hash = encode(sha256(convert_to(NEW.data::text, 'UTF8')), 'hex'))
  THEN RETURN NEW; END IF;
  RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
DROP TRIGGER events_append_only ON events;
CREATE TRIGGER events_never_truncated BEFORE TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_append_only BEFORE UPDATE ON events
  FOR EACH ROW EXECUTE FUNCTION refuse_unredacted();
`,
};
