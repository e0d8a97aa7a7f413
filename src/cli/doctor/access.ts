// What `firebreak doctor` sees of who may do what: who holds each right, what nobody can do from Slack, names that stand for nobody.
import type { Config } from '../../config/environment.ts';
import type { Access } from '../../core/authority/access.ts';
import { scopeInWords } from '../../core/authority/explain-access.ts';
import { roleOf } from '../../core/authority/membership.ts';
import { type NamedPeople, namesOfNobody } from '../../core/authority/nobody.ts';
import { Right, rightMeaning } from '../../core/authority/right.ts';
import { isEverywhere } from '../../core/authority/scope.ts';
import type { Check } from './check.ts';

const about = 'access';

/** Rights without which people in Slack can only look on. */
const neededInSlack = ['view', 'respond', 'start', 'order', 'operate'] as const satisfies readonly Right[];

type Given = NamedPeople;

/** Looks at rights, roles and people of the configuration. */
export function checkAccess({ file, slack }: Pick<Config, 'slack'> & { readonly file: Given }): readonly Check[] {
  const { access } = file;
  const lines = Right.options.map((right) => `${right}: ${holders(access, right).join(', ') || 'nobody'}`);
  const local = `local:NAME: ${access.local.join(', ') || 'nothing'}`;
  const own = `approves a run that he or she started: ${access.selfApproval === 'never' ? 'nobody' : 'as each rule says, which selfApproval: byRule loosens'}`;
  return [
    { about, status: 'ok', found: [...lines, local, own].join(' · '), advice: null },
    ...(slack === null ? [] : missingInSlack(file)),
    ...grantsOfNothing(access),
    ...namesOfNobody(file).map(({ found, advice }): Check => ({ about, status: 'warn', found, advice })),
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
  if (name === 'everyone' || name.startsWith('@oncall:') || /^[UW][A-Z0-9]+$/.test(name)) return true;
  const linked = (key: string) => Object.hasOwn(people, key) && people[key]?.slack !== undefined;
  const role = name.startsWith('@') ? roleOf(name, roles) : undefined;
  if (!role) return linked(name);
  return role.users.length + role.groups.length + (role.oncall ?? []).length > 0 || role.people.some(linked);
}

/** Rights that concern no playbook: a grant of them that is bound to something reaches nothing. */
const unbound: readonly Right[] = ['respond', 'administer'];

function grantsOfNothing(access: Access): readonly Check[] {
  return unbound.flatMap((right) =>
    access.grants[right]
      .filter((grant) => !isEverywhere(grant))
      .map(({ at, ...scope }) => ({
        about,
        status: 'warn' as const,
        found: `${at} gives ${right} for ${scopeInWords(scope)}, and ${right} concerns no playbook: it reaches nothing`,
        advice: `give ${right} without bounds, or leave it out there`,
      })),
  );
}
