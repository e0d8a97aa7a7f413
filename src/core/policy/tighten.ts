// How what policies and freezes demand changes the rule of an approval. Every way goes through here, and none of them loosens. Pure.
import type { ApprovalRule } from '../playbook/playbook.ts';
import type { Demand, Tightening } from './rulebook.ts';

/** How long a request stands that only a policy asks for, in milliseconds. */
const usualExpiryMs = 15 * 60_000;

/** All that is demanded of one approval. */
export type Demands = { readonly ask: readonly Demand[]; readonly tighten: readonly Tightening[] };

/**
 * The rule that holds: the step's own, with everything that is demanded. Where the step asks nobody, `tighten` alone asks nobody either. The
 * error: two of them name different people, so that no one list of people satisfies both.
 */
export function tighten(rule: ApprovalRule | null, { ask, tighten: stricter }: Demands): TightenedRule {
  let tightened: ApprovalRule | null = rule;
  for (const demand of ask) {
    if (tightened === null) {
      tightened = ruleOf(demand);
      continue;
    }
    const from = agreed(tightened, demand);
    if (from === null)
      return {
        outcome: 'contradiction',
        reason: `${tightened.from.join(', ')} and ${demand.from.join(', ')} are both to decide it, and no name is in both lists`,
      };
    tightened = stricterBy({ ...tightened, from: [...from] }, demand);
  }
  if (tightened === null) return { outcome: 'rule', rule: null };
  return { outcome: 'rule', rule: stricter.reduce(stricterBy, tightened) };
}

/** A rule with what was demanded of it; `contradiction`: nobody could decide it, so nothing may start. */
export type TightenedRule =
  | { readonly outcome: 'rule'; readonly rule: ApprovalRule | null }
  | { readonly outcome: 'contradiction'; readonly reason: string };

/** The names that may decide under both; null: none. Those who are called later are called only if the demand names them too. */
function agreed({ from }: ApprovalRule, demand: Demand): readonly string[] | null {
  const both = from.filter((name) => demand.from.includes(name));
  return both.length > 0 ? both : null;
}

const ruleOf = ({ from, quorum, expiresInMs = usualExpiryMs, excludeRequester, stepUp }: Demand): ApprovalRule => ({
  from: [...from],
  quorum,
  expiresInMs,
  escalate: [],
  excludeRequester: excludeRequester === true,
  ...(stepUp === true && { stepUp }),
});

/** Each part at its strictest. */
function stricterBy(rule: ApprovalRule, demand: Tightening & { readonly from?: readonly string[] }): ApprovalRule {
  const { quorum = 1, expiresInMs = rule.expiresInMs, excludeRequester, stepUp, from } = demand;
  return {
    ...rule,
    quorum: Math.max(rule.quorum, quorum),
    expiresInMs: Math.min(rule.expiresInMs, expiresInMs),
    escalate: from === undefined ? rule.escalate : rule.escalate.filter((name) => from.includes(name)),
    excludeRequester: rule.excludeRequester || excludeRequester === true,
    ...(stepUp === true && { stepUp }),
  };
}

/** Whether a rule that was asked under is at least as strict as what is demanded now. */
export function isCovered(asked: ApprovalRule, demands: Demands): boolean {
  const now = tighten(asked, demands);
  if (now.outcome === 'contradiction' || now.rule === null) return false;
  const { rule } = now;
  return (
    rule.quorum === asked.quorum &&
    rule.expiresInMs === asked.expiresInMs &&
    rule.excludeRequester === asked.excludeRequester &&
    rule.stepUp === asked.stepUp &&
    rule.from.length === asked.from.length &&
    rule.escalate.length === asked.escalate.length
  );
}
