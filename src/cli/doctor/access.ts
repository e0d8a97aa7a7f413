// What `firebreak doctor` sees of who may do what: who holds each right, what nobody can do from Slack, names that stand for nobody.
import type { Config } from '../../config/environment.ts';
import type { Access } from '../../core/authority/access.ts';
import { type People, type Role, type Roles, roleOf } from '../../core/authority/membership.ts';
import { Right, rightMeaning } from '../../core/authority/right.ts';
import type { Check } from './check.ts';

const about = 'access';

/** Rights without which people in Slack can only look on. */
const neededInSlack = ['view', 'respond', 'start', 'order', 'operate'] as const satisfies readonly Right[];

type Given = { readonly access: Access; readonly roles: Roles; readonly people: People };

/** Looks at rights, roles and people of the configuration. */
export function checkAccess({ file, slack }: Pick<Config, 'slack'> & { readonly file: Given }): readonly Check[] {
  const { access } = file;
  const lines = Right.options.map((right) => `${right}: ${holders(access, right).join(', ') || 'nobody'}`);
  const local = `local:NAME: ${access.local.join(', ') || 'nothing'}`;
  return [
    { about, status: 'ok', found: [...lines, local].join(' · '), advice: null },
    ...(slack === null ? [] : missingInSlack(file)),
    ...namesOfNobody(file),
  ];
}

const holders = (access: Access, right: Right): readonly string[] => [
  ...new Set(access.grants[right].flatMap(({ who }) => who)),
];

function missingInSlack(given: Given): readonly Check[] {
  const missing = neededInSlack.filter((right) => !holders(given.access, right).some((name) => isInSlack(name, given)));
  if (missing.length === 0) return [];
  const means = missing.map((right) => rightMeaning[right]).join('; ');
  const grants = missing.map((right) => `${right}: ["@sre"]`).join(', ');
  return [
    {
      about,
      status: 'warn',
      found: `nobody in Slack has ${missing.join(', ')} (${means})`,
      advice: `give it in firebreak.yaml: access: { ${grants} }`,
    },
  ];
}

function isInSlack(name: string, { roles, people }: Given): boolean {
  if (name === 'everyone' || /^[UW][A-Z0-9]+$/.test(name)) return true;
  const linked = (key: string) => Object.hasOwn(people, key) && people[key]?.slack !== undefined;
  const role = name.startsWith('@') ? roleOf(name, roles) : undefined;
  return role ? role.users.length + role.groups.length > 0 || role.people.some(linked) : linked(name);
}

function namesOfNobody(given: Given): readonly Check[] {
  const { access, roles, people } = given;
  const warn = (found: string, advice: string): Check => ({ about, status: 'warn', found, advice });
  const unknown = (name: string): readonly Check[] => {
    if (name === 'everyone' || /^(?:[UW][A-Z0-9]+$|local:|token:)/.test(name)) return [];
    const where = `access: names ${name}`;
    if (!name.startsWith('@'))
      return Object.hasOwn(people, name) ? [] : [warn(`${where}, who is nobody`, `add \`${name}\` to \`people:\``)];
    if (roleOf(name, roles)) return [];
    return [warn(`${where}, a role that is not there`, `add \`${name.slice(1)}\` to \`roles:\``)];
  };
  const ofRole = ([name, role]: readonly [string, Role]): readonly Check[] => {
    const strangers = role.people.filter((key) => !Object.hasOwn(people, key));
    if (strangers.length > 0)
      return [
        warn(
          `the role ${name} names ${strangers.join(', ')}, who ${strangers.length > 1 ? 'are' : 'is'} nobody`,
          `add ${strangers.length > 1 ? 'them' : `\`${strangers[0]}\``} to \`people:\``,
        ),
      ];
    const members = [...role.users, ...role.groups, ...role.people, ...role.tokens];
    return members.length > 0
      ? []
      : [warn(`the role ${name} has nobody`, 'give it `groups:`, `users:`, `people:` or `tokens:`')];
  };
  const named = new Set(Right.options.flatMap((right) => holders(access, right)));
  return [...[...named].flatMap(unknown), ...Object.entries(roles).flatMap(ofRole)];
}
