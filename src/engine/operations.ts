// Everything people can order, whatever surface they use. Authorises, commands, answers; holds no rule of its own.
import { type IncidentEvent, type Recorded, systemActor } from '../core/events.ts';
import { runOfApproval } from '../core/ids.ts';
import { type IncidentState, openIncident } from '../core/incident.ts';
import { resolveInputs } from '../core/playbook/match.ts';
import { playbookRef } from '../core/playbook/playbook.ts';
import type { Refusal } from '../core/refusal.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Offer } from '../core/run/draft.ts';
import { startEvents } from '../core/run/start.ts';
import type { Correlation, Directory, Operations, Order, PlaybookCatalog } from '../ports.ts';
import { type CommandDeps, handleCommand } from './handle-command.ts';
import { commit } from './ledger.ts';

/** What the operations need. */
export type OperationsDeps = CommandDeps & {
  readonly directory: () => Directory;
  readonly catalog: PlaybookCatalog;
  readonly correlation: Pick<Correlation, 'nextIncidentNumber'>;
  readonly env: { readonly [name: string]: string };
  /** Ends the actions of a run in this process at once; other processes learn of it with their next sign of life. */
  readonly abort: (runId: string) => void;
  /** What a worker in this process would start in the same commit. */
  readonly offer: () => Offer | null;
};

const maxConflicts = 20;
const no = (code: Refusal['code'], message: string) => err<Refusal>({ code, message });

/** The operations. */
export function createOperations(deps: OperationsDeps): Operations {
  const now = () => new Date(deps.host.nowMs()).toISOString();

  /** Appends incident events that `decide` gives for the state as it stands. */
  async function onIncident(
    { actor, cause }: Order,
    incidentId: string,
    decideOn: (incident: IncidentState) => Result<readonly IncidentEvent[], Refusal>,
  ): Promise<Result<IncidentState, Refusal>> {
    for (let conflicts = 0; conflicts < maxConflicts; conflicts++) {
      const loaded = await deps.store.loadIncident(incidentId);
      if (!loaded) return no('not_found', `there is no incident ${incidentId}`);
      const decision = decideOn(loaded.incident);
      if (!decision.ok) return decision;
      if (decision.value.length === 0) return ok(loaded.incident);
      const events: Recorded[] = decision.value.map((event) => ({ ...event, actor }));
      const draft = {
        incidentId,
        incident: loaded.incident,
        expected: loaded.head,
        runs: new Map(),
        playbooks: new Map(),
      };
      const change = await commit(deps.store, { ...draft, events, at: now(), cause });
      if (!change) continue;
      deps.committed(change);
      return ok(change.incident);
    }
    throw new Error(`incident ${incidentId} changed under every one of ${maxConflicts} tries`);
  }

  return {
    async startRun(order) {
      const playbook = deps.catalog.byName(order.playbook);
      if (!playbook) {
        const names = deps.catalog.all().map(({ name }) => name);
        return no('not_found', `there is no playbook ${order.playbook}; there are ${names.join(', ') || 'none'}`);
      }
      const inputs = resolveInputs(playbook, null, order.inputs);
      if (!inputs.ok) {
        const message = inputs.error.map((fault) => `${fault.path} ${fault.message}`).join('; ');
        return err({ code: 'invalid', message, faults: inputs.error });
      }
      for (let conflicts = 0; conflicts < maxConflicts; conflicts++) {
        const at = now();
        const loaded = order.incidentId === null ? null : await deps.store.loadIncident(order.incidentId);
        if (order.incidentId !== null && !loaded) return no('not_found', `there is no incident ${order.incidentId}`);
        const incidentId = loaded?.incident.id ?? deps.host.newId('inc');
        const events: Recorded[] = [];
        let incident = loaded?.incident ?? null;
        if (!incident) {
          const number = await deps.correlation.nextIncidentNumber();
          const data = { number, title: `Manual run of ${playbook.name}`, severity: 3, groupKey: null };
          const event = { type: 'incident.opened' as const, actor: order.actor, data };
          events.push(event);
          incident = openIncident(incidentId, { ...event, at });
        }
        const runId = deps.host.newId('run');
        const because = order.reason === undefined ? {} : { reason: order.reason };
        events.push(
          ...startEvents({
            ...{ runId, incident, playbook, inputs: inputs.value, alert: null, actor: order.actor, at, env: deps.env },
            trigger: { type: 'manual', ...because },
            offer: deps.offer(),
          }),
        );
        const change = await commit(deps.store, {
          ...{ incidentId, incident: loaded?.incident ?? null, expected: loaded?.head ?? null, events, at },
          runs: new Map(),
          playbooks: new Map([[playbookRef(playbook).digest, playbook]]),
          cause: order.cause,
        });
        const run = change?.runs[0]?.state;
        if (!change || !run) continue;
        deps.committed(change);
        return ok({ run, incident: change.incident });
      }
      throw new Error('the incident changed under every try to start a run');
    },

    async decideApproval({ actor, cause, approvalId, decision, planDigest, reason }) {
      const runId = runOfApproval(approvalId);
      const loaded = runId === null ? null : await deps.store.loadRun(runId);
      const approval = loaded?.run.approvals[approvalId];
      if (!loaded || !approval) return no('not_found', `there is no approval ${approvalId}`);
      const names = [...approval.rule.from, ...approval.rule.escalate];
      const as = await deps.directory().belongsTo(actor, names);
      const command = { type: decision, approvalId, as, planDigest, reason };
      const handled = await handleCommand(deps, loaded.run.runId, command, { actor, cause, offer: deps.offer() });
      if (!handled.ok) return handled;
      const decided = handled.value.run.approvals[approvalId] ?? approval;
      return ok({ run: handled.value.run, approval: decided });
    },

    async orderRun({ actor, cause, runId, order, step, reason }) {
      const handled = await handleCommand(
        deps,
        runId,
        { type: order, step, reason },
        { actor, cause, offer: deps.offer() },
      );
      if (!handled.ok) return handled;
      if (handled.value.run.status === 'cancelling') deps.abort(runId);
      return ok(handled.value.run);
    },

    async declare({ actor, cause, title, severity }) {
      const incidentId = deps.host.newId('inc');
      const number = await deps.correlation.nextIncidentNumber();
      const event = { type: 'incident.opened' as const, actor, data: { number, title, severity, groupKey: null } };
      const draft = { incidentId, incident: null, expected: null, runs: new Map(), playbooks: new Map() };
      const change = await commit(deps.store, { ...draft, events: [event], at: now(), cause });
      if (!change) throw new Error(`incident id ${incidentId} is taken`);
      deps.committed(change);
      return ok(change.incident);
    },

    note: (order) =>
      onIncident(order, order.incidentId, () => ok([{ type: 'note.added', data: { text: order.text } }])),

    setSeverity: (order) =>
      onIncident(order, order.incidentId, ({ severity }) =>
        severity === order.severity
          ? no('wrong_state', `the severity is ${severity} already`)
          : ok([{ type: 'severity.changed', data: { from: severity, to: order.severity } }]),
      ),

    assignRole: (order) =>
      onIncident(order, order.incidentId, () =>
        ok([{ type: 'role.assigned', data: { role: order.role, user: order.user } }]),
      ),

    resolveIncident: (order) =>
      onIncident(order, order.incidentId, ({ status }) =>
        status === 'open'
          ? ok([{ type: 'incident.resolved', data: { reason: order.reason } }])
          : no('wrong_state', `the incident is ${status} already`),
      ),

    closeIncident: (order) =>
      onIncident(order, order.incidentId, ({ status }) =>
        status === 'closed'
          ? no('wrong_state', 'the incident is closed already')
          : ok([{ type: 'incident.closed', data: { reason: order.reason } }]),
      ),

    recordChat: (order) =>
      onIncident({ actor: systemActor, cause: order.cause }, order.incidentId, () => ok([order.event])),
  };
}
