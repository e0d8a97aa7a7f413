// What incidents are found by: the words of their events, and who leads them. It follows from the record and can be made anew from it.
import type { Migration } from '../migrate.ts';

/**
 * A row for each event that says something in words. Triggers fill it, so that whatever writes events fills it, in the same commit: a
 * search is never behind. A row whose event is changed or gone goes with it. Words are cut out here and not by the database's own text
 * search, because `db-1` and `HighErrorRate` are names, not language: a word ends at every ASCII character that is no letter or digit, and
 * the parts of `HighErrorRate` are words as well. `service=checkout` is a word that no text leads to.
 */
export const incidentWords: Migration = {
  id: '0040-incident-words',
  sql: String.raw`
CREATE TABLE incident_words (
  incident_id text NOT NULL,
  seq integer NOT NULL,
  words tsvector NOT NULL,
  PRIMARY KEY (incident_id, seq)
);
CREATE INDEX incident_words_found ON incident_words USING gin (words);

CREATE TABLE incident_leads (
  incident_id text PRIMARY KEY,
  lead text NOT NULL
);
CREATE INDEX incident_leads_of ON incident_leads (lead);

-- Each word once, and only those of several parts are cut again: a storm of alerts says the same over and over.
CREATE FUNCTION words_of(said text) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
  WITH words AS MATERIALIZED (SELECT DISTINCT word FROM regexp_split_to_table(left(said, 20000), '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f]+') AS word WHERE word <> '')
  SELECT left(lower(word), 80) FROM words
  UNION
  SELECT left(lower(part), 80)
  FROM words, regexp_split_to_table(regexp_replace(word, '([a-z0-9])([A-Z])', '\1 \2', 'g'), ' ') AS part
  WHERE word ~ '[a-z0-9][A-Z]' AND part <> ''
$$;

-- What an event says that people look for.
CREATE FUNCTION said_by(type text, data json) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE type
    WHEN 'incident.opened' THEN concat_ws(' ', data->>'number', data->>'title', data->>'service')
    WHEN 'alert.received' THEN concat_ws(' ', data->'alert'->>'title', data->'alert'->>'service', data->'alert'->>'source',
      left(data->'alert'->>'fingerprint', 500),
      (SELECT string_agg(concat_ws(' ', l.key, l.value), ' ') FROM json_each_text(data->'alert'->'labels') l),
      left(data->'alert'->>'description', 2000))
    WHEN 'incident.absorbed' THEN (SELECT string_agg(a->>'title', ' ') FROM json_array_elements(data->'alerts') a)
    WHEN 'incident.split_from' THEN (SELECT string_agg(a->>'title', ' ') FROM json_array_elements(data->'alerts') a)
    WHEN 'run.started' THEN data->'playbook'->>'name'
    ELSE concat_ws(' ', data->>'text', data->>'reason')
  END
$$;

CREATE FUNCTION service_of(type text, data json) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE type WHEN 'incident.opened' THEN data->>'service' WHEN 'alert.received' THEN data->'alert'->>'service' END
$$;

-- JSON may hold characters that no text of the database can; then its own text is looked through, escapes and all. Nothing that an
-- alert says keeps its event from being written.
CREATE FUNCTION words_in(type text, data json) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN array_to_tsvector(ARRAY(
    SELECT words_of(said_by(type, data))
    UNION SELECT 'service=' || left(service, 200) FROM service_of(type, data) AS service WHERE service <> ''));
EXCEPTION WHEN OTHERS THEN
  RETURN array_to_tsvector(ARRAY(SELECT words_of(data::text)));
END $$;

CREATE FUNCTION note_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found tsvector := words_in(NEW.type, NEW.data);
BEGIN
  IF TG_OP = 'UPDATE' THEN
    DELETE FROM incident_words WHERE incident_id = NEW.stream_id AND seq = NEW.seq;
  END IF;
  IF found <> ''::tsvector THEN
    INSERT INTO incident_words (incident_id, seq, words) VALUES (NEW.stream_id, NEW.seq, found)
    ON CONFLICT (incident_id, seq) DO UPDATE SET words = EXCLUDED.words;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER events_words_new AFTER INSERT ON events FOR EACH ROW
  WHEN (NEW.type IN ('incident.opened', 'alert.received', 'incident.absorbed', 'incident.split_from', 'run.started', 'note.added',
    'update.given', 'chat.kept', 'chat.edited', 'incident.mitigated', 'incident.resolved', 'incident.closed'))
  EXECUTE FUNCTION note_words();
CREATE TRIGGER events_words_changed AFTER UPDATE ON events FOR EACH ROW
  WHEN (OLD.data::text IS DISTINCT FROM NEW.data::text) EXECUTE FUNCTION note_words();

CREATE FUNCTION lead_in(data json) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE WHEN lower(data->>'role') IN ('lead', 'commander', 'incident_commander', 'incident-commander')
    THEN left(data->>'user', 500) END;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;

CREATE FUNCTION note_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO incident_leads (incident_id, lead)
  SELECT NEW.stream_id, said FROM lead_in(NEW.data) AS said WHERE said IS NOT NULL
  ON CONFLICT (incident_id) DO UPDATE SET lead = EXCLUDED.lead;
  RETURN NULL;
END $$;
CREATE TRIGGER events_lead AFTER INSERT ON events FOR EACH ROW WHEN (NEW.type = 'role.assigned')
  EXECUTE FUNCTION note_lead();

CREATE FUNCTION forget_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM incident_words WHERE incident_id = OLD.id;
  DELETE FROM incident_leads WHERE incident_id = OLD.id;
  RETURN NULL;
END $$;
CREATE TRIGGER incidents_words_gone AFTER DELETE ON incidents FOR EACH ROW EXECUTE FUNCTION forget_words();

INSERT INTO incident_words (incident_id, seq, words)
SELECT stream_id, seq, words FROM (
  SELECT e.stream_id, e.seq, words_in(e.type, e.data) AS words FROM events e JOIN incidents i ON i.id = e.stream_id
  WHERE e.type IN ('incident.opened', 'alert.received', 'incident.absorbed', 'incident.split_from', 'run.started', 'note.added',
    'update.given', 'chat.kept', 'chat.edited', 'incident.mitigated', 'incident.resolved', 'incident.closed')) AS said
WHERE words <> ''::tsvector;

INSERT INTO incident_leads (incident_id, lead)
SELECT DISTINCT ON (stream_id) stream_id, said FROM (
  SELECT e.stream_id, e.seq, lead_in(e.data) AS said FROM events e JOIN incidents i ON i.id = e.stream_id
  WHERE e.type = 'role.assigned') AS assigned
WHERE said IS NOT NULL ORDER BY stream_id, seq DESC;
`,
};
