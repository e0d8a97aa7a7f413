// Defences of postmortems and action items (issue 11, points 4 and 5).
import type { Defence } from './defence.ts';

const rules = 'test/unit/postmortem-rules.test.ts';
const document = 'test/unit/postmortem-document.test.ts';

/** The defences. */
export const defences: readonly Defence[] = [
  {
    threat: 'I.11 two people edit one postmortem',
    defence: 'Whoever did not see the last edit is refused and gets the words back.',
    file: 'src/core/postmortem/decide.ts',
    find: 'if (expectedVersion !== state.version) return movedOn(state, expectedVersion, sections);',
    replace: '',
    test: rules,
    title: 'is refused to whoever did not see the last edit',
  },
  {
    threat: 'I.11 a reference to nothing',
    defence: 'A reference must be an entry of this incident that is there.',
    file: 'src/core/postmortem/decide.ts',
    find: 'const faults = [...refFaults(draft, sections), ...factorFaults(state, sections, names)];',
    replace: 'const faults = [...refFaults(draft, {}), ...factorFaults(state, sections, names)];',
    test: rules,
    title: 'refers to entries of its own ledger only',
  },
  {
    threat: 'I.11 a person as a cause',
    defence: 'A factor that names a person is refused.',
    file: 'src/core/postmortem/decide.ts',
    find: 'if (found !== null) return [{ path: `factors.${index}.text`, message: personRefusal(found) }];',
    replace: '',
    test: rules,
    title: 'never takes a person for a factor',
  },
  {
    threat: 'I.11 a review of one’s own words',
    defence: 'Whoever wrote last does not count as a reviewer.',
    file: 'src/core/postmortem/decide.ts',
    find: 'version === state.version && !(editor && areOnePerson(by, editor, people))',
    replace: 'version === state.version',
    test: rules,
    title: 'needs an approval of this very version',
  },
  {
    threat: 'I.11 an alert that lies about its start',
    defence: 'A start in the future or a month ago is not believed.',
    file: 'src/core/postmortem/clocks.ts',
    find: 'if (!(agoMs >= 0 && agoMs <= longestAgoMs)) continue;',
    replace: '',
    test: document,
    title: 'do not believe a start',
  },
  {
    threat: 'E.2 ids of people in a document',
    defence: 'Mentions in what people wrote become names.',
    file: 'src/core/postmortem/names.ts',
    find: '/<@([UW][A-Z0-9]+)(?:\\|([^>]*))?>/g,',
    replace: '/<@(nobody)(never)>/g,',
    test: document,
    title: 'has names and no ids of people or runs',
  },
];
