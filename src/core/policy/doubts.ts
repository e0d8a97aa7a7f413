// What rules demand that nobody can satisfy: names that stand for nobody, more people than there are. Pure.
import { type People, type Roles, roleOf } from '../authority/membership.ts';
import type { DemandedApproval, Rulebook } from './rulebook.ts';

/** Who there is. */
type Known = { readonly roles: Roles; readonly people: People };

/** A sentence for each. */
export function policyDoubts(
  { policies, freezes }: Pick<Rulebook, 'policies' | 'freezes'>,
  known: Known,
): readonly string[] {
  return [
    ...policies.flatMap(({ name, rules }) =>
      rules.flatMap(({ id, effect }) => demandDoubts(effect.requireApproval, `the policy ${name} (${id})`, known)),
    ),
    ...freezes.flatMap(({ name, approval }) => demandDoubts(approval, `the freeze ${name}`, known)),
  ];
}

function demandDoubts(demand: DemandedApproval | undefined, whose: string, known: Known): readonly string[] {
  if (!demand) return [];
  const unknown = demand.from.filter(
    (name) => name.startsWith('@') && !name.startsWith('@oncall:') && roleOf(name, known.roles) === undefined,
  );
  const most = countOf(demand.from, known);
  return [
    ...unknown.map((name) => `${whose} asks ${name}, a role that is not there`),
    ...(most !== null && most < demand.quorum
      ? [`${whose} asks ${demand.quorum} of ${demand.from.join(', ')}, and there are ${most}`]
      : []),
  ];
}

/** How many different people the names stand for at most; null: only others can say, such as Slack of its groups. */
function countOf(names: readonly string[], { roles }: Known): number | null {
  const members = new Set<string>();
  for (const name of names) {
    if (!name.startsWith('@')) {
      members.add(name);
      continue;
    }
    if (name.startsWith('@oncall:')) return null;
    const role = roleOf(name, roles);
    if (!role) continue;
    if (role.groups.length > 0 || (role.oncall ?? []).length > 0) return null;
    for (const member of [...role.users, ...role.people, ...role.tokens.map((token) => `token:${token}`)])
      members.add(member);
  }
  return members.size;
}
