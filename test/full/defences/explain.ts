// What makes explain, the lists of what is held and the simulation true: each taken away must make a test fail.
import type { Defence } from './defence.ts';

export const defences: readonly Defence[] = [
  {
    threat: 'C: an explanation says what is not so',
    defence: 'What a group holds already is a repetition, not a new episode.',
    file: 'src/core/alert/explain-dedupe.ts',
    find: 'if (!held) return outcomes[episode];',
    replace: 'return outcomes[episode];',
    test: 'test/unit/explain.test.ts',
    title: 'says what holds an alert that waits',
  },
  {
    threat: 'C: trap 12, nobody knows who silenced it until when',
    defence: 'A silence is named with its end and its reason.',
    file: 'src/core/alert/explain-suppress.ts',
    find: '`${which} (until ${endsAt}, ${reason}) ${said',
    replace: '`${which} ${said',
    test: 'test/unit/explain.test.ts',
    title: 'names the silence that holds',
  },
  {
    threat: 'C: trap 14, what is suppressed is not counted',
    defence: 'Every notification that is held back is counted by what holds it.',
    file: 'src/engine/interceptors/suppressed.ts',
    find: "if (event.type === 'group.alert_held') return event.data.hold.by;",
    replace: "if (event.type === 'group.alert_held') return [];",
    test: 'test/unit/alert-groups.test.ts',
    title: 'is counted by what holds it',
  },
  {
    threat: 'C: a what-if that runs by another clock than that of the deliveries',
    defence: 'Timers that are due before a delivery are run before it, at their own instants.',
    file: 'src/engine/what-if/simulate.ts',
    find: '      await runTimers(delivery.receivedAt);\n',
    replace: '',
    test: 'test/unit/what-if.test.ts',
    title: 'there was a silence',
  },
];
