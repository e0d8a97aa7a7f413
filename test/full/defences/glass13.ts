// Defences of break-glass against a stolen session, and of what a role demands in the record.
import type { Defence } from './defence.ts';

const test = 'test/unit/glass-step-up.test.ts';

/** They. */
export const defences: readonly Defence[] = [
  {
    threat: 'a stolen Slack session of somebody who holds bypass breaks the glass',
    defence: 'Where an approval takes a passkey, a broken glass takes one too.',
    file: 'src/core/run/break-glass.ts',
    find: 'if (unproven) return unproven;',
    replace: '',
    test,
    title: 'starts nothing',
  },
  {
    threat: 'whoever breaks the glass is no member of the role that demands a passkey',
    defence: 'A glass is broken in the place of all whom the rule names, so each of their demands holds.',
    file: 'src/core/run/break-glass.ts',
    find: 'const as = [...bypassed, ...command.as];',
    replace: 'const as = [...command.as];',
    test,
    title: 'starts nothing',
  },
  {
    threat: 'an assertion is taken out of the record of a broken glass',
    defence: 'A broken glass whose rule demands a passkey is held against it in a bundle and an audit.',
    file: 'src/core/step-up/step-up-fault.ts',
    find: "event.type === 'approval.bypassed' ? wantsStepUp(asked.rule)",
    replace: "event.type === 'approval.bypassed' ? false",
    test,
    title: 'is found out where its assertion was',
  },
  {
    threat: 'a broken glass with a passkey that was never registered',
    defence: 'An audit holds what broke a glass against the passkeys of its moment.',
    file: 'src/core/step-up/audit-uses.ts',
    find: "if (stored.type !== 'approval.recorded' && stored.type !== 'approval.bypassed') return [];",
    replace: "if (stored.type !== 'approval.recorded') return [];",
    test,
    title: 'in an audit against the passkeys',
  },
  {
    threat: 'a role that demanded a passkey is edited after the request',
    defence: 'What a role demands is pinned into the rule of the request.',
    file: 'src/core/run/excluded.ts',
    find: '...(stepUpFor.length > 0 && { stepUpFor }),',
    replace: '',
    test,
    title: 'asked before the role demanded it no more',
  },
  {
    threat: 'a check says yes, and no while another one is still waited for',
    defence: 'All checks are asked until all say yes.',
    file: 'src/engine/approvals/attend-open.ts',
    find: 'const due = (rule.gates ?? []).filter(({ name }) =>',
    replace: 'const due = (rule.gates ?? []).filter(({ name }) => gatesLeft(approval).includes(name) &&',
    test: 'test/unit/approvals-outside.test.ts',
    title: 'is asked again while another one still says no',
  },
];
