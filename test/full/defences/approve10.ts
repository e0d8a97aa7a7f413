// Defences of requests for approval: who may see to them, whom they can be handed on to, what is approved unseen, who is called how often.
import type { Defence } from './defence.ts';

const orders = 'test/unit/run-approval-orders.test.ts';
const engine = 'test/unit/engine-approvals.test.ts';
const card = 'test/unit/slack-approval.test.ts';
const direct = 'test/unit/slack-direct-messages.test.ts';

/** The defences. */
export const defences: readonly Defence[] = [
  {
    threat: '19 a stranger',
    defence: 'A request is handed on to nobody whom its playbook does not let decide.',
    file: 'src/core/run/attend-approval.ts',
    find: 'if (!within.some((name) => names.includes(name)))',
    replace: 'if (within.length < 0)',
    test: orders,
    title: 'goes to nobody whom the playbook does not let decide',
  },
  {
    threat: '19 a stranger',
    defence: 'A person who was asked by name decides only as long as he or she belongs to the rule.',
    file: 'src/core/run/decide-approval.ts',
    find: 'if (!belongs(names) || !belongs(ruleNames(approval)))',
    replace: 'if (!belongs(names))',
    test: orders,
    title: 'is decided by a person only as long as he or she belongs to the rule',
  },
  {
    threat: '19 a deactivated user',
    defence: 'A request is not handed on to somebody who is deactivated.',
    file: 'src/engine/runs/run-operations.ts',
    find: " || (await directory.standing(user)) !== 'active'",
    replace: '',
    test: engine,
    title: 'goes to a role of its rule',
  },
  {
    threat: '19 a stranger',
    defence: 'Seeing to a request takes the right to decide it or to order runs.',
    file: 'src/engine/runs/run-operations.ts',
    find: "const given = { caller: { principal, cause }, approvalId, right: 'attend' } as const;",
    replace:
      "const given = { caller: { principal: { type: 'system' }, cause }, approvalId, right: 'attend' } as const;",
    test: engine,
    title: 'is seen to by those who may decide it',
  },
  {
    threat: 'D.1 noise',
    defence: 'People are reminded of a request every five minutes at the utmost.',
    file: 'src/core/run/attend-approval.ts',
    find: 'if (last !== null && next !== null && draft.at < next) {',
    replace: 'if (last !== null && next !== null && draft.at < last) {',
    test: orders,
    title: 'may go out at once, and the next one five minutes later',
  },
  {
    threat: '21 the plan has changed',
    defence: 'A plan that has changed withdraws the request, and is asked about anew.',
    file: 'src/core/run/attend-approval.ts',
    find: 'if (fresh.value.planDigest === approval.planDigest) return null;',
    replace: 'if (fresh.value.planDigest !== "") return null;',
    test: orders,
    title: 'is withdrawn and asked about anew',
  },
  {
    threat: '8.10 an approval that is shortened',
    defence: 'A plan too long for a message has no button there that approves it.',
    file: 'src/slack/views/approval-message.ts',
    find: 'isShort(plan) ? [confirmed(approve, approval)] : [];',
    replace: '[confirmed(approve, approval)];',
    test: card,
    title: 'has no button that approves it beside its line',
  },
  {
    threat: '8.10 an approval that is shortened',
    defence: 'What even a form has no room for cannot be approved there.',
    file: 'src/slack/views/decision-modal.ts',
    find: "if (!isWhole && decision === 'approve') return shownForm(title, asks);",
    replace: '',
    test: card,
    title: 'can be denied, but not approved',
  },
  {
    threat: '8.10 an approval that is shortened',
    defence:
      'A click on Approve of a plan too long for a message decides nothing: it opens the form that shows all of it.',
    file: 'src/slack/inbound/ask-decision.ts',
    find: "if (approval?.status === 'open' && !wantsStepUp(approval.rule) && !isShort(approval.plan))",
    replace: "if (approval?.status === 'expired' && !isShort(approval.plan))",
    test: 'test/unit/slack-decide.test.ts',
    title: 'opens the form that shows all of it',
  },
  {
    threat: 'no double',
    defence: 'Somebody is written to once about a request, by whatever process.',
    file: 'src/slack/outbound/direct-messages.ts',
    find: 'const keyOf = (approvalId: string, user: string) => `${prefix}${approvalId}/${user}`;',
    replace: 'const keyOf = (approvalId: string, user: string) => `${prefix}${approvalId}/${user}/${Math.random()}`;',
    test: direct,
    title: 'is written to once by several processes',
  },
  {
    threat: 'no noise',
    defence: 'Nobody is written to before half of the time is over.',
    file: 'src/slack/outbound/direct-messages.ts',
    find: 'now >= halfOf(approval) && now < approval.expiresAt',
    replace: 'now < approval.expiresAt',
    test: direct,
    title: 'is written to when half of its time is over',
  },
];
