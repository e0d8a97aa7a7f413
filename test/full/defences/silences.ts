// Defences of silences and windows that people make.
import type { Defence } from './defence.ts';

const test = 'test/unit/silences-by-people.test.ts';

/** They need no database and no process. */
export const defences: readonly Defence[] = [
  {
    threat: 'trap 9: begin and end are told by every process, again after every restart',
    defence: 'What was recorded to hold is not recorded again.',
    file: 'src/core/system/decide-mutes.ts',
    find: '    if (before && !(isOver(before.endsAt, at) && before.startsAt !== mute.startsAt)) continue;\n',
    replace: '',
    test,
    title: 'told once each, whatever number of processes look',
  },
  {
    threat: 'trap 3: what was told and silenced is told no more when the silence ends',
    defence: 'What fires in open incidents is put on hold as told when something begins to mute.',
    file: 'src/engine/alerts/mute-watch.ts',
    find: '    if (times.some((time) => !swept.has(time))) await holdTold();\n',
    replace: '',
    test,
    title: 'told once more when the silence ends',
  },
  {
    threat: 'a process that has not heard of a silence lets go what another holds by it',
    defence: "What is on hold by people's word is staged once more with what is known now.",
    file: 'src/engine/alerts/intake.ts',
    find: '  if (group === null || !isDoubtful(group.group, portion.staged, at)) return portion;\n',
    replace: '  if (group === null || !isDoubtful(group.group, [], at)) return portion;\n',
    test,
    title: 'a process that has not read it yet',
  },
  {
    threat: 'a window that nobody ends',
    defence: 'A window that people make must have an end.',
    file: 'src/core/system/decide-mutes.ts',
    find: "  if (end === undefined) return invalid('until', 'must say when it comes for the last time');\n",
    replace: '  if (end === undefined) return decidedOn();\n',
    test,
    title: 'is refused without an end',
  },
];
