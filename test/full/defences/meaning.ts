// Defences of what alerts mean and of deliveries that were accepted: nothing contradictory is dropped, nothing ends in silence.
import type { Defence } from './defence.ts';

const groups = 'test/unit/incident-groups.test.ts';
const intake = 'test/unit/engine-intake.test.ts';
const values = 'test/unit/alert-values.test.ts';
const stores = 'test/contract/stores.test.ts';

/** By what was found: F.5, C.1, C.2, C.5, C.10. */
export const defences: readonly Defence[] = [
  {
    threat: 'F.5: one bug and an accepted delivery is set aside for ever',
    defence: 'What fails here is tried again for a day.',
    file: 'src/core/alert/retry-delivery.ts',
    find: 'if (elapsedMs(receivedAt, at) >= retryForMs) return null;',
    replace: 'if (tries >= 5 || elapsedMs(receivedAt, at) >= retryForMs) return null;',
    test: intake,
    title: 'holds up no other, and is dealt with once what was broken is mended',
  },
  {
    threat: 'F.5: a late retry opens again what has ended',
    defence: 'Of an alert that a later delivery told about the later word counts.',
    file: 'src/engine/alerts/intake.ts',
    find: 'if (tries === 0) return alerts;',
    replace: 'if (tries >= 0) return alerts;',
    test: intake,
    title: 'does not fire again what a later delivery told the end of',
  },
  {
    threat: 'C.1: down, up, down with equal bytes inside a minute',
    defence: 'A body that contradicts what is known is no repetition.',
    file: 'src/store/intake/accept-deliveries.ts',
    find: 'if (contradiction === null) return taken;',
    replace: 'return taken;',
    test: stores,
  },
  {
    threat: 'C.1: an id that a sender gives to a whole problem',
    defence: "A sender's id counts together with what the delivery says of which alert.",
    file: 'src/store/intake/repetition.ts',
    find: "return `${scope}/id/${dedupe.value}/${sha256(said.join('\\n')).slice(0, 16)}`;",
    replace: 'return `${scope}/id/${dedupe.value}/${sha256(String(said.length)).slice(0, 16)}`;',
    test: stores,
  },
  {
    threat: 'C.1: a late firing of an episode that is over',
    defence: 'What fires since before the episode that has ended opens nothing.',
    file: 'src/core/incident/episode.ts',
    find: "(latestStart(known) ?? '') ? 'late' : 'new'",
    replace: "(latestStart(known) ?? '') ? 'new' : 'new'",
    test: groups,
    title: 'fires since before the episode that has ended',
  },
  {
    threat: 'C.2: a group of which all that is listed is resolved',
    defence: 'An incident is not over while a group fires of which alerts are left out.',
    file: 'src/core/incident/end-if-over.ts',
    find: 'if (unlisted !== undefined) return null;',
    replace: '',
    test: groups,
    title: 'keeps its incident open while it fires as a whole',
  },
  {
    threat: 'C.2: a worse alert joins',
    defence: 'The severity rises with the worst alert that joins.',
    file: 'src/core/incident/decide-alerts.ts',
    find: '  raise(draft, worse);\n',
    replace: '',
    test: groups,
    title: 'rises when a worse alert joins',
  },
  {
    threat: 'C.5: ids of 64 bits become one',
    defence: 'An integer that no double holds keeps its digits.',
    file: 'src/core/lossless-json.ts',
    find: 'return mayLose.test(text) ?',
    replace: 'return mayLose.test(text) && text === "" ?',
    test: values,
    title: 'keep all their digits, wherever they stand',
  },
  {
    threat: 'C.10: the incident of a run by hand stays open for ever',
    defence: 'It is resolved with its run.',
    file: 'src/core/incident/decide-operation.ts',
    find: "if (run.status === 'succeeded' || run.status === 'cancelled') return 'well';",
    replace: '',
    test: intake,
    title: 'is resolved with its run',
  },
];
