// What attacks on approvals are made of: rules, people, and what they do about a request that waits.
import type { People } from '../../../src/core/authority/membership.ts';
import type { Actor } from '../../../src/core/events.ts';
import { ana } from '../given/given.ts';
import { as, type askedApproval, starter } from './asked-approval.ts';

/** A request that waits, and its world. */
export type Asked = Awaited<ReturnType<typeof askedApproval>>;
/** What is tried; afterwards the request must not be granted. */
export type Trial = readonly [name: string, rule: string, attack: (asked: Asked) => Promise<unknown>, people?: People];

/** One of a role. */
export const one = '{ from: ["@sre"] }';
/** Two of a role. */
export const two = '{ from: ["@sre"], quorum: 2, expiresIn: 10m }';
/** A human by a proof. */
export const user = (id: string, person?: string): Actor => ({
  kind: 'user',
  id,
  ...(person !== undefined && { person }),
});
/** A service token. */
export const token = (id: string, person?: string): Actor => ({
  kind: 'api',
  id,
  ...(person !== undefined && { person }),
});
/** Nobody whom a rule names. */
export const cem = user('U0CEM');
/** Who is one person. */
export const linked = {
  ops: { slack: starter.id, local: 'ops', subject: 'ops' },
  ana: { slack: ana.id, local: 'ana', subject: 'a' },
};

/** An approval by somebody; what is named is other than it should be. */
export const decide = (
  { engine, request }: Asked,
  actor: Actor,
  given: { approvalId?: string; planDigest?: string } = {},
) => {
  const { id: approvalId, planDigest } = request();
  return engine.operations.decideApproval({ ...as(actor), approvalId, planDigest, decision: 'approve', ...given });
};
/** A hand-over. */
export const handOn = ({ engine, request }: Asked, actor: Actor, to: string, until?: string) =>
  engine.operations.attendApproval({ ...as(actor), approvalId: request().id, order: 'reassign', to, until });
/** An order about the run. */
export const orderRun = ({ engine, runNow }: Asked, order: 'cancel') =>
  engine.operations.orderRun({ principal: { type: 'system' }, cause: 'x', runId: runNow()?.runId ?? '', order });
/** Somebody comes into a role. */
export const join = ({ world }: Asked, role: string, ...ids: string[]) => {
  world.roles[role] = [...(world.roles[role] ?? []), ...ids];
};
