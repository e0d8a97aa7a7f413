// A run in memory that waits for an approval, with a world outside for a test to change: who belongs to what, what checks answer.
import { Access } from '../../../src/core/authority/access.ts';
import type { People } from '../../../src/core/authority/membership.ts';
import type { Principal } from '../../../src/core/authority/principal.ts';
import type { Actor } from '../../../src/core/events.ts';
import type { Json } from '../../../src/core/json.ts';
import { ana, ben, playbook } from '../given/given.ts';
import { principalOf } from '../given/principals.ts';
import { MemoryEngines } from './memory-engines.ts';

/** Who starts the run. */
export const starter: Actor = { kind: 'user', id: 'U0OPS', name: 'ops' };
/** Who may break the glass. */
export const cto: Actor = { kind: 'user', id: 'U0CTO', name: 'cto' };
/** A caller. */
export const as = (actor: Actor) => ({ principal: principalOf(actor), cause: `by ${actor.id}` });

/** A run that waits for such an approval, started by `starter`. */
export async function askedApproval(approval: string, people: People = {}) {
  const roles: { [name: string]: string[] } = { '@sre': [ana.id, ben.id], '@lead': ['U0LEA'] };
  const world = {
    roles,
    isSure: true,
    gate: { status: 200, body: { ok: true } } as { status: number | null; body: Json },
    /** What single checks answer instead, by name. */
    gates: {} as { [name: string]: { status: number | null; body: Json } },
    delivered: true,
    asked: 0,
    told: [] as { name: string; notice: Json }[],
  };
  const made = new MemoryEngines();
  made.publish({ ...playbook(`  - { id: a, uses: approval, approval: ${approval} }`), name: 'gate' });
  const directory = {
    async belongsTo(principal: ReturnType<typeof principalOf>, names: readonly string[]) {
      const ids = idsOf(principal);
      return names.filter((name) => ids.includes(name) || roles[name]?.some((member) => ids.includes(member)));
    },
    members: async (names: readonly string[]) =>
      names.flatMap((name) => roles[name] ?? (/^U/.test(name) ? [name] : [])),
    standing: async () => 'active' as const,
    candidates: async (names: readonly string[]) => ({
      actors: names.flatMap((name) => (roles[name] ?? []).map((id): Actor => ({ kind: 'user', id }))),
      isSure: world.isSure,
    }),
  };
  const runNow = () => [...made.tables.runs.values()].map(({ state }) => state)[0];
  const approvals = {
    open: async () => {
      const run = runNow();
      if (!run) return [];
      const { runId, incidentId, requestedBy } = run;
      return Object.values(run.approvals)
        .filter(({ status }) => status === 'open')
        .map((one) => ({ runId, incidentId, requestedBy, approval: one }));
    },
    askGate: async ({ name }: { readonly name: string }) => {
      world.asked += 1;
      const { status, body } = world.gates[name] ?? world.gate;
      return { status, body, bodyDigest: 'sha256:x', message: status === null ? 'no connection' : null };
    },
    tell: async (name: string, notice: Json) => {
      world.told.push({ name, notice });
      return {
        delivered: world.delivered,
        status: world.delivered ? 202 : 500,
        message: world.delivered ? null : 'it answered 500',
      };
    },
  };
  const access = Access.parse({ start: ['U0OPS'], bypass: ['U0CTO'] });
  const engine = made.engine({ access, people }, { directory: () => directory, approvals });
  const started = await engine.operations.startRun({ ...as(starter), playbook: 'gate', inputs: {}, incidentId: null });
  if (!started.ok) throw new Error(started.error.message);
  const request = () => {
    const [one] = Object.values(runNow()?.approvals ?? {});
    if (!one) throw new Error('nothing was asked');
    return one;
  };
  const { id: approvalId, planDigest } = request();
  return {
    ...{ engine, world, request, runNow, made },
    /** Lets time pass; a look at the end of each five seconds. */
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 5000) {
        made.ms += Math.min(5000, left);
        await made.deliver(engine);
        await engine.reconcile();
        await made.deliver(engine);
        await engine.attendApprovals();
      }
    },
    approve: (actor: Actor) =>
      engine.operations.decideApproval({ ...as(actor), approvalId, planDigest, decision: 'approve' }),
    breakGlass: (actor: Actor, reason = 'the region burns') =>
      engine.operations.breakGlass({ ...as(actor), approvalId, planDigest, reason }),
  };
}

/** What a role may list of somebody. */
function idsOf(principal: Principal): readonly string[] {
  switch (principal.type) {
    case 'person':
      return [principal.id];
    case 'token':
      return [`token:${principal.name}`];
    case 'local':
      return [`local:${principal.name}`];
    default:
      return [];
  }
}
