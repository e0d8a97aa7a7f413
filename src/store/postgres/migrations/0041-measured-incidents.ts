// What was taken from the record of an incident to be compared with others. A cache: it is made anew where it is behind.
import type { Migration } from '../migrate.ts';

/** `version`: how many events it was taken from. Rows leave with their incident. */
export const measuredIncidents: Migration = {
  id: '0041-measured-incidents',
  sql: `
CREATE TABLE measured_incidents (
  incident_id text PRIMARY KEY,
  version integer NOT NULL,
  measured json NOT NULL
);
CREATE FUNCTION forget_measured() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM measured_incidents WHERE incident_id = OLD.id;
  RETURN NULL;
END $$;
CREATE TRIGGER incidents_measured_gone AFTER DELETE ON incidents FOR EACH ROW EXECUTE FUNCTION forget_measured();

-- What an event said before it was replaced is not remembered here.
CREATE FUNCTION forget_measured_of_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM measured_incidents WHERE incident_id = OLD.stream_id;
  RETURN NULL;
END $$;
CREATE TRIGGER events_measured_changed AFTER UPDATE ON events FOR EACH ROW EXECUTE FUNCTION forget_measured_of_event();
`,
};
