// The defences of reasons, of rules that other processes follow, and of who is asked in whose place.
import type { Defence } from './defence.ts';

const reasons = 'test/unit/reasons.test.ts';

export const defences: readonly Defence[] = [
  {
    threat: 'A.22 big orders without a reason',
    defence: 'Kill switches, redactions and accepted restores are refused without a reason that says something.',
    file: 'src/core/system/decide.ts',
    find: 'mustSayWhy(command) ? withoutReason(command) : null',
    replace: 'null',
    test: reasons,
    title: 'where a kill switch is engaged',
  },
  {
    threat: 'A.22 a version promoted without a reason',
    defence: 'Promotion, rollback and retirement are refused without a reason that says something.',
    file: 'src/core/change-control/decide.ts',
    find: 'const unsaid = withoutReason(command);',
    replace: 'const unsaid = withoutReason({ reason: "said" }) ?? null;',
    test: reasons,
    title: 'where a version is promoted',
  },
  {
    threat: 'A.25 the form that breaks the glass is offered to whoever may not',
    defence: 'The right is asked about the very run before the form opens.',
    file: 'src/slack/inbound/ask-break-glass.ts',
    find: 'if (!may.ok) return refused(may.error);',
    replace: '',
    test: 'test/unit/surface-attacks.test.ts',
    title: 'the form that breaks the glass',
  },
];
