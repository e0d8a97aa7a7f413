// What `firebreak doctor` sees of approvals with a passkey: demanded where none can be made, or of names of whom nobody has one that counts.
import { existsSync } from 'node:fs';
import type { Config } from '../../config/environment.ts';
import type { Actor } from '../../core/actor.ts';
import { areOnePerson } from '../../core/authority/distinct.ts';
import { type People, type Roles, roleOf } from '../../core/authority/membership.ts';
import { allSteps, type Playbook } from '../../core/playbook/playbook.ts';
import { notCounting, type Passkey, type Passkeys } from '../../core/step-up/passkey.ts';
import { noSite, siteOf } from '../../core/step-up/site.ts';
import { checkPlaybookFiles } from '../playbook/checked-playbooks.ts';
import type { Check } from './check.ts';

const about = 'passkeys';

type Given = {
  readonly publicUrl: string;
  readonly roles: Roles;
  readonly people: People;
  readonly playbooks: readonly Playbook[];
};

/** Looks at it for a configuration, with the playbooks of its folder. */
export function checkPasskeys({ publicUrl, playbooks, file }: Config, passkeys: Passkeys, at: string) {
  const read = existsSync(playbooks) ? checkPlaybookFiles([playbooks]).playbooks : [];
  const { roles, people } = file;
  return checkStepUp({ publicUrl, roles, people, playbooks: read }, passkeys, at);
}

/** Looks at every name of whom a passkey is demanded, as roles and rules say. Nothing is said where none is demanded. */
export function checkStepUp(given: Given, passkeys: Passkeys, at: string): readonly Check[] {
  const demands = demandsOf(given);
  if (demands.length === 0) return [];
  const site = siteOf(given.publicUrl);
  if (!site)
    return [
      {
        about,
        status: 'warn',
        found: `passkeys are demanded (${demands.map(({ by }) => by).join('; ')}), and none can be made at ${given.publicUrl}`,
        advice: noSite,
      },
    ];
  const counting = Object.values(passkeys).filter((one) => notCounting(one, at) === null && one.rpId === site.rpId);
  const lacking = demands.filter(({ names }) => !names.some((name) => hasOne(name, counting, given)));
  if (lacking.length === 0)
    return [{ about, status: 'ok', found: `${counting.length} count at ${site.rpId}`, advice: null }];
  return lacking.map(({ by }) => ({
    about,
    status: 'warn' as const,
    found: `${by} demands a passkey, and nobody of it has one that counts at ${site.rpId}: nobody can approve`,
    advice: 'register one under Settings, Passkeys, and have somebody with `administer` confirm one that waits',
  }));
}

/** `by`: what demands it; `names`: of whom one must have a passkey. */
type Demand = { readonly by: string; readonly names: readonly string[] };

function demandsOf({ roles, playbooks }: Given): readonly Demand[] {
  const ofRoles = Object.entries(roles).flatMap(([name, { stepUp }]) =>
    stepUp ? [{ by: `the role @${name}`, names: [`@${name}`] }] : [],
  );
  const ofSteps = playbooks.flatMap((playbook) =>
    allSteps(playbook).flatMap(({ id, approval, compensate }) =>
      [approval, compensate?.approval].flatMap((rule) =>
        rule?.stepUp ? [{ by: `step ${id} of ${playbook.name}`, names: rule.from }] : [],
      ),
    ),
  );
  return [...ofRoles, ...ofSteps];
}

/** Whether somebody of a name has one. Who is in a group of Slack, or on call, is not known here: any passkey is taken for theirs. */
function hasOne(name: string, counting: readonly Passkey[], { roles, people }: Given): boolean {
  const role = name.startsWith('@') ? roleOf(name, roles) : undefined;
  if (name.startsWith('@oncall:') || (role && role.groups.length + (role.oncall ?? []).length > 0))
    return counting.length > 0;
  const ids = role ? [...role.users, ...role.people.flatMap((key) => idsOf(key, people))] : idsOf(name, people);
  const actors = ids.map((id): Actor => ({ kind: 'user', id }));
  return counting.some(({ owner }) => actors.some((actor) => areOnePerson(owner, actor, people)));
}

/** The ids of a key under `people:`; what is no key is an id itself. */
function idsOf(key: string, people: People): readonly string[] {
  const person = Object.hasOwn(people, key) ? people[key] : undefined;
  if (!person) return [key];
  const { slack, subject, local } = person;
  return [
    ...(slack === undefined ? [] : [slack]),
    ...(subject === undefined ? [] : [`oidc:${subject}`]),
    ...(local === undefined ? [] : [`local:${local}`]),
  ];
}
