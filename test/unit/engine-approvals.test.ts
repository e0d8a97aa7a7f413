// What people do about requests for approval on a whole engine in memory: who may, to whom a request can be handed on, and that somebody who
// was deactivated, or has left the role, decides nothing.
import { describe, expect, it } from 'vitest';
import { Access } from '../../src/core/authority/access.ts';
import { authorise, namesToAsk } from '../../src/core/authority/authorise.ts';
import type { Principal } from '../../src/core/authority/principal.ts';
import type { Actor } from '../../src/core/events.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana, ben, playbook } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';

const mallory: Actor = { kind: 'user', id: 'U0MALLORY', name: 'mallory' };
const gate = '  - { id: a, uses: approval, approval: { from: ["@sre"], expiresIn: 10m, escalate: ["@lead"] } }';
const as = (actor: Actor) => ({ principal: principalOf(actor), cause: `by ${actor.id}` });

/** A request that waits, and who belongs to what, for the test to change. */
async function asked(order: readonly string[] = []) {
  const roles: { [name: string]: string[] } = { '@sre': [ana.id, ben.id], '@lead': ['U0LEA'], '@ops': ['U0OPS'] };
  const gone = new Set<string>();
  const directory = {
    async belongsTo(principal: ReturnType<typeof principalOf>, names: readonly string[]) {
      const id = principal.type === 'person' && !gone.has(principal.id) ? principal.id : '';
      return names.filter((name) => name === id || roles[name]?.includes(id));
    },
    members: async (names: readonly string[]) =>
      names.flatMap((name) => roles[name] ?? (/^U/.test(name) ? [name] : [])),
    standing: async (user: string) => (gone.has(user) ? ('gone' as const) : ('active' as const)),
  };
  const made = new MemoryEngines();
  made.publish({ ...playbook(gate), name: 'gate' });
  const access = Access.parse({ start: ['U0OPS'], order: [...order] });
  const { operations } = made.engine({ access }, { directory: () => directory });
  const starter: Actor = { kind: 'user', id: 'U0OPS', name: 'ops' };
  const started = await operations.startRun({ ...as(starter), playbook: 'gate', inputs: {}, incidentId: null });
  if (!started.ok) throw new Error(started.error.message);
  const [one] = Object.values(started.value.run.approvals);
  if (!one) throw new Error('nothing was asked');
  const { id: approvalId, planDigest } = one;
  return {
    ...{ operations, roles, gone, approvalId },
    approve: (actor: Actor) => operations.decideApproval({ ...as(actor), approvalId, planDigest, decision: 'approve' }),
    reassign: (actor: Actor, to: string) =>
      operations.attendApproval({ ...as(actor), approvalId, order: 'reassign', to }),
    remind: (actor: Actor) => operations.attendApproval({ ...as(actor), approvalId, order: 'remind' }),
  };
}

const refused = (code: string) => ({ ok: false, error: { code } });

describe('a request for approval', () => {
  it('is seen to by those who may decide it or may order runs, and by nobody else', async () => {
    const { remind, operations, approvalId } = await asked(['@ops']);
    expect(await remind(mallory)).toMatchObject({ error: { code: 'not_allowed', right: 'attend' } });
    expect(await remind({ kind: 'user', id: 'U0OPS', name: 'ops' })).toMatchObject({ ok: true });
    const question = { ...as(ben), approvalId, order: 'question', question: 'why?' } as const;
    expect(await operations.attendApproval(question)).toMatchObject({ ok: true });
    expect(await operations.attendApproval({ ...question, approvalId: 'constructor' })).toMatchObject(
      refused('not_found'),
    );
    expect(await operations.attendApproval({ ...question, ...as(mallory) })).toMatchObject(refused('not_allowed'));
  });

  it('gives whoever may order runs no way to decide it', async () => {
    const { reassign, approve } = await asked(['@ops']);
    const ops: Actor = { kind: 'user', id: 'U0OPS', name: 'ops' };
    expect(await reassign(ops, 'U0OPS')).toMatchObject(refused('not_allowed'));
    expect(await reassign(ops, '@ops')).toMatchObject(refused('not_allowed'));
    expect(await approve(ops)).toMatchObject(refused('not_allowed'));
  });

  it('goes to a role of its rule, or to one of its people, and to nobody who is not there', async () => {
    const { reassign, approve, gone } = await asked();
    expect(await reassign(ana, 'U0NOBODY')).toMatchObject(refused('not_allowed'));
    expect(await reassign(ana, '@nobody')).toMatchObject(refused('not_allowed'));
    gone.add(ben.id);
    expect(await reassign(ana, ben.id)).toMatchObject(refused('not_allowed'));
    gone.delete(ben.id);
    expect(await reassign(ana, ben.id)).toMatchObject({ ok: true, value: { approval: { assigned: [ben.id] } } });
    expect(await approve(ana)).toMatchObject({ error: { code: 'not_allowed', message: 'only U0BEN may decide this' } });
    expect(await reassign(ana, '@lead')).toMatchObject({ ok: true, value: { approval: { assigned: ['@lead'] } } });
    expect(await approve({ kind: 'user', id: 'U0LEA', name: 'lea' })).toMatchObject({ ok: true });
  });

  it('is not decided by somebody who left the role since it was handed on, nor by one who was deactivated', async () => {
    const { reassign, approve, roles, gone } = await asked();
    await reassign(ana, ben.id);
    roles['@sre'] = [ana.id];
    expect(await approve(ben)).toMatchObject(refused('not_allowed'));
    roles['@sre'] = [ana.id, ben.id];
    gone.add(ben.id);
    expect(await approve(ben)).toMatchObject(refused('not_allowed'));
    gone.delete(ben.id);
    expect(await approve(ben)).toMatchObject({ ok: true, value: { approval: { status: 'granted' } } });
  });
});

describe('seeing to an approval', () => {
  const person = principalOf(ana);
  const token = { type: 'token', name: 'ci', rights: ['start'], owner: null, via: 'api' } as const;
  const may = (principal: Principal, belongsTo: readonly string[], access: object = { order: ['@ops'] }) => {
    const resource = { approvers: ['@sre'], playbook: 'restart' };
    const question = { principal, right: 'attend', resource, access: Access.parse(access) } as const;
    expect(principal.type === 'sender' || namesToAsk(question).includes('@sre')).toBe(true);
    return authorise({ ...question, belongsTo });
  };

  it('takes somebody who may decide it, or who may order its run', () => {
    expect(may(person, ['@sre']).ok).toBe(true);
    expect(may(person, ['@ops']).ok).toBe(true);
    expect(may({ type: 'local', name: 'root', person: null, via: 'cli' }, []).ok).toBe(true);
    expect(may({ ...token, rights: ['order'] }, []).ok).toBe(true);
    expect(may(token, []).ok).toBe(false);
    expect(may({ type: 'sender', source: 'alertmanager', integration: 'prod' }, ['@sre']).ok).toBe(false);
    const bound = { order: [{ who: ['@ops'], playbooks: ['another'] }] };
    expect(may(person, ['@ops'], bound).ok).toBe(false);
  });

  it('is refused to a stranger with the names of those who may', () => {
    expect(may(person, ['everyone'])).toMatchObject({
      error: {
        code: 'not_allowed',
        right: 'attend',
        message: 'only @sre, @ops may see to this request: whoever may decide it, or may order runs',
      },
    });
  });
});
