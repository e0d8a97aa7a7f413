// What people, edges and timers may ask of incidents. Each is one command of the pipeline; the incident's decider holds the rules.
import { actorOf, type Caller, systemPrincipal } from '../../core/authority/principal.ts';
import type { NeededRight } from '../../core/authority/right.ts';
import { memberName } from '../../core/authority/sight.ts';
import type { IncidentCommand } from '../../core/incident/command.ts';
import { decideIncident } from '../../core/incident/decide.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import { err, ok } from '../../core/result.ts';
import type { LoadedIncident } from '../../ports/ledger.ts';
import type { IncidentOperations } from '../../ports/operations.ts';
import { answerOf, type Outcome } from '../outcome.ts';
import { namesToRemove } from './members.ts';
import { openInGroupOf } from './open-in-group.ts';
import { type IncidentParts, propose } from './propose.ts';
import { createSplit } from './split-incident.ts';

/** An incident, and the one that is open in its group if it has ended. */
type InGroup = LoadedIncident & { readonly openInGroup: LoadedIncident | null };

/** Commands one incident that is there. */
export type CommandIncident = (
  caller: Caller,
  incidentId: string,
  command: IncidentCommand,
  right?: NeededRight,
) => Promise<Outcome<LoadedIncident>>;

/** Makes the way to command incidents. */
export function createCommandIncident({ pipeline, store, rules, correlation }: IncidentParts): CommandIncident {
  return ({ principal, cause }, incidentId, command, right = 'respond') =>
    pipeline.execute<InGroup>({
      name: command.type,
      caller: { principal, cause },
      right,
      resourceOf: () => ({}),
      about: ({ incident }) => [incident],
      missing: `there is no incident ${incidentId}`,
      async load() {
        const loaded = await store.loadIncident(incidentId);
        return loaded && { ...loaded, openInGroup: await openInGroupOf(correlation, loaded) };
      },
      keyOf: ({ incident }) => incident.id,
      decide: ({ openInGroup, ...loaded }, { at }) =>
        propose(loaded, command, { at, actor: actorOf(principal), rules, openInGroup: openInGroup?.incident ?? null }),
    });
}

const stateOf = (outcome: Outcome<LoadedIncident>) =>
  answerOf<LoadedIncident, IncidentState>(outcome, {
    committed: ({ incident }) => incident,
    unchanged: ({ incident }) => incident,
  });

/** The operations on incidents. */
export function createIncidentOperations(parts: IncidentParts, commandIncident: CommandIncident): IncidentOperations {
  const onIncident = async (caller: Caller, incidentId: string, command: IncidentCommand) =>
    stateOf(await commandIncident(caller, incidentId, command));
  const because = (reason: string | undefined) => (reason === undefined ? {} : { reason });

  return {
    declare: createDeclare(parts),
    acknowledge: ({ incidentId, reason, ...caller }) =>
      onIncident(caller, incidentId, { type: 'acknowledge', ...because(reason) }),
    note: ({ incidentId, text, ...caller }) => onIncident(caller, incidentId, { type: 'note', text }),
    setSeverity: ({ incidentId, severity, reason, ...caller }) =>
      onIncident(caller, incidentId, { type: 'set_severity', severity, ...because(reason) }),
    assignRole: ({ incidentId, role, user, expected, ...caller }) =>
      onIncident(caller, incidentId, { type: 'assign_role', role, user, expected }),
    keepMessage: ({ incidentId, message, ...caller }) =>
      onIncident(caller, incidentId, { type: 'keep_message', ...message }),
    giveUpdate: ({ incidentId, text, ...caller }) => onIncident(caller, incidentId, { type: 'give_update', text }),
    snoozeUpdates: ({ incidentId, forMs, ...caller }) =>
      onIncident(caller, incidentId, { type: 'snooze_updates', forMs }),
    mitigate: ({ incidentId, reason, ...caller }) =>
      onIncident(caller, incidentId, { type: 'mitigate', ...because(reason) }),
    addMembers: ({ incidentId, members, ...caller }) =>
      onIncident(caller, incidentId, { type: 'add_members', members }),
    removeMembers: async ({ incidentId, members, ...caller }) =>
      onIncident(caller, incidentId, {
        type: 'remove_members',
        members: await namesToRemove(parts, { incidentId, members }),
      }),
    merge: createMerge(parts),
    split: createSplit(parts),
    resolveIncident: ({ incidentId, reason, ...caller }) => onIncident(caller, incidentId, { type: 'resolve', reason }),
    reopenIncident: ({ incidentId, reason, ...caller }) => onIncident(caller, incidentId, { type: 'reopen', reason }),
    closeIncident: ({ incidentId, reason, ...caller }) => onIncident(caller, incidentId, { type: 'close', reason }),
    recordExport: async ({ incidentId, format, digest, ...caller }) =>
      stateOf(await commandIncident(caller, incidentId, { type: 'record_export', format, digest }, 'view')),
    async record({ incidentId, command, cause }) {
      const caller = { principal: systemPrincipal, cause };
      if (command.type !== 'record_left') return onIncident(caller, incidentId, command);
      const { members } = command;
      return onIncident(caller, incidentId, {
        ...command,
        members: await namesToRemove(parts, { incidentId, members }),
      });
    },
  };
}

/** Opens an incident by hand. */
function createDeclare({ pipeline, store, runtime, correlation, rules }: IncidentParts): IncidentOperations['declare'] {
  return async ({ principal, cause, title, severity, service, privateTo, id }) => {
    const incidentId = id ?? runtime.newId('inc');
    const outcome = await pipeline.execute<{ readonly before: LoadedIncident | null }>({
      name: 'declare',
      caller: { principal, cause },
      right: 'respond',
      resourceOf: () => ({}),
      about: ({ before }) => (before ? [before.incident] : []),
      missing: 'nothing is missing for a new incident',
      load: async () => ({ before: id === undefined ? null : await store.loadIncident(id) }),
      keyOf: () => null,
      async decide({ before }, { at }) {
        if (before) return { outcome: 'unchanged' };
        const number = await correlation.nextIncidentNumber();
        const members = privateTo && [...new Set([memberName(principal), ...privateTo])];
        const command = { type: 'declare' as const, incidentId, number, title, severity, service, members };
        const context = { at, actor: actorOf(principal), rules, openInGroup: null };
        const decision = decideIncident(null, command, context);
        if (!decision.ok) return { outcome: 'refused', refusal: decision.error };
        const { events, state: incident } = decision.value;
        if (incident === null) throw new Error('an incident was declared and is not there');
        return {
          outcome: 'proposed',
          proposals: [{ stream: 'incident', incidentId, before: null, incident, events, runs: [] }],
        };
      },
    });
    if (outcome.outcome === 'refused') return err(outcome.refusal);
    if (outcome.outcome === 'committed') return ok(outcome.changes[0].incident);
    const { before } = outcome.loaded;
    if (!before) throw new Error('an incident was declared and nothing was written');
    return ok(before.incident);
  };
}

type Pair = { readonly from: LoadedIncident; readonly into: InGroup };

/** Ends one incident in another: both streams in one transaction. */
function createMerge({ pipeline, store, rules, correlation }: IncidentParts): IncidentOperations['merge'] {
  return async ({ principal, cause, incidentId, into: intoId }) => {
    const outcome = await pipeline.execute<Pair>({
      name: 'merge',
      caller: { principal, cause },
      right: 'respond',
      resourceOf: () => ({}),
      about: ({ from, into }) => [from.incident, into.incident],
      missing: `there is no incident ${incidentId}, or none ${intoId}`,
      async load() {
        const [from, into] = await Promise.all([store.loadIncident(incidentId), store.loadIncident(intoId)]);
        return from && into ? { from, into: { ...into, openInGroup: await openInGroupOf(correlation, into) } } : null;
      },
      // The other stream is met in the ledger: two keys at once could wait for each other.
      keyOf: ({ into }) => into.incident.id,
      decide({ from, into: { openInGroup, ...into } }, { at }) {
        const context = { at, actor: actorOf(principal), rules, openInGroup: openInGroup?.incident ?? null };
        const ended = propose(from, { type: 'merge_into', into: into.incident }, context);
        if (ended.outcome !== 'proposed') return ended;
        const joined = propose(into, { type: 'absorb', from: from.incident }, context);
        if (joined.outcome !== 'proposed') return joined;
        const [survivor] = joined.proposals;
        const alerts = Object.entries(from.incident.alerts).map(([fingerprint, { status }]) => ({
          fingerprint,
          active: status === 'firing',
        }));
        return { outcome: 'proposed', proposals: [{ ...survivor, alerts }, ...ended.proposals] };
      },
    });
    return answerOf(outcome, {
      committed: ({ incident }) => incident,
      unchanged: ({ into }) => into.incident,
    });
  };
}
