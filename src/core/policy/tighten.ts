// How what policies and freezes demand changes the rule of an approval. Every way goes through here, and none of them loosens. Pure.
import type { ApprovalFactor, Threshold } from '../approval/rule.ts';
import { canonicalJson } from '../json.ts';
import type { ApprovalRule } from '../playbook/playbook.ts';
import type { DemandedApproval, Tightening } from './rulebook.ts';

/** How long a request stands that only a policy asks for, in milliseconds. */
const usualExpiryMs = 15 * 60_000;

/** All that is demanded of one approval. */
export type Demands = { readonly ask: readonly DemandedApproval[]; readonly tighten: readonly Tightening[] };

/** A rule with what was demanded of it; `contradiction`: nobody could decide it, so nothing may start. */
export type TightenedRule =
  | { readonly outcome: 'rule'; readonly rule: ApprovalRule | null }
  | { readonly outcome: 'contradiction'; readonly reason: string };

/**
 * The rule that holds: the step's own, with everything that is demanded. Where the step asks nobody, `tighten` alone asks nobody either.
 * People whom a policy names are a factor of their own beside those of the step; in the short form only names in both lists may decide.
 * The error: two of them name different people in the short form.
 */
export function tighten(rule: ApprovalRule | null, { ask, tighten: stricter }: Demands): TightenedRule {
  let tightened: ApprovalRule | null = rule;
  for (const demand of ask) {
    if (tightened === null) {
      tightened = ruleOf(demand);
      continue;
    }
    const joined = join(tightened, demand);
    if (joined === null)
      return {
        outcome: 'contradiction',
        reason: `${tightened.from.join(', ')} and ${demand.from.join(', ')} are both to decide it, and no name is in both lists`,
      };
    tightened = stricterBy(joined, demand);
  }
  if (tightened === null) return { outcome: 'rule', rule: null };
  return { outcome: 'rule', rule: stricter.reduce(stricterBy, tightened) };
}

/** The rule under which both are asked; null: in the short form nobody is in both lists. */
function join(rule: ApprovalRule, { from, quorum }: DemandedApproval): ApprovalRule | null {
  if (rule.thresholds) {
    const thresholds = rule.thresholds.map((threshold) => withFactor(threshold, { n: quorum, of: [...from] }));
    return { ...standInsWithin(rule, from), thresholds, from: [...new Set([...rule.from, ...from])] };
  }
  const both = rule.from.filter((name) => from.includes(name));
  return both.length === 0 ? null : { ...standInsWithin(rule, from), from: both };
}

/** A rule whose rungs and fallback name only people whom the policy asks too: they may stand in for everybody, and so for those as well. */
function standInsWithin(rule: ApprovalRule, names: readonly string[]): ApprovalRule {
  const { fallback, ladder, ...rest } = rule;
  const kept = fallback?.filter((name) => names.includes(name)) ?? [];
  const rungs = ladder?.map((rung) => ({ ...rung, to: rung.to.filter((name) => names.includes(name)) }));
  const escalate = rule.escalate.filter((name) => names.includes(name));
  return { ...rest, escalate, ...(kept.length > 0 && { fallback: kept }), ...(rungs && { ladder: rungs }) };
}

/** A threshold that takes this factor too; one that it has already is not taken twice. */
function withFactor(threshold: Threshold, factor: ApprovalFactor): Threshold {
  return hasFactor(threshold.factors, factor) ? threshold : withOwnPeople(threshold, factor);
}

const hasFactor = (factors: readonly ApprovalFactor[], { n: wanted, of: names }: ApprovalFactor): boolean =>
  factors.some(
    ({ n, of, where, groups }) =>
      where === undefined && groups === undefined && n >= wanted && of.every((name) => names.includes(name)),
  );

/** So many people as a threshold takes are its own: those of the new factor do not count among them. */
function withOwnPeople({ factors, people }: Threshold, factor: ApprovalFactor): Threshold {
  if (people === undefined) return { factors: [...factors, factor] };
  // Who meets a condition cannot be told from who does not by names alone: then everybody counts for one factor.
  if (factors.some(({ where }) => where !== undefined)) return { factors: [...factors, factor] };
  const own: ApprovalFactor = { n: people, of: [...new Set(factors.flatMap(({ of }) => of))] };
  return { people, factors: [...factors, ...(hasFactor(factors, own) ? [] : [own]), factor] };
}

const ruleOf = ({
  from,
  quorum,
  expiresInMs = usualExpiryMs,
  excludeRequester,
  stepUp,
}: DemandedApproval): ApprovalRule => ({
  from: [...from],
  quorum,
  expiresInMs,
  escalate: [],
  excludeRequester: excludeRequester === true,
  ...(stepUp === true && { stepUp }),
});

/** Each part at its strictest. So many people as `quorum` says are a factor of every threshold. */
function stricterBy(rule: ApprovalRule, demand: Tightening): ApprovalRule {
  const { quorum = 1, expiresInMs = rule.expiresInMs, excludeRequester, stepUp } = demand;
  const thresholds = rule.thresholds?.map((threshold) => atLeast(threshold, quorum));
  return {
    ...rule,
    quorum: Math.max(rule.quorum, quorum),
    expiresInMs: Math.min(rule.expiresInMs, expiresInMs),
    excludeRequester: rule.excludeRequester || excludeRequester === true,
    ...(thresholds && { thresholds }),
    ...(stepUp === true && { stepUp }),
  };
}

/** A threshold that takes so many different people at the least. Without `people` each factor's people are different ones. */
function atLeast(threshold: Threshold, quorum: number): Threshold {
  const { factors, people } = threshold;
  if (people !== undefined) return people >= quorum ? threshold : { ...threshold, people: quorum };
  const missing = quorum - factors.reduce((sum, { n }) => sum + n, 0);
  const of = [...new Set(factors.flatMap((factor) => factor.of))];
  return missing <= 0 ? threshold : { ...threshold, factors: [...factors, { n: missing, of }] };
}

/** Whether a rule that was asked under is at least as strict as what is demanded now. */
export function isCovered(asked: ApprovalRule, demands: Demands): boolean {
  const now = tighten(asked, demands);
  if (now.outcome === 'contradiction' || now.rule === null) return false;
  return canonicalJson(now.rule) === canonicalJson(asked);
}
