// How a private incident is told: in a private channel of its own, to its members, and nowhere else. No announce channel, no fallback, no
// people outside. Everything that tells of an incident is made with these parts, so that none of it has to know.
import type { IncidentRow } from '../../ports/reads.ts';
import type { TellDeps } from './tell-incident.ts';

/** The parts to tell an incident with; those of every other incident where it is not private. */
export function partsFor(deps: TellDeps, { members }: Pick<IncidentRow, 'members'>): TellDeps {
  if (members === undefined) return deps;
  const { fallbackChannel: _, ...settings } = deps.settings;
  const names = [...members];
  return {
    ...deps,
    announceChannel: async () => null,
    escalation: [],
    settings: { ...settings, invite: names, leads: names, stakeholders: [], privateChannels: true },
  };
}
