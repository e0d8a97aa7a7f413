// Everything people can order, whatever surface they use. Authorises, commands, answers; holds no rule of its own.
import { type IncidentEvent, type Recorded, systemActor } from '../core/events.ts';
import { runOfApproval } from '../core/ids.ts';
import { type IncidentState, openIncident } from '../core/incident/state.ts';
import type { JsonObject } from '../core/json.ts';
import { resolveInputs } from '../core/playbook/match.ts';
import { type Playbook, playbookRef } from '../core/playbook/playbook.ts';
import type { Refusal } from '../core/refusal.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Offer } from '../core/run/draft.ts';
import { dryRun } from '../core/run/dry-run.ts';
import { startEvents } from '../core/run/start.ts';
import type { Correlation } from '../ports/intake.ts';
import type { PlaybookCatalog, RunLookups } from '../ports/ledger.ts';
import type { Directory, Operations, Order } from '../ports/operations.ts';
import type { Admission } from './admission.ts';
import { type CommandDeps, handleCommand } from './handle-command.ts';
import { commit } from './ledger.ts';
import { type PrepareDeps, prepareRun } from './runs/prepare-run.ts';

/** What the operations need. */
export type OperationsDeps = CommandDeps &
  PrepareDeps & {
    readonly lookups: Pick<RunLookups, 'atWork'>;
    readonly directory: () => Directory;
    readonly catalog: PlaybookCatalog;
    readonly correlation: Pick<Correlation, 'nextIncidentNumber'>;
    readonly env: { readonly [name: string]: string };
    readonly admission: Pick<Admission, 'switches' | 'engage' | 'release' | 'storm'>;
    /** Ends the actions of a run in this process at once; other processes learn of it with their next sign of life. */
    readonly abort: (runId: string) => void;
    /** What a worker in this process would start in the same commit. */
    readonly offer: () => Offer | null;
  };

const maxConflicts = 20;
const nameOfScope = (scope: string) => (scope === '*' ? 'every playbook' : `the playbook ${scope}`);
const no = (code: Refusal['code'], message: string) => err<Refusal>({ code, message });

/** The operations. */
export function createOperations(deps: OperationsDeps): Operations {
  const now = () => new Date(deps.runtime.nowMs()).toISOString();

  /** Appends incident events that `decide` gives for the state as it stands. */
  const onIncident: typeof onIncidentInTurn = (order, incidentId, decideOn) =>
    deps.mutex(incidentId, () => onIncidentInTurn(order, incidentId, decideOn));

  async function onIncidentInTurn(
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
      if (typeof change !== 'object') continue;
      deps.committed(change);
      return ok(change.incident);
    }
    throw new Error(`incident ${incidentId} changed under every one of ${maxConflicts} tries`);
  }

  /** The playbook in force and the inputs it would run with. */
  function checked(name: string, given: JsonObject): Result<{ playbook: Playbook; inputs: JsonObject }, Refusal> {
    const playbook = deps.catalog.byName(name);
    if (!playbook) {
      const names = deps.catalog.all().map((one) => one.name);
      return no('not_found', `there is no playbook ${name}; there are ${names.join(', ') || 'none'}`);
    }
    const inputs = resolveInputs(playbook, null, given);
    if (inputs.ok) return ok({ playbook, inputs: inputs.value });
    const message = inputs.error.map((fault) => `${fault.path} ${fault.message}`).join('; ');
    return err({ code: 'invalid', message, faults: inputs.error });
  }

  /** Writes it into the timeline of every incident that it holds up or sets free. */
  async function noteAtWork(order: Order, scope: string, text: string): Promise<void> {
    const note = { type: 'note.added' as const, data: { text } };
    for (const incidentId of await deps.lookups.atWork(scope)) await onIncident(order, incidentId, () => ok([note]));
  }

  const operations: Operations = {
    async dryRun({ actor, playbook: name, inputs: given, incidentId }) {
      const asked = checked(name, given);
      if (!asked.ok) return asked;
      const { playbook, inputs } = asked.value;
      const at = now();
      const loaded = incidentId === null ? null : await deps.store.loadIncident(incidentId);
      if (incidentId !== null && !loaded) return no('not_found', `there is no incident ${incidentId}`);
      const data = { number: 0, title: `Manual run of ${name}`, severity: 3, groupKey: null };
      const incident = loaded?.incident ?? openIncident('inc_0', { type: 'incident.opened', actor, at, data });
      const trigger = { type: 'manual' as const };
      return ok(dryRun({ incident, playbook, inputs, alert: null, actor, at, env: deps.env, trigger }, deps));
    },

    async startRun(order) {
      const asked = checked(order.playbook, order.inputs);
      if (!asked.ok) return asked;
      const { playbook, inputs } = asked.value;
      for (let conflicts = 0; conflicts < maxConflicts; conflicts++) {
        const at = now();
        const loaded = order.incidentId === null ? null : await deps.store.loadIncident(order.incidentId);
        // Looked for after the incident: if it is started in between, the incident has moved on and the commit is refused.
        const there = order.ids ? await deps.store.loadRun(order.ids.run) : null;
        if (there) return ok({ run: there.run, incident: there.incident });
        if (order.incidentId !== null && !loaded) return no('not_found', `there is no incident ${order.incidentId}`);
        const incidentId = loaded?.incident.id ?? order.ids?.incident ?? deps.runtime.newId('inc');
        const events: Recorded[] = [];
        let incident = loaded?.incident ?? null;
        if (!incident) {
          const number = await deps.correlation.nextIncidentNumber();
          const data = { number, title: `Manual run of ${playbook.name}`, severity: 3, groupKey: null };
          const event = { type: 'incident.opened' as const, actor: order.actor, data };
          events.push(event);
          incident = openIncident(incidentId, { ...event, at });
        }
        const prepared = await prepareRun(deps, playbook, { alert: null, inputs, at });
        if (!prepared.ok) return no('invalid', `${playbook.name} cannot start: ${prepared.error}`);
        const runId = order.ids?.run ?? deps.runtime.newId('run');
        const because = order.reason === undefined ? {} : { reason: order.reason };
        const { actor } = order;
        events.push(
          ...startEvents(
            {
              ...{ runId, incident, playbook, inputs, alert: null, actor, at, env: deps.env, ...prepared.value },
              trigger: { type: 'manual', ...because },
            },
            { traits: deps.traits, offer: deps.offer() },
          ),
        );
        const change = await commit(deps.store, {
          ...{ incidentId, incident: loaded?.incident ?? null, expected: loaded?.head ?? null, events, at },
          runs: new Map(),
          playbooks: new Map([[playbookRef(playbook).digest, playbook]]),
          cause: order.cause,
        });
        if (typeof change !== 'object') continue;
        const run = change.runs.find(({ state }) => state.runId === runId)?.state;
        if (!run) throw new Error(`run ${runId} was started and is not there`);
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

    async signalRun({ actor, cause, runId, name, data }) {
      const command = { type: 'signal' as const, name, data };
      const handled = await handleCommand(deps, runId, command, { actor, cause, offer: deps.offer() });
      return handled.ok ? ok(handled.value.run) : handled;
    },

    killSwitches: () => deps.admission.switches(),

    async halt({ actor, cause, scope, reason }) {
      if (scope !== '*' && !deps.catalog.byName(scope))
        return no('not_found', `there is no playbook ${scope}; name one, or * for everything`);
      const killSwitch = await deps.admission.engage(scope, actor, reason);
      await noteAtWork({ actor, cause }, scope, `halted ${nameOfScope(scope)}: ${reason}`);
      return ok(killSwitch);
    },

    async release({ actor, cause, scope }) {
      if (!(await deps.admission.release(scope))) return no('wrong_state', `nothing is halted for ${scope}`);
      await noteAtWork({ actor, cause }, scope, `released ${nameOfScope(scope)}; its runs go on`);
      return ok({ scope });
    },

    async declare({ actor, cause, title, severity }) {
      const incidentId = deps.runtime.newId('inc');
      const number = await deps.correlation.nextIncidentNumber();
      const event = { type: 'incident.opened' as const, actor, data: { number, title, severity, groupKey: null } };
      const draft = { incidentId, incident: null, expected: null, runs: new Map(), playbooks: new Map() };
      const change = await commit(deps.store, { ...draft, events: [event], at: now(), cause });
      if (typeof change !== 'object') throw new Error(`incident id ${incidentId} is taken`);
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
  return {
    ...operations,
    startRun(order) {
      const incidentId = order.incidentId ?? order.ids?.incident;
      const start = () => operations.startRun(order);
      return incidentId === undefined ? start() : deps.mutex(incidentId, start);
    },
  };
}
