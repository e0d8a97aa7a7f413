// Defences of acting on many at once, and of what the page shows after something was taken out of the record.
import type { Defence } from './defence.ts';

export const defences: readonly Defence[] = [
  {
    threat: '13.9 a mistake that hits all of a group',
    defence: 'On a ramp no more items are at work than have succeeded, and one.',
    file: 'src/core/run/flow.ts',
    find: 'return Math.min(maxParallel, succeeded + 1);',
    replace: 'return Math.max(maxParallel, succeeded + 1);',
    test: 'test/unit/run-scale.test.ts',
    title: 'begins with one item',
  },
  {
    threat: '13.9 errors that go on',
    defence: 'Once so many items have failed no further one is begun.',
    file: 'src/core/run/flow.ts',
    find: "items.filter((key) => nodeOf(state, key).status === 'failed').length >= atMost",
    replace: "items.filter((key) => nodeOf(state, key).status === 'failed').length > items.length",
    test: 'test/unit/run-scale.test.ts',
    title: 'begins no further item',
  },
  {
    threat: '13.9 an approval of what is not begun any more',
    defence: 'What is asked about items that are left is withdrawn when the step stops.',
    file: 'src/core/run/items.ts',
    find: '    withdraw(draft, left);\n',
    replace: '',
    test: 'test/unit/run-scale.test.ts',
    title: 'withdraws what is asked',
  },
  {
    threat: '13.9 blast radius by share',
    defence: 'A list that is more than its share of the group fails before any item begins.',
    file: 'src/core/run/items.ts',
    find: 'items * 100 > group * share.atMostPercent',
    replace: 'items * 100 > group * 100 * share.atMostPercent',
    test: 'test/unit/run-scale.test.ts',
    title: 'bounds the items by how many the group has',
  },
  {
    threat: '13.9 throttle',
    defence: 'No more runs with one key than allowed start by alerts within the window.',
    file: 'src/engine/runs/prepare-run.ts',
    find: 'lastRunOf(cooldownKey, since, atMost)',
    replace: 'lastRunOf(cooldownKey, since, atMost + 1)',
    test: 'test/unit/prepare-run.test.ts',
    title: 'as many as',
  },
  {
    threat: 'F.6 a secret that was taken out of the record',
    defence: 'A fold that read what was taken out since is not gone on with.',
    file: 'src/engine/record/frames.ts',
    find: 'known !== undefined && known.timesRedacted === timesRedacted',
    replace: 'known !== undefined',
    test: 'test/unit/incident-reads.test.ts',
    title: 'a frame that is drawn after something was taken out',
  },
];
