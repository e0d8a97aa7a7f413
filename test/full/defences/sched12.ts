// Defences of schedules: each slot once or recorded as missed, over clocks that are changed or set.
import type { Defence } from './defence.ts';

const engines = 'test/unit/engine-schedules.test.ts';
const chaos = 'test/unit/schedule-chaos.test.ts';
const slots = 'test/unit/schedule-slots.test.ts';
const files = 'test/unit/playbook-schedule.test.ts';
const rules = 'src/core/system/decide-schedules.ts';

/** The defences. */
export const defences: readonly Defence[] = [
  {
    threat: 'missed schedule: a crash between claim and start',
    defence: 'A claim that its process did not start is taken up by another one.',
    file: 'src/engine/schedules/schedule-watch.ts',
    find: 'if (!own.has(last.runId) && Math.abs(elapsedMs(last.claimedAt, at)) < takeUpAfterMs) continue;',
    replace: 'if (!own.has(last.runId)) continue;',
    test: engines,
    title: 'is taken up by another process',
  },
  {
    threat: 'duplicate processing: a slot that is started twice',
    defence: 'A run that is there under the ids of its claim is not started again.',
    file: 'src/engine/schedules/start-slot.ts',
    find: "if (there) return { outcome: 'unchanged' };",
    replace: "if (there && there.run.runId === '') return { outcome: 'unchanged' };",
    test: engines,
    title: 'is taken up by another process',
  },
  {
    threat: 'duplicate processing: a slot that comes twice',
    defence: 'A claimed slot moves the schedule on in the fold, so that no process finds it due again.',
    file: 'src/core/system/schedules.ts',
    find: 'const claimed = { ...record, last, doneUntil: slotAt };',
    replace: 'const claimed = { ...record, last };',
    test: chaos,
  },
  {
    threat: 'backfill storm after a halt or an outage',
    defence: 'A schedule never overlaps itself.',
    file: rules,
    find: "const isWorking = record.last !== null && record.last.status !== 'refused' && !isOver(record.last, moment);",
    replace: "const isWorking = record.last !== null && record.last.status === 'claimed';",
    test: engines,
    title: 'starts one run after the release',
  },
  {
    threat: 'backfill storm after an outage',
    defence: 'No more than so many slots are caught up.',
    file: rules,
    find: "catchUp === 'all' ? catchUpMax : 1",
    replace: "catchUp === 'all' ? 10_000 : 1",
    test: engines,
    title: 'the newest so many of them',
  },
  {
    threat: 'missed schedule by clock drift',
    defence: 'A process whose clock is apart from the database leaves slots to others.',
    file: 'src/engine/schedules/schedule-watch.ts',
    find: 'if (loaded === null || !clock.agrees()) return;',
    replace: 'if (loaded === null) return;',
    test: engines,
    title: 'whose clock is apart',
  },
  {
    threat: 'an unapproved change that runs by itself',
    defence: 'People are asked anew about another version of a scheduled playbook.',
    file: rules,
    find: "if (approval?.digest !== digest) return { type: 'asked' };",
    replace: "if (approval === null) return { type: 'asked' };",
    test: engines,
    title: 'asks once about a version, and anew about the next',
  },
  {
    threat: 'an older process that puts a changed schedule out of force',
    defence: 'A process that read its playbooks before another version came into force says nothing against it.',
    file: rules,
    find: 'const isOutdated = changedAt !== null && loadedAt <= changedAt;',
    replace: 'const isOutdated = false;',
    test: engines,
    title: 'one that is older says nothing',
  },
  {
    threat: 'clocks are put back',
    defence: 'A time of day that a day has twice is one slot.',
    file: 'src/core/schedule/slots.ts',
    find: 'if (at !== undefined && at > afterMs && at <= untilMs) slots.push(at);',
    replace:
      'for (const { fromMs, toMs, offsetMs } of stretches) if (local - offsetMs >= fromMs && local - offsetMs < toMs && local - offsetMs > afterMs && local - offsetMs <= untilMs) slots.push(local - offsetMs);',
    test: slots,
  },
  {
    threat: 'a cron that fires every second',
    defence: 'An expression that fires more than once a minute is refused.',
    file: 'src/core/schedule/cron.ts',
    find: 'if (second === undefined || more.length > 0)',
    replace: 'if (second === undefined)',
    test: files,
    title: 'is one with the expression',
  },
  {
    threat: 'a cron that never fires',
    defence: 'An expression whose every time falls into the hour that clocks skip is refused.',
    file: 'src/core/playbook/validate-schedule.ts',
    find: '1).length === 0)',
    replace: '1).length < 0)',
    test: files,
    title: 'the hour that clocks skip',
  },
  {
    threat: 'a clock that jumps: periodic work rests',
    defence: 'Periodic work is started anew where the clock of the machine was set.',
    file: 'src/platform/lifecycle.ts',
    find: '    void task.stop();\n    void task.start();',
    replace: '',
    test: 'test/unit/periodic-work.test.ts',
    title: 'is set back',
  },
];
