// Defences of a process that was stopped, or misses something that is optional.
import type { Defence } from './defence.ts';

const lease = 'test/unit/lease.test.ts';
const clock = 'test/unit/database-clock.test.ts';
const wakes = 'F.2 a woken process acts';
const gates = 'F.3 what is optional decides';

/** The lease at the act, the time of the database, and parts that come and go. */
export const defences: readonly Defence[] = [
  {
    threat: wakes,
    defence: 'The lease is looked at before an action is called.',
    file: 'src/engine/runs/run-step.ts',
    find: '    attempt.hold.fence();\n    const result = await action.run(input, context);',
    replace: '    const result = await action.run(input, context);',
    test: lease,
  },
  {
    threat: wakes,
    defence: 'A lease that was over gives no right back when it is renewed.',
    file: 'src/engine/lease.ts',
    find: 'if (monotonicMs() - renewedAtMs >= lengthMs) terms += 1;',
    replace: '',
    test: lease,
  },
  {
    threat: wakes,
    defence: 'A lease counts from before the database was asked.',
    file: 'src/engine/lease.ts',
    find: 'renewedAtMs = askedAtMs;',
    replace: 'renewedAtMs = monotonicMs();',
    test: lease,
  },
  {
    threat: wakes,
    defence: 'A step is begun in the term that ran before its start was sent to be committed.',
    file: 'src/engine/runs/drive-run.ts',
    find: 'const hold = this.#parts.lease.hold(term);',
    replace: 'const hold = this.#parts.lease.hold(this.#parts.lease.term());',
    test: lease,
    title: 'while its start was being committed',
  },
  {
    threat: wakes,
    defence: 'A worker whose lease is over offers to start nothing.',
    file: 'src/engine/runs/drive-run.ts',
    find: 'this.#stopping || lease.term() === null',
    replace: 'this.#stopping',
    test: lease,
  },
  {
    threat: wakes,
    defence: 'A request is written only while the lease lasts, each hop anew.',
    file: 'src/actions/http/fenced.ts',
    find: '      fence();',
    replace: '',
    test: 'test/contract/action-fence.test.ts',
  },
  {
    threat: wakes,
    defence: 'A program is started only while the lease lasts.',
    file: 'src/actions/shell/run.ts',
    find: 'context.fence();',
    replace: '',
    test: 'test/contract/action-fence.test.ts',
  },
  {
    threat: 'F.2 a clock ahead expires an approval',
    defence: 'Time is the time of the database.',
    file: 'src/platform/database-clock.ts',
    find: 'known === null ? runtime.nowMs() : Math.round(known.databaseMs + runtime.monotonicMs() - known.monotonicMs)',
    replace: 'runtime.nowMs()',
    test: clock,
  },
  {
    threat: 'F.2 a clock ahead expires an approval',
    defence: 'A clock that is more than two seconds off does not agree.',
    file: 'src/platform/database-clock.ts',
    find: ' && Math.abs(known.wallMs - known.databaseMs) <= maxApartMs',
    replace: '',
    test: clock,
  },
  {
    threat: gates,
    defence: 'While the queue is away, this process does what wakes it.',
    file: 'src/queue/queue.ts',
    find: '      if (isAway()) {\n        take(queue, name, { payload, delayMs });',
    replace: '      if (isAway()) {',
    test: 'test/unit/queue-away.test.ts',
  },
  {
    threat: gates,
    defence: 'A start does not wait for Slack.',
    file: 'src/slack/connection.ts',
    find: 'await Promise.race([first, parts.clock.sleep(momentMs)]);',
    replace: 'await first;',
    test: 'test/unit/slack-connection.test.ts',
  },
  {
    threat: gates,
    defence: 'What the log cannot take is dropped and counted.',
    file: 'src/platform/log-sink.ts',
    find: '      drop(waiting.length, code);',
    replace: '      throw reason;',
    test: 'test/unit/log-sink.test.ts',
  },
];
