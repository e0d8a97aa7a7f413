// When an incident has to be advanced although nothing happens to it. Says when, never what is to be done: decide.ts does.
import { evidenceDueAt } from '../evidence/owed.ts';
import { addMs } from '../time.ts';
import type { IncidentRules } from './rules.ts';
import { type IncidentState, leadOf } from './state.ts';

/** The next instant at which something is to be done for it; null if nothing but a command or an alert can change it. */
export const incidentWakeAt = (state: IncidentState, rules: IncidentRules): string | null =>
  firstOf(timerDueAt(state, rules), evidenceDueAt(state));

/** The next instant at which `advance` would change something; null: there is none. */
export function timerDueAt(state: IncidentState, rules: IncidentRules): string | null {
  switch (state.status) {
    case 'open':
      return firstOf(
        state.settlesAt ?? null,
        acknowledgedUntil(state, rules),
        leadDueAt(state, rules),
        updateDueAt(state, rules),
      );
    case 'resolved':
      return state.resolvedAt === null || rules.closeAfterMs === null
        ? null
        : addMs(state.resolvedAt, rules.closeAfterMs);
    case 'closed':
      return archiveDueAt(state, rules);
  }
}

const firstOf = (...instants: readonly (string | null)[]): string | null =>
  instants.filter((at) => at !== null).toSorted()[0] ?? null;

/** When the acknowledgement of an open incident ends by itself; null: there is none, or it holds to the end. */
export function acknowledgedUntil(
  { status, acknowledgedAt }: Pick<IncidentState, 'status' | 'acknowledgedAt'>,
  { acknowledgeForMs }: Pick<IncidentRules, 'acknowledgeForMs'>,
): string | null {
  return status !== 'open' || acknowledgedAt === null || acknowledgeForMs === null
    ? null
    : addMs(acknowledgedAt, acknowledgeForMs);
}

/** When people are told that nobody leads it; null: somebody does, they were told, or its severity needs nobody. */
export function leadDueAt(state: IncidentState, { leadWithinMs }: Pick<IncidentRules, 'leadWithinMs'>): string | null {
  const within = leadWithinMs[state.severity];
  if (within === undefined || state.kind === 'operation' || state.status !== 'open') return null;
  return state.vacantAt !== undefined || leadOf(state) !== null ? null : addMs(state.openedAt, within);
}

/** When an update for people outside is asked for; null: nobody leads it, one is asked for already, or its severity needs none. */
export function updateDueAt(
  state: IncidentState,
  { updateEveryMs }: Pick<IncidentRules, 'updateEveryMs'>,
): string | null {
  const every = updateEveryMs[state.severity];
  if (every === undefined || state.kind === 'operation' || state.status !== 'open') return null;
  if (state.updateDueAt !== undefined || leadOf(state) === null) return null;
  return state.updatesSnoozedUntil ?? addMs(state.update?.at ?? state.openedAt, every);
}

/** When the channel of a closed incident is given up; null: never, or it was. */
export function archiveDueAt(
  { status, closedAt, channel, channelRetiredAt }: IncidentState,
  { archiveAfterMs }: Pick<IncidentRules, 'archiveAfterMs'>,
): string | null {
  if (status !== 'closed' || closedAt === null || channel === null || channelRetiredAt !== undefined) return null;
  return archiveAfterMs === null ? null : addMs(closedAt, archiveAfterMs);
}
