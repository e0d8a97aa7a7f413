// Defences of the streams of alert groups.
import type { Defence } from './defence.ts';

const streams = 'src/store/ledger/group-streams.ts';
const tampered = 'test/contract/tampered-groups.test.ts';

/** All but one need a database. */
export const defences: readonly Defence[] = [
  {
    threat: 'F.1: the stored state of an alert group edited, so that nobody is told',
    defence: 'A group is loaded only if its keyed digest vouches for it, or its events do.',
    file: 'src/store/ledger/stream-snapshots.ts',
    find: "refuse(parts, { streamId: id, seq: version }, edited('the alert group'))",
    replace: '{ group: JSON.parse(state) as GroupState, head }',
    test: tampered,
    title: 'whose state was edited is refused',
  },
  {
    threat: 'F.1: alerts led into another group by an edited key',
    defence: 'A group that a key finds counts only if its vouched state has the key.',
    file: streams,
    find: 'if (loaded.group.key !== key)',
    replace: "if (loaded.group.key === '')",
    test: tampered,
    title: 'whose key was edited',
  },
  {
    threat: 'F.1: a group made to be forgotten by deleting its row',
    defence: 'A key without a row is held against the events that open groups.',
    file: streams,
    find: 'AND s.id IS NULL LIMIT 1) AS opened',
    replace: 'AND false LIMIT 1) AS opened',
    test: tampered,
    title: 'whose row is gone',
  },
  {
    threat: 'F.1: an alert led into a group that does not hold it',
    defence: 'A group that is found to hold an alert counts only if its vouched state holds it.',
    file: streams,
    find: 'if (!member?.alert || !member.hold)',
    replace: 'if (member === null)',
    test: tampered,
    title: 'said to hold an alert',
  },
  {
    threat: 'F.1: columns of a group edited beside its state',
    defence: 'An audit holds the columns of a group against its folded events.',
    file: 'src/store/ledger/group-faults.ts',
    find: '...groupColumns({ group }),',
    replace: '',
    test: tampered,
    title: 'was edited is found by an audit',
  },
  {
    threat: 'F.1: an invented row that claims the end of a stream that is there',
    defence: 'An audit takes one row for each stream.',
    file: 'src/engine/record/audit.ts',
    find: 'if (seen.has(streamId))\n      return',
    replace: 'if (seen.size < 0)\n      return',
    test: tampered,
    title: 'whose end a second row tells of',
  },
  {
    threat: 'C: a delivery dealt with twice by two processes',
    defence: 'A change of a group is written only while the deliveries it settles are open.',
    file: 'src/store/ledger/append-groups.ts',
    find: 'SELECT * FROM change c WHERE NOT EXISTS (',
    replace: 'SELECT * FROM change c WHERE true OR NOT EXISTS (',
    test: 'test/contract/stores.test.ts',
    title: 'settle the deliveries of a change, once',
  },
  {
    threat: 'F.1: a person decides on a state of a group that nobody recorded',
    defence: 'What a person orders is held against the events of the group first.',
    file: 'src/engine/record/prove-change.ts',
    find: 'judge(await holdGroup(whole(store, group.id, change, read), { streamId: group.id, head, group, vouch }), read);',
    replace: '',
    test: 'test/unit/append-groups.test.ts',
    title: 'on a state that its events do not lead to',
  },
  {
    threat: 'F: a secret in the state of a group',
    defence: 'The state of a group that is appended is folded from its masked events.',
    file: 'src/engine/record/masked-proposal.ts',
    find: 'return { ...proposal, events, group };',
    replace: 'return { ...proposal, events };',
    test: 'test/unit/append-groups.test.ts',
    title: 'holds no known secret',
  },
];
