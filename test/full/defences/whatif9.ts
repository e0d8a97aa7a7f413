// Defences of ends that are told where they belong, of windows that announce nothing anew, of the noise what-if, and of heartbeats.
import type { Defence } from './defence.ts';

const stages = 'test/unit/engine-stages.test.ts';
const whatIf = 'test/unit/what-if.test.ts';
const heartbeats = 'test/unit/heartbeats.test.ts';

/** They need neither database nor network. */
export const defences: readonly Defence[] = [
  {
    threat: 'Trap 4: the end of an alert goes to an incident that does not know it, and another burns for ever',
    defence: 'What several incidents know is let go for each of them.',
    file: 'src/engine/alerts/advance-group.ts',
    find: 'homes?.get(fingerprint)?.incidentId ?? null',
    replace: 'homes && null',
    test: stages,
    title: 'each incident is told of its own',
  },
  {
    threat: 'Trap 10: down before and after a window is announced twice',
    defence: 'What was announced before a window is no news after it.',
    file: 'src/core/group/holds.ts',
    find: "hold.by === 'window' && told && !unacted ? null : overBecause(hold)",
    replace: 'told && unacted ? overBecause(hold) : overBecause(hold)',
    test: 'test/unit/group-rules.test.ts',
    title: 'trap 10',
  },
  {
    threat: 'A condition that is skipped although it holds',
    defence: 'Only of what `&&` joins one false part suffices.',
    file: 'src/core/expression/surely-false.ts',
    find: 'isFalse: (scope) => parts.every((part) =>',
    replace: 'isFalse: (scope) => parts.some((part) =>',
    test: 'test/unit/expression-surely-false.test.ts',
    title: 'gives what an evaluation gives',
  },
  {
    threat: 'A what-if that forgets what people silenced',
    defence: 'What people end wakes what it held.',
    file: 'src/engine/what-if/world.ts',
    find: 'for (const groupId of new Set(holding.values())) timers.set(groupId, at);',
    replace: 'void at;',
    test: whatIf,
    title: 'people silenced meanwhile',
  },
  {
    threat: 'A job that nobody would miss',
    defence: 'An integration of the source heartbeat without an entry is refused.',
    file: 'src/config/heartbeats.ts',
    find: '!heard.has(name)',
    replace: 'false',
    test: heartbeats,
    title: 'that no entry expects is refused',
  },
  {
    threat: 'A path that nobody answers for',
    defence: 'Only what a source names may follow the integration in the path.',
    file: 'src/http/ingest/webhooks.ts',
    find: 'if (state === undefined || sources.get(source)?.wire.states.includes(state)) return ok(undefined);',
    replace: 'if (sources.size > 0 || source || state) return ok(undefined);',
    test: 'test/unit/hooks.test.ts',
    title: 'takes /fail behind the name',
  },
];
