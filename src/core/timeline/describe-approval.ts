// Facts about requests for approval as sentences: part of describe.ts. Plain text: the surface that shows it escapes it.
import { whoInWords } from '../approval/words.ts';
import type { RunEvent } from '../events.ts';
import type { ApprovalRule } from '../playbook/playbook.ts';
import { assertNever } from '../result.ts';
import { doneKey, gateKey, isUndo } from '../run/state.ts';

type ApprovalFact = Extract<RunEvent, { type: `approval.${string}` }>;

/** A node in words. */
export const node = (key: string) =>
  key === gateKey ? 'the start of the run' : isUndo(key) ? `undo of ${doneKey(key)}` : `step ${key}`;
const because = (reason: string | undefined) => (reason ? `: ${reason}` : '');

/** What happened, in a sentence. */
export function sentenceOfApproval({ type, data }: ApprovalFact, who: string): string {
  switch (type) {
    case 'approval.requested':
      return `Approval asked for ${node(data.step)} (${data.plan.summary ?? data.plan.uses}, ${data.plan.risk} risk) of ${askedOf(data.rule)}; plan ${data.planDigest}`;
    case 'approval.recorded':
      return `${who} approved ${node(data.step)} as ${data.as.join(', ')}${because(data.reason)}`;
    case 'approval.granted':
      return `Approval granted for ${node(data.step)} by ${data.approvers.join(', ')}; plan ${data.planDigest}`;
    case 'approval.denied':
      return `${who} denied ${node(data.step)}${because(data.reason)}`;
    case 'approval.escalated': {
      const outside = data.notify === undefined ? [] : [`the endpoint ${data.notify}`];
      return `Approval of ${node(data.step)} escalated to ${[...data.to, ...outside].join(', ')}`;
    }
    case 'approval.notified':
      return data.delivered
        ? `The endpoint ${data.notify} was told that ${node(data.step)} waits for approval`
        : `The endpoint ${data.notify} could not be told that ${node(data.step)} waits for approval: ${data.message ?? 'it did not answer'}`;
    case 'approval.fell_back':
      return `Too few of ${data.empty.join(', ')} may approve ${node(data.step)}; ${data.to.join(', ')} may in their place`;
    case 'approval.gate_answered':
      return `The check ${data.gate} of ${node(data.step)} said ${data.passed ? 'yes' : 'no'}${data.status === null ? '' : ` (${data.status}${data.bodyDigest === null ? '' : `, ${data.bodyDigest}`})`}${because(data.message)}`;
    case 'approval.bypassed':
      return `GLASS BROKEN: ${who} let ${node(data.step)} go on without ${data.bypassed.join(', ')}: ${data.reason}; plan ${data.planDigest}`;
    case 'approval.questioned':
      return `${who} asked about ${node(data.step)}: ${data.question}`;
    case 'approval.reassigned':
      return `${who} reassigned the approval of ${node(data.step)} to ${data.to.join(', ')}${because(data.reason)}`;
    case 'approval.reminded':
      return `${who} had people reminded of the approval of ${node(data.step)}`;
    case 'approval.expired':
      return `Approval of ${node(data.step)} expired: nobody decided in time`;
    case 'approval.voided':
      return `Approval of ${node(data.step)} withdrawn: ${data.reason}${data.drift === undefined ? '' : ` (${data.drift.join('; ')})`}`;
    default:
      return assertNever(type);
  }
}

/** Of the short form the names alone, as ever. */
const askedOf = (rule: ApprovalRule): string =>
  rule.thresholds === undefined ? rule.from.join(', ') : whoInWords(rule);
