// Defences of what rows lead to, and of what people order on a state.
import type { Defence } from './defence.ts';

const lookups = 'test/contract/tampered-lookups.test.ts';

/** Two need a database, one needs none. */
export const defences: readonly Defence[] = [
  {
    threat: 'F.1: a run cancelled for a key that it never held',
    defence: 'A run that a lookup finds counts only if its vouched state has the key.',
    file: 'src/store/ledger/run-lookups.ts',
    find: 'if (row[column] !== told[column])',
    replace: 'if (row[column] === undefined)',
    test: lookups,
    title: 'by a key that its state does not have',
  },
  {
    threat: 'F.1: an alert led into another incident',
    defence: 'An incident that an alert is led to counts only if its vouched state knows the alert or its group.',
    file: 'src/store/intake/correlation.ts',
    find: 'incident.status !== row.status || !(isOf || row.via !== null)',
    replace: 'incident.status === null',
    test: lookups,
    title: 'by an edited row is refused',
  },
  {
    threat: 'F.1: a person decides on a state that nobody recorded',
    defence: 'What a person orders is held against the events of its stream, whatever the digest says.',
    file: 'src/engine/record/prove-change.ts',
    find: 'const isDue = isOrdered && change.expected !== null;',
    replace: 'const isDue = isOrdered && change.expected === undefined;',
    test: 'test/unit/prove-change.test.ts',
    title: 'is refused as a fault of the record',
  },
];
