// What stays of a stream that has left the database, and the one way in which events may leave.
import type { Migration } from '../migrate.ts';

/** A row for each archived stream, as the system stream records it; events may be deleted only after their stream has one. */
export const archivedStreams: Migration = {
  id: '0014-archived-streams',
  sql: `
CREATE TABLE archived_streams (
  id text PRIMARY KEY,
  number integer NOT NULL,
  version integer NOT NULL,
  head_hash text NOT NULL,
  -- SHA-256 of the archive's file, hex.
  digest text NOT NULL,
  archived_at timestamptz(3) NOT NULL
);
CREATE TRIGGER archived_streams_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON archived_streams
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON archived_streams FROM PUBLIC;

CREATE FUNCTION refuse_unarchived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM archived_streams a WHERE a.id = OLD.stream_id AND a.version >= OLD.seq) THEN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN OLD;
END $$;
DROP TRIGGER events_append_only ON events;
CREATE TRIGGER events_append_only BEFORE UPDATE OR TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_leave_archived BEFORE DELETE ON events
  FOR EACH ROW EXECUTE FUNCTION refuse_unarchived();
`,
};
