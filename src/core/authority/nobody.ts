// Names and roles of the configuration that stand for nobody: a right or an approval that is given to them is given to no one. Pure.

import { type EscalationMatrix, namesInMatrix } from '../escalation/matrix.ts';
import type { Access } from './access.ts';
import { type People, type Role, type Roles, roleOf } from './membership.ts';
import { Right } from './right.ts';

/** The sections that name people. `oncall`: the entries of `oncall:`. */
export type NamedPeople = {
  readonly access: Access;
  readonly roles: Roles;
  readonly people: People;
  readonly oncall: readonly { readonly name: string }[];
  /** The section `escalation:`; absent: there is none. */
  readonly escalation?: EscalationMatrix;
};

/** Something that stands for nobody: what it is, where it is named, and what would mend it. */
export type Nobody = { readonly found: string; readonly advice: string };

/** Every name of `access:` that is nobody, then every role that has nobody. */
export function namesOfNobody(given: NamedPeople): readonly Nobody[] {
  const where = new Map<string, string[]>();
  for (const right of Right.options)
    for (const { who, at } of given.access.grants[right])
      for (const name of who) where.set(name, [...new Set([...(where.get(name) ?? []), at])]);
  return [
    ...[...where].flatMap(([name, places]) => nobodyCalled(name, places.join(', '), given)),
    ...namesInMatrix(given.escalation ?? []).flatMap(({ name, at }) => nobodyCalled(name, at, given, 'escalation')),
    ...Object.entries(given.roles).flatMap(([name, role]) => nobodyIn(name, role, given.people)),
  ];
}

/** Whether a name stands for nobody at all: no role that is there, no person. An empty role is there. */
export function isUnknown(
  name: string,
  { roles, people, oncall }: Pick<NamedPeople, 'roles' | 'people' | 'oncall'>,
): boolean {
  if (name === 'everyone' || /^(?:[UW][A-Z0-9]+$|local:|token:)/.test(name)) return false;
  if (name.startsWith('@oncall:')) return !oncall.some((entry) => `@oncall:${entry.name}` === name);
  return name.startsWith('@') ? roleOf(name, roles) === undefined : !Object.hasOwn(people, name);
}

/** Whether nobody can stand behind a role: nothing is listed in it. */
export const isEmpty = ({ users, groups, people, tokens, oncall = [] }: Role): boolean =>
  [users, groups, people, tokens, oncall].every((listed) => listed.length === 0);

function nobodyCalled(
  name: string,
  where: string,
  given: NamedPeople,
  section: 'access' | 'escalation' = 'access',
): readonly Nobody[] {
  if (!isUnknown(name, given)) return [];
  const says = `${section}: names ${name}`;
  if (name.startsWith('@oncall:'))
    return [{ found: `${says}, which is not there (${where})`, advice: `add \`${name.slice(8)}\` to \`oncall:\`` }];
  return name.startsWith('@')
    ? [{ found: `${says}, a role that is not there (${where})`, advice: `add \`${name.slice(1)}\` to \`roles:\`` }]
    : [{ found: `${says}, who is nobody (${where})`, advice: `add \`${name}\` to \`people:\`` }];
}

function nobodyIn(name: string, role: Role, people: People): readonly Nobody[] {
  const strangers = role.people.filter((key) => !Object.hasOwn(people, key));
  if (strangers.length > 0) {
    const several = strangers.length > 1;
    return [
      {
        found: `the role ${name} names ${strangers.join(', ')}, who ${several ? 'are' : 'is'} nobody`,
        advice: `add ${several ? 'them' : `\`${strangers[0]}\``} to \`people:\``,
      },
    ];
  }
  if (!isEmpty(role)) return [];
  return [{ found: `the role ${name} has nobody`, advice: 'give it `groups:`, `users:`, `people:` or `tokens:`' }];
}
