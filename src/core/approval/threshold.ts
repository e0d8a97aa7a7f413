// Which votes make an approval: thresholds (any one suffices) of factors (all must hold), by distinct people. Counts, and says what is
// missing; whether a vote may be given at all is decided elsewhere. Pure.
import { groupPeople } from '../authority/distinct.ts';
import type { People } from '../authority/membership.ts';
import type { Actor } from '../events.ts';
import { compileExpression } from '../playbook/expression.ts';
import { maxFlow } from './max-flow.ts';
import type { ApprovalFactor, Threshold } from './rule.ts';

/** One vote. `as`: the names that whoever voted belonged to at that moment; absent: it was given before that was kept. */
export type Vote = { readonly actor: Actor; readonly as?: readonly string[] };

/** What is still missing for one threshold; `of` empty: people, whoever they are. */
export type Missing = { readonly n: number; readonly of: readonly string[]; readonly where?: string };

/** What is counted. */
export type Count = {
  /** Absent: the short form, in which every vote that was taken counts for `quorum`. */
  readonly thresholds?: readonly Threshold[] | undefined;
  readonly from: readonly string[];
  readonly quorum: number;
  /** Names that may stand in for those of every factor: rungs that were called, a fallback that holds. */
  readonly standIns: readonly string[];
  readonly votes: readonly Vote[];
  readonly people: People;
};

/** How many different people a threshold takes at the least. */
export const peopleOf = ({ factors, people }: Threshold): number =>
  people ?? factors.reduce((sum, { n }) => sum + n, 0);

/** Every name of thresholds, once. */
export const namesOf = (thresholds: readonly Threshold[]): readonly string[] => [
  ...new Set(thresholds.flatMap(({ factors }) => factors.flatMap(({ of }) => of))),
];

/** What is missing, threshold by threshold; one that lacks nothing is met, and so is the whole. */
export function missingOf(count: Count): readonly (readonly Missing[])[] {
  const { thresholds, from, quorum, votes, people } = count;
  const persons = groupPeople(
    votes.map(({ actor }) => actor),
    people,
  ).map((own) => votes.filter(({ actor }) => own.includes(actor)));
  if (thresholds === undefined) {
    const left = quorum - persons.length;
    return [left > 0 ? [{ n: left, of: [...from, ...count.standIns.filter((name) => !from.includes(name))] }] : []];
  }
  return thresholds.map((threshold) => missingFor(threshold, persons, count.standIns));
}

/** Whether the votes suffice. */
export const isMet = (count: Count): boolean => missingOf(count).some((missing) => missing.length === 0);

/** Whether one more vote brings any threshold nearer. */
export function helps(count: Count, vote: Vote): boolean {
  const left = (missing: readonly Missing[]) => missing.reduce((sum, { n }) => sum + n, 0);
  const after = missingOf({ ...count, votes: [...count.votes, vote] });
  return missingOf(count).some((missing, i) => left(after[i] ?? []) < left(missing));
}

function missingFor(
  { factors, people }: Threshold,
  persons: readonly (readonly Vote[])[],
  standIns: readonly string[],
): readonly Missing[] {
  const open = factors.map((factor): ApprovalFactor => ({ ...factor, of: [...new Set([...factor.of, ...standIns])] }));
  // One person may stand for several factors only where the rule says how many people it takes all the same.
  const filled =
    people === undefined ? maxFlow(demandOf(open, persons)) : open.flatMap((one) => maxFlow(demandOf([one], persons)));
  const lacking = open.flatMap(({ n, of, where }, i): readonly Missing[] => {
    const left = n - (filled[i] ?? 0);
    if (left <= 0) return [];
    return [where === undefined ? { n: left, of } : { n: left, of, where }];
  });
  if (people === undefined) return lacking;
  const counted = persons.filter((votes) => open.some((factor) => namesFor(factor, votes).length > 0)).length;
  const promised = lacking.reduce((most, { n }) => Math.max(most, n), 0);
  const more = people - counted - promised;
  return more > 0 ? [...lacking, { n: more, of: [] }] : lacking;
}

const demandOf = (factors: readonly ApprovalFactor[], persons: readonly (readonly Vote[])[]) =>
  factors.map((factor) => ({
    n: factor.n,
    groups: factor.groups ?? 0,
    names: persons.map((votes) => namesFor(factor, votes)),
  }));

/** The names of a factor as whose member somebody has voted; empty: the votes do not count for it. */
function namesFor({ of, where }: ApprovalFactor, votes: readonly Vote[]): readonly string[] {
  const names = votes.filter((vote) => where === undefined || holds(where, vote)).flatMap(({ as = [] }) => as);
  return of.filter((name) => names.includes(name));
}

/** What an expression of a factor sees of who votes. */
export const voterNames = ['id', 'kind', 'via', 'person', 'roles'] as const;

/** Whether an expression holds of who votes. What cannot be evaluated does not hold. */
function holds(where: string, { actor, as = [] }: Vote): boolean {
  const expression = compileExpression(where);
  if (!expression.ok) return false;
  const { id, kind, via = '', person = '' } = actor;
  const found = expression.value.run({ id, kind, via, person, roles: [...as] });
  return found.ok && found.value === true;
}
