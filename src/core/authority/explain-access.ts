// Why somebody may do something, or may not: every way to hold a right, with what is missing of each. The answer itself is authorise's.
import type { Grant, GrantScope } from './access.ts';
import { type AccessQuestion, authorise } from './authorise.ts';
import { nameOf } from './principal.ts';
import type { Right } from './right.ts';
import { isEverywhere, outOfScope } from './scope.ts';

/** One way to hold a right. `missing`: what it lacks, in words; empty: it gives the right. */
type Way = {
  /** Where it stands, such as `access.start[0]`. */
  readonly at: string;
  readonly to: readonly string[];
  readonly missing: readonly string[];
};

/** The answer with its reasons. */
export type AccessExplanation = {
  readonly allowed: boolean;
  /** All ways that give it. */
  readonly by: readonly Way[];
  /** All ways that do not. */
  readonly tried: readonly Way[];
};

/** Every name under which grants of a right could be held, whatever they are bound to. */
export const namesOfRight = ({
  access,
  right,
}: {
  readonly access: AccessQuestion['access'];
  readonly right: Right;
}) => [...new Set(access.grants[right].flatMap(({ who }) => who))];

/** Explains one answer of `authorise`. `belongsTo`: those of `namesOfRight` that the principal belongs to. */
export function explainAccess(question: AccessQuestion & { readonly right: Right }): AccessExplanation {
  const ways = [
    ...byItself(question),
    ...question.access.grants[question.right].map((grant) => wayOf(grant, question)),
  ];
  return {
    allowed: authorise(question).ok,
    by: ways.filter(({ missing }) => missing.length === 0),
    tried: ways.filter(({ missing }) => missing.length > 0),
  };
}

/** What a principal holds without any grant. */
function byItself({ principal, right, access }: AccessQuestion & { readonly right: Right }): readonly Way[] {
  const way = (at: string, holds: boolean): Way => ({
    at,
    to: [nameOf(principal)],
    missing: holds ? [] : [`it does not list ${right}`],
  });
  switch (principal.type) {
    case 'local':
      return [way('access.local', access.local.includes(right))];
    case 'token':
      return [way('the rights of the token itself', principal.rights.includes(right))];
    case 'system':
      return [way('Firebreak itself', true)];
    case 'person':
    case 'sender':
      return [];
  }
}

function wayOf({ at, who, ...scope }: Grant, { principal, resource, belongsTo }: AccessQuestion): Way {
  const isNamed = who.some((name) => belongsTo.includes(name));
  const noMember = `${nameOf(principal)} is none of ${who.join(', ')}`;
  return { at, to: who, missing: [...(isNamed ? [] : [noMember]), ...outOfScope(scope, resource)] };
}

/** The bounds of a grant in words; `everywhere` where it has none. */
export function scopeInWords(scope: GrantScope): string {
  if (isEverywhere(scope)) return 'everywhere';
  const part = (name: string, bound: readonly string[] | null) =>
    bound === null ? [] : [`${name} ${bound.join(' or ')}`];
  const labels = Object.entries(scope.labels ?? {}).flatMap(([label, wanted]) => part(`label ${label}`, wanted));
  return [
    ...part('playbook', scope.playbooks),
    ...labels,
    ...part('service', scope.services),
    ...part('environment', scope.environments),
  ].join(', ');
}
