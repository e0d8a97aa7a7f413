// Who may decide a request at a moment, what its votes count for, and what is still missing. Looks nobody up. Pure.
import { ladderOf, rungsSoFar } from '../approval/ladder.ts';
import { type Count, missingOf } from '../approval/threshold.ts';
import { missingInWords } from '../approval/words.ts';
import type { People } from '../authority/membership.ts';
import type { Approval } from './state.ts';

/** Names that have come in besides those of the rule: rungs that were called, a fallback that holds. */
const standIns = (approval: Approval): readonly string[] => [
  ...new Set([...rungsSoFar(approval).flatMap(({ to }) => to), ...(approval.fallenBackTo ?? [])]),
];

/** The names whose members may decide now. */
export const eligible = (approval: Approval): readonly string[] => [
  ...new Set([...(approval.assigned ?? approval.rule.from), ...standIns(approval)]),
];

/** All names that the playbook lets decide, at whatever time. */
export const ruleNames = ({ rule }: Pick<Approval, 'rule'>): readonly string[] => [
  ...new Set([...rule.from, ...ladderOf(rule).flatMap(({ to }) => to), ...(rule.fallback ?? [])]),
];

/** The names to be looked somebody up under who decides: a person who was asked by name must still belong to the rule. */
export const namesToDecide = (approval: Approval): readonly string[] => [
  ...new Set([...eligible(approval), ...ruleNames(approval)]),
];

/** The votes of a request as they are counted. */
export const countOf = (approval: Approval, people: People): Count => ({
  thresholds: approval.rule.thresholds,
  from: approval.assigned ?? approval.rule.from,
  quorum: approval.rule.quorum,
  standIns: standIns(approval),
  votes: approval.approvals,
  people,
});

/** The checks of a request that have not said yes. */
export const gatesLeft = ({ rule, gates = {} }: Pick<Approval, 'rule' | 'gates'>): readonly string[] =>
  (rule.gates ?? []).map(({ name }) => name).filter((name) => gates[name]?.passed !== true);

/** Who is still missing, in words such as `one more from @sre`; then the checks. Empty: nothing is. `called`: how a name is shown. */
export function stillMissing(
  approval: Approval,
  {
    people = {},
    called = (name) => name,
  }: { readonly people?: People; readonly called?: (name: string) => string } = {},
): readonly string[] {
  const persons = missingInWords(missingOf(countOf(approval, people)), approval.approvals.length > 0, called);
  const gates = gatesLeft(approval).map((name) => `a yes of ${name}`);
  return [...(persons === null ? [] : [persons]), ...gates];
}
