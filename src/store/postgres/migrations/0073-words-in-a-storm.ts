// A storm must not wait for the search: words are cut by one expression, and of an incident with very many alerts the descriptions of
// the first are looked through and not those of all.
import type { Migration } from '../migrate.ts';

/** What names an alert (title, service, source, fingerprint, labels) is found for ever; its description up to event 200 of its incident. */
export const wordsInAStorm: Migration = {
  id: '0073-words-in-a-storm',
  sql: String.raw`
CREATE FUNCTION said_by(type text, data json, seq integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN type = 'alert.received' AND seq > 200
    THEN concat_ws(' ', data->'alert'->>'title', data->'alert'->>'service', data->'alert'->>'source',
      left(data->'alert'->>'fingerprint', 500),
      (SELECT string_agg(concat_ws(' ', l.key, l.value), ' ') FROM json_each_text(data->'alert'->'labels') l))
    ELSE said_by(type, data)
  END
$$;

-- The words that words_of gave, as one expression: a query for each alert costs more than the words.
CREATE FUNCTION tsvector_of(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
  SELECT array_to_tsvector(array_remove(string_to_array(lower(regexp_replace(regexp_replace(
      said || CASE WHEN said ~ '[a-z0-9][A-Z]' THEN ' ' || regexp_replace(said, '([a-z0-9])([A-Z])', '\1 \2', 'g') ELSE '' END,
      '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f]+', ' ', 'g'),
    '([^ ]{80})[^ ]+', '\1', 'g')), ' '), ''))
$$;

CREATE FUNCTION words_in(type text, data json, seq integer) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE service text;
BEGIN
  service := service_of(type, data);
  RETURN tsvector_of(left(said_by(type, data, seq), 20000))
    || CASE WHEN service <> '' THEN array_to_tsvector(ARRAY['service=' || left(service, 200)]) ELSE ''::tsvector END;
EXCEPTION WHEN OTHERS THEN
  RETURN tsvector_of(left(data::text, 20000));
END $$;

CREATE OR REPLACE FUNCTION note_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found tsvector := words_in(NEW.type, NEW.data, NEW.seq);
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

DROP FUNCTION words_in(text, json);
DROP FUNCTION words_of(text);
`,
};
