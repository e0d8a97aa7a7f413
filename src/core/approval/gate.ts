// What besides people must say yes to a request: an HTTP check whose answer is recorded. Judges an answer; asks nothing. Pure.
import type { Json } from '../json.ts';
import { compileExpression } from '../playbook/expression.ts';
import type { ApprovalGate } from './rule.ts';

/** What an expectation sees. */
export const gateNames = ['status', 'body'] as const;

/** What a check answered; `status` null: nothing, for the reason in `message`. */
export type GateAnswer = {
  readonly status: number | null;
  readonly body: Json;
  readonly bodyDigest: string | null;
  readonly message: string | null;
};

/** Whether an answer is a yes, and if not, why. No answer is a no, and so is what cannot be judged. */
export function judge(
  { expect }: ApprovalGate,
  { status, body, message }: GateAnswer,
): { passed: boolean; message: string | null } {
  if (status === null) return { passed: false, message: message ?? 'no answer' };
  const expression = compileExpression(expect);
  const found = expression.ok ? expression.value.run({ status, body }) : expression;
  if (!found.ok) return { passed: false, message: found.error };
  return found.value === true ? { passed: true, message: null } : { passed: false, message: `${expect} does not hold` };
}
