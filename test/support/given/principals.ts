// People of tests as principals: whoever stands in a test as an actor, proven as Slack would prove it.

import { Access } from '../../../src/core/authority/access.ts';
import type { Principal } from '../../../src/core/authority/principal.ts';
import type { Actor } from '../../../src/core/events.ts';
import type { Directory } from '../../../src/ports/directory.ts';

/** An actor as a principal. */
export function principalOf({ kind, id, name, via = 'slack', person }: Actor): Principal {
  if (kind === 'api') return { type: 'token', name: id, rights: [], owner: person ?? null, via };
  return { type: 'person', id, name: name ?? null, person: person ?? null, via, proof: 'slack_signature' };
}

/** Everybody may everything but bypass: for tests that are not about rights. */
export const openAccess: Access = Access.parse({
  start: 'everyone',
  order: 'everyone',
  operate: 'everyone',
  design: 'everyone',
  administer: 'everyone',
  selfApproval: 'byRule',
});

/** A directory in which everybody belongs to every name. */
export const everybody: Directory = {
  belongsTo: async (_, names) => names,
  members: async () => [],
  standing: async () => 'active',
};
