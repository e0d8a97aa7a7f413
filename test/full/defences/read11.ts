// Defences of what the incident page reads (issue 11, points 1 and 6).
import type { Defence } from './defence.ts';

const frames = 'test/unit/frame-properties.test.ts';
const reads = 'test/unit/incident-reads.test.ts';
const search = 'test/contract/incident-search.test.ts';
const ledger = 'test/contract/ledger-reads.test.ts';

/** The defences. */
export const defences: readonly Defence[] = [
  {
    threat: 'replay: a frame shows what came later',
    defence: 'A frame at an instant ends before the first event that is dated later.',
    file: 'src/core/timeline/frame.ts',
    find: 'const later = events.findIndex((event) => Date.parse(event.at) > ms);',
    replace: 'const later = events.findIndex((event) => Date.parse(event.at) > ms + 60_000);',
    test: frames,
    title: 'exactly what had been delivered by then',
  },
  {
    threat: 'replay: the store and the fold disagree on what was known',
    defence: 'The store cuts a ledger where the fold does, whatever order the clocks are in.',
    file: 'src/store/ledger/ledger-reads.ts',
    find: '(SELECT seq - 1 FROM events WHERE stream_id = $1 AND at > $2 ORDER BY seq LIMIT 1)',
    replace: '(SELECT max(seq) FROM events WHERE stream_id = $1 AND at <= $2)',
    test: ledger,
    title: 'before the first entry that is dated later',
  },
  {
    threat: 'waits that look like work',
    defence: 'Every wait for people says whose turn it was.',
    file: 'src/core/timeline/run-lanes.ts',
    find: "if (state === 'decision') return [whoeverOrders];",
    replace: "if (state === 'decision') return null;",
    test: frames,
    title: 'whose turn it was is said of every wait',
  },
  {
    threat: 'a run that ended seems to go on',
    defence: 'The end of a run ends every open span of it.',
    file: 'src/core/timeline/run-lanes.ts',
    find: 'for (const { spans } of this.#lines.values()) end(spans, at);',
    replace: 'void at;',
    test: frames,
    title: 'none in a run that has ended',
  },
  {
    threat: 'text that acts: direction marks in names and sentences',
    defence: 'Foreign text in a frame is shown as what it is.',
    file: 'src/core/timeline/alert-lanes.ts',
    find: 'const named = (title: string) => visibleText(title.slice(0, maxName).toWellFormed());',
    replace: 'const named = (title: string) => title.slice(0, maxName).toWellFormed();',
    test: reads,
    title: 'shows text that changes how text reads',
  },
  {
    threat: '1 MB texts in a list',
    defence: 'A sentence of the ledger is cut in lists, and whole in its entry.',
    file: 'src/core/timeline/ledger-entry.ts',
    find: 'const cut = !whole && text.length > maxText;',
    replace: 'const cut = false;',
    test: reads,
    title: 'cuts long texts in the list',
  },
  {
    threat: '1 MB texts: a page without bound',
    defence: 'A page ends early where its entries are very large.',
    file: 'src/store/ledger/ledger-reads.ts',
    find: 'return rows.slice(0, end === -1 ? limit : Math.min(end, limit));',
    replace: 'return rows.slice(0, end === -1 ? limit : limit);',
    test: ledger,
  },
  {
    threat: 'invariant 1: what an alert says keeps its event from being written',
    defence: 'Words that no text of the database can hold are looked for in the raw text instead.',
    file: 'src/store/postgres/migrations/0073-words-in-a-storm.ts',
    find: 'EXCEPTION WHEN OTHERS THEN\n  RETURN tsvector_of(left(data::text, 20000));\nEND $$;',
    replace: 'END $$;',
    test: search,
    title: 'keeps no event from being written',
  },
  {
    threat: 'private incidents: found by their words',
    defence: 'A search counts only what the viewer may know of.',
    file: 'src/store/ledger/list-incidents.ts',
    find: "AND ${seenIn('$7')}",
    replace: 'AND ($7::text[] IS NULL OR true)',
    test: search,
    title: 'counts nothing that the viewer may not know of',
  },
  {
    threat: 'redaction: search still finds what was taken out',
    defence: 'The words of an event that is replaced go with it.',
    file: 'src/store/postgres/migrations/0073-words-in-a-storm.ts',
    find: 'DELETE FROM incident_words WHERE incident_id = NEW.stream_id AND seq = NEW.seq;',
    replace: 'NULL;',
    test: search,
    title: 'forgets the words of an event that is replaced',
  },
  {
    threat: 'what people typed becomes a template',
    defence: 'A draft of a playbook holds nothing that people typed as an expression.',
    file: 'src/core/learning/toil.ts',
    find: "const literal = (word: string) => word.replaceAll('${{', '$ {{');",
    replace: 'const literal = (word: string) => word;',
    test: 'test/unit/learning.test.ts',
    title: 'drafts nothing that what people typed could change',
  },
  {
    threat: 'storm: the search keeps alerts waiting',
    defence: 'Of an incident with very many alerts, only the first descriptions are cut into words.',
    file: 'src/store/postgres/migrations/0073-words-in-a-storm.ts',
    find: "CASE WHEN type = 'alert.received' AND seq > 200",
    replace: 'CASE WHEN false',
    test: search,
    title: 'cuts the descriptions of the first alerts of a storm',
  },
];
