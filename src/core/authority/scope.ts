// What a grant reaches: one pure comparison of its bounds with what is asked about. Knows nobody and gives no right.
import type { Grant, GrantScope } from './access.ts';

/** What is asked about, as far as rights can be bound to it. A member that is absent binds nothing. */
export type Resource = {
  readonly playbook?: string | undefined;
  /** Of the playbook in force under that name. */
  readonly labels?: { readonly [label: string]: string } | undefined;
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  /** Who may decide, for `approve` and `attend`. */
  readonly approvers?: readonly string[] | undefined;
  /** Asks whether the right is there for anything at all: for menus and forms. It allows no change. */
  readonly anything?: true | undefined;
};

/** The bounds of a grant that a resource does not keep, in words; empty: the grant reaches it. A bound is not kept by what has no such value. */
export function outOfScope(scope: GrantScope, resource: Resource): readonly string[] {
  if (resource.anything === true) return [];
  const within = (name: string, bound: readonly string[] | null, value: string | undefined): readonly string[] =>
    bound === null || (value !== undefined && bound.some((pattern) => matches(pattern, value)))
      ? []
      : [`${name} must be ${bound.join(' or ')}, and is ${value ?? 'not known'}`];
  const ofLabel = ([label, wanted]: readonly [string, readonly string[]]): readonly string[] => {
    const { labels = {} } = resource;
    return within(`label ${label}`, wanted, Object.hasOwn(labels, label) ? labels[label] : undefined);
  };
  return [
    ...within('playbook', scope.playbooks, resource.playbook),
    ...Object.entries(scope.labels ?? {}).flatMap(ofLabel),
    ...within('service', scope.services, resource.service),
    ...within('environment', scope.environments, resource.environment),
  ];
}

/** Whether a grant reaches a resource. */
export const reaches = (grant: GrantScope, resource: Resource): boolean => outOfScope(grant, resource).length === 0;

/** Whether a grant holds everywhere. */
export const isEverywhere = ({ playbooks, labels, services, environments }: Omit<Grant, 'who' | 'at'>): boolean =>
  [playbooks, labels, services, environments].every((bound) => bound === null);

/** Whether a value fits a pattern as a whole; `*` stands for any characters, all others for themselves. Takes time in proportion to both. */
export function matches(pattern: string, value: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return pattern === value;
  if (value.length < head.length + tail.length || !value.startsWith(head) || !value.endsWith(tail)) return false;
  const end = value.length - tail.length;
  let from = head.length;
  for (const part of rest) {
    const found = value.indexOf(part, from);
    if (found === -1 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}
