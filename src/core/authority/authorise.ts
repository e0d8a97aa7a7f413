// The one answer to "may this principal do that?". Pure, closed by default; every surface asks it through the pipeline.
import type { Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { Access, Grant } from './access.ts';
import { nameOf, type Principal } from './principal.ts';
import { type NeededRight, type Right, rightMeaning } from './right.ts';
import { type Resource, reaches } from './scope.ts';

/** One question. */
export type AccessQuestion = {
  readonly principal: Principal;
  readonly right: NeededRight;
  readonly resource: Resource;
  readonly access: Access;
  /** Those of `namesToAsk` that the principal belongs to at this moment. */
  readonly belongsTo: readonly string[];
};

/** Names whose membership decides the question; empty where it is decided without. */
export function namesToAsk({
  principal,
  right,
  resource,
  access,
}: Omit<AccessQuestion, 'belongsTo'>): readonly string[] {
  if (principal.type === 'system' || principal.type === 'sender' || right === 'deliver') return [];
  if (right === 'approve') return resource.approvers ?? [];
  const granted = fitting(access, right === 'attend' ? 'order' : right, resource).flatMap(({ who }) => who);
  return [...new Set(right === 'attend' ? [...(resource.approvers ?? []), ...granted] : granted)];
}

/** Yes, or no with what would be needed. */
export function authorise(question: AccessQuestion): Result<void, Refusal> {
  return holds(question) ? ok(undefined) : err(refusal(question));
}

function holds({ principal, right, resource, access, belongsTo }: AccessQuestion): boolean {
  switch (principal.type) {
    case 'system':
      return true;
    case 'sender':
      return right === 'deliver';
    case 'person':
    case 'local':
    case 'token': {
      if (right === 'deliver') return false;
      const decides = (resource.approvers ?? []).some((name) => belongsTo.includes(name));
      if (right === 'approve' || (right === 'attend' && decides)) return decides;
      const needed = right === 'attend' ? 'order' : right;
      if (principal.type === 'local' && access.local.includes(needed)) return true;
      if (principal.type === 'token' && principal.rights.includes(needed)) return true;
      return fitting(access, needed, resource).some(({ who }) => who.some((name) => belongsTo.includes(name)));
    }
  }
}

/** The grants of a right that reach a resource. One that is bound to playbooks reaches nothing that has no playbook. */
const fitting = (access: Access, right: Right, resource: Resource): readonly Grant[] =>
  access.grants[right].filter((grant) => reaches(grant, resource));

function refusal({ principal, right, resource, access }: AccessQuestion): Refusal {
  if (right === 'attend') {
    const names = [...new Set([...(resource.approvers ?? []), ...everybodyWith(access, 'order')])];
    const message = `only ${names.join(', ') || 'nobody'} may see to this request: whoever may decide it, or may order runs`;
    return { code: 'not_allowed', message, right };
  }
  const who =
    right === 'approve' ? (resource.approvers ?? []) : right === 'deliver' ? [] : everybodyWith(access, right);
  const holders =
    who.length > 0 ? `only ${who.join(', ')} may` : 'nobody has it; give it under `access:` in firebreak.yaml';
  const message =
    right === 'approve'
      ? `only ${who.join(', ') || 'nobody'} may decide this`
      : `${nameOf(principal)} lacks the right \`${right}\` (${rightMeaning[right]}): ${holders}`;
  return { code: 'not_allowed', message, right };
}

const everybodyWith = (access: Access, right: Right) => [...new Set(access.grants[right].flatMap(({ who }) => who))];
