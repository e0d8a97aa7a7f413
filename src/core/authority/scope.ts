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

/** One bound of a grant. */
type Bound = {
  readonly name: string;
  readonly wanted: readonly string[];
  readonly read: (resource: Resource) => string | undefined;
};

/** Bounds of grants that were asked about before: they are asked about with every command, and change with the configuration alone. */
const known = new WeakMap<GrantScope, readonly Bound[]>();

function boundsOf(scope: GrantScope): readonly Bound[] {
  const before = known.get(scope);
  if (before) return before;
  const bound = (name: string, wanted: readonly string[] | null, read: Bound['read']): readonly Bound[] =>
    wanted === null ? [] : [{ name, wanted, read }];
  const ofLabel = ([label, wanted]: readonly [string, readonly string[]]) =>
    bound(`label ${label}`, wanted, ({ labels = {} }) => (Object.hasOwn(labels, label) ? labels[label] : undefined));
  const bounds = [
    ...bound('playbook', scope.playbooks, ({ playbook }) => playbook),
    ...Object.entries(scope.labels ?? {}).flatMap(ofLabel),
    ...bound('service', scope.services, ({ service }) => service),
    ...bound('environment', scope.environments, ({ environment }) => environment),
  ];
  known.set(scope, bounds);
  return bounds;
}

/** A bound is not kept by what has no such value. */
function keeps({ wanted, read }: Bound, resource: Resource): boolean {
  const value = read(resource);
  return value !== undefined && wanted.some((pattern) => matches(pattern, value));
}

/** The bounds of a grant that a resource does not keep, in words; empty: the grant reaches it. */
export function outOfScope(scope: GrantScope, resource: Resource): readonly string[] {
  if (resource.anything === true) return [];
  return boundsOf(scope)
    .filter((bound) => !keeps(bound, resource))
    .map(({ name, wanted, read }) => `${name} must be ${wanted.join(' or ')}, and is ${read(resource) ?? 'not known'}`);
}

/** Whether a grant reaches a resource. */
export const reaches = (grant: GrantScope, resource: Resource): boolean =>
  resource.anything === true || boundsOf(grant).every((bound) => keeps(bound, resource));

/** Whether a grant holds everywhere. */
export const isEverywhere = ({ playbooks, labels, services, environments }: Omit<Grant, 'who' | 'at'>): boolean =>
  [playbooks, labels, services, environments].every((bound) => bound === null);

/** Whether a value fits a pattern as a whole; `*` stands for any characters, all others for themselves. Takes time in proportion to both. */
export function matches(pattern: string, value: string): boolean {
  if (!pattern.includes('*')) return pattern === value;
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop() ?? '';
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
