// What rules demand that nobody can satisfy: names that stand for nobody, more people than there are. Pure.
import { type People, type Roles, roleOf } from '../authority/membership.ts';
import { isEmpty, isUnknown, type NamedPeople } from '../authority/nobody.ts';
import type { Effect, Rulebook } from './rulebook.ts';

/** Who there is. */
type Known = { readonly roles: Roles; readonly people: People; readonly oncall: NamedPeople['oncall'] };

/** A sentence for each. */
export function policyDoubts(
  { policies, freezes }: Pick<Rulebook, 'policies' | 'freezes'>,
  known: Known,
): readonly string[] {
  return [
    ...policies.flatMap(({ name, rules }) =>
      rules.flatMap(({ id, effect }) => demandDoubts(effect, `the policy ${name} (${id})`, known)),
    ),
    ...freezes.flatMap(({ name, approval }) =>
      demandDoubts(approval ? { requireApproval: approval } : {}, `the freeze ${name}`, known),
    ),
  ];
}

function demandDoubts(
  { requireApproval: demand, tighten }: Pick<Effect, 'requireApproval' | 'tighten'>,
  whose: string,
  known: Known,
): readonly string[] {
  const { from = [], quorum = 1 } = demand ?? {};
  const most = mostPeople(from, known);
  // Whom a step asks is not known here; all of them together are more than any step can ask.
  const all = mostPeople(
    Object.keys(known.roles).map((name) => `@${name}`),
    known,
  );
  const wanted = tighten?.quorum ?? 1;
  return [
    ...from.flatMap((name) => nobody(name, whose, known)),
    ...(demand && most !== null && most < quorum
      ? [`${whose} asks ${quorum} of ${from.join(', ')}, and there are ${most}`]
      : []),
    ...(all !== null && Math.max(all, Object.keys(known.people).length) < wanted
      ? [`${whose} asks ${wanted} people, and all roles together have ${all}`]
      : []),
  ];
}

function nobody(name: string, whose: string, known: Known): readonly string[] {
  if (isUnknown(name, known)) {
    if (name.startsWith('@oncall:')) return [`${whose} asks ${name}, which is not there`];
    return [`${whose} asks ${name}, ${name.startsWith('@') ? 'a role that is not there' : 'who is nobody'}`];
  }
  const role = name.startsWith('@') ? roleOf(name, known.roles) : undefined;
  return role && isEmpty(role) ? [`${whose} asks ${name}, a role that has nobody`] : [];
}

/** How many different people the names stand for at most; null: only others can say, such as Slack of its groups. */
function mostPeople(names: readonly string[], { roles }: Known): number | null {
  const members = new Set<string>();
  for (const name of names) {
    if (!name.startsWith('@')) {
      if (name === 'everyone') return null;
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
