// Defences of the record and of approvals that live in the pure core.
import type { Defence } from './defence.ts';

/** They need no database and no process. */
export const defences: readonly Defence[] = [
  {
    threat: 'an edited event',
    defence: 'The content of an event is held against its hash.',
    file: 'src/core/timeline/chain.ts',
    find: 'if (content !== event.hash) {',
    replace: 'if (content === null) {',
    test: 'test/unit/timeline-chain.test.ts',
  },
  {
    threat: 'a removed event',
    defence: 'Events follow each other without a gap, linked by hash.',
    file: 'src/core/timeline/chain.ts',
    find: "if (event.prevHash !== head.hash) return bad('is not linked to the event before it');",
    replace: '',
    test: 'test/unit/timeline-chain.test.ts',
  },
  {
    threat: 'a plan that changed after it was shown',
    defence: 'An approval counts only for the plan that was seen.',
    file: 'src/core/run/decide-approval.ts',
    find: 'shown === undefined || shown === planDigest',
    replace: 'true',
    test: 'test/unit/run-rules.test.ts',
  },
  {
    threat: 'one person twice',
    defence: 'A quorum counts different people.',
    file: 'src/core/run/decide-approval.ts',
    find: 'approval.approvals.some((given) => areOnePerson(given.actor, actor, people))',
    replace: 'false',
    test: 'test/unit/run-rules.test.ts',
  },
  {
    threat: 'approving what one asked for',
    defence: 'Whoever started the run does not approve its steps.',
    file: 'src/core/run/decide-approval.ts',
    find: "command.decision === 'approve' ? whyExcluded(exclusionOf(draft, approval, actor)) : null",
    replace: 'null',
    test: 'test/unit/run-rules.test.ts',
  },
];
