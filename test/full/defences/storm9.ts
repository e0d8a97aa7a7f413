// Defences of a storm: few statements, no flood of jobs, nobody waiting for another's trouble.
import type { Defence } from './defence.ts';

const queueAway = 'test/unit/queue-away.test.ts';
const lookups = 'test/unit/storm-lookups.test.ts';

/** They need no database. */
export const defences: readonly Defence[] = [
  {
    threat: 'a storm costs a job for each commit',
    defence: 'Slack is told in the process that committed what it is told of.',
    file: 'src/queue/wakeups.ts',
    find: "if (!queue.begin('incident.notify', job))",
    replace: '',
    test: queueAway,
    title: 'tells Slack in the process where it was committed',
  },
  {
    threat: 'what waits for Slack keeps deliveries waiting',
    defence: 'Each queue has places of its own.',
    file: 'src/queue/direct.ts',
    find: 'const line = lineOf(job.queue);',
    replace: "const line = lineOf('all');",
    test: queueAway,
    title: 'keeps intake waiting for nothing that waits for Slack',
  },
  {
    threat: 'an approval waits until Slack has taken everything before it',
    defence: 'Of equal jobs that come while one is done the newest is done after it.',
    file: 'src/queue/direct.ts',
    find: 'if (same) same.again = job;',
    replace: 'if (same) same.again ??= job;',
    test: queueAway,
    title: 'of what comes meanwhile only the newest',
  },
  {
    threat: 'a flood of wake-ups reads an incident again and again',
    defence: 'A version that is being told is not read a second time.',
    file: 'src/slack/outbound/notifier.ts',
    find: 'if (current && version <= current.version) return;',
    replace: '',
    test: 'test/unit/slack-loudness.test.ts',
    title: 'reads an incident once',
  },
  {
    threat: 'what changed while it was told is never told',
    defence: 'A telling goes on until what it told is the last version.',
    file: 'src/slack/outbound/notifier.ts',
    find: 'if (await deps.messages.settled(incidentId, incident.version)) return;',
    replace: 'await deps.messages.settled(incidentId, incident.version);\n    return;',
    test: 'test/unit/slack-loudness.test.ts',
    title: 'reads an incident once',
  },
  {
    threat: 'one count that failed fails every delivery of the next second',
    defence: 'A count of a storm that failed is not kept.',
    file: 'src/engine/admission.ts',
    find: 'if (counted === count) counted = uncounted;',
    replace: '',
    test: lookups,
    title: 'a count of a storm that failed',
  },
  {
    threat: 'who sends too much is told nothing of when to come again',
    defence: 'A body for which there is no room is answered with Retry-After.',
    file: 'src/http/ingest/webhooks.ts',
    find: '      askAgain(reply, fault);',
    replace: '',
    test: 'test/unit/hooks.test.ts',
    title: 'is told when to come again before anything of it is stored',
  },
];
