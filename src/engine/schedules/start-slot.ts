// Starts the run of a claimed slot, with the playbook and under the ids that the claim names: once, however often and by whomever it is asked.
import { systemPrincipal } from '../../core/authority/principal.ts';
import { systemActor } from '../../core/events.ts';
import { resolveInputs } from '../../core/playbook/match.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import { resourceOfRun } from '../../core/run/resource-of-run.ts';
import type { NewRun } from '../../core/run/started.ts';
import type { ScheduleEntry } from '../../core/schedule/entry.ts';
import { lateAfterMs } from '../../core/system/decide-schedules.ts';
import type { ClaimedSlot } from '../../core/system/schedules.ts';
import { elapsedMs } from '../../core/time.ts';
import type { EventStore, LoadedIncident, LoadedRun, PlaybookVersions } from '../../ports/ledger.ts';
import type { Rehearse } from '../alerts/rehearse.ts';
import type { Pipeline } from '../pipeline.ts';
import { type ProposeParts, proposeStart } from '../runs/propose-start.ts';

/** What it needs. */
export type StartSlotParts = ProposeParts & {
  readonly pipeline: Pick<Pipeline, 'execute'>;
  readonly store: Pick<EventStore, 'loadRun' | 'loadIncident'>;
  readonly versions: Pick<PlaybookVersions, 'byDigest'>;
  readonly rehearse: Rehearse;
};

/** Starts the run of a claim of a schedule by its name. Answers why it can never be started; null: it is started. Rejects where another try may help. */
export type StartSlot = (schedule: string, claim: ClaimedSlot) => Promise<string | null>;

type Place = { readonly incident: LoadedIncident | null; readonly there: LoadedRun | null };

/** Makes it. */
export function createStartSlot(parts: StartSlotParts): StartSlot {
  const { pipeline, store, versions } = parts;
  return async (schedule, claim) => {
    const { playbook: ref, slotAt, runId, incidentId } = claim;
    const playbook = await versions.byDigest(ref.digest);
    const entry = playbook?.schedule?.find(({ name }) => name === schedule);
    if (!playbook || !entry) return `${ref.name} ${ref.version} is not kept with a schedule ${schedule}`;
    const given = entry.drill ? playbook.drill?.inputs : entry.inputs;
    if (given === undefined) return `${ref.name} ${ref.version} has no \`drill:\``;
    const inputs = resolveInputs(playbook, null, given);
    if (!inputs.ok) return inputs.error.map(({ path, message }) => `${path} ${message}`).join('; ');
    const isLate = elapsedMs(slotAt, claim.claimedAt) >= lateAfterMs;
    const outcome = await pipeline.execute<Place>({
      name: 'start_run',
      caller: { principal: systemPrincipal, cause: `schedule ${ref.name}/${schedule} ${slotAt}` },
      right: 'start',
      resourceOf: () => resourceOfRun({ playbook: ref, inputs: inputs.value }, playbook),
      about: () => [],
      missing: `there is no playbook ${ref.name}`,
      // The incident first: if it is started in between, the incident has moved on and the append is refused.
      load: async () => ({ incident: await store.loadIncident(incidentId), there: await store.loadRun(runId) }),
      keyOf: () => incidentId,
      async decide({ incident, there }, { at }) {
        if (there) return { outcome: 'unchanged' };
        const rehearsed = entry.drill ? await parts.rehearse(playbook) : null;
        const gate = claim.isAsked ? gateOf(playbook, entry) : supervisionOf(parts, playbook, entry);
        return proposeStart(parts, {
          playbook,
          inputs: inputs.value,
          incident,
          incidentId,
          title: `Scheduled ${entry.drill ? 'drill' : 'run'} of ${playbook.name} (${schedule})`,
          runId,
          at,
          actor: systemActor,
          trigger: {
            type: 'schedule',
            schedule,
            slotAt,
            ...(isLate ? { late: true as const } : {}),
            ...(entry.drill ? { drill: true as const } : {}),
            ...(rehearsed && { rehearsal: rehearsed.rehearsal }),
          },
          ...(rehearsed && { alert: rehearsed.alert }),
          ...(gate && { gate }),
        });
      },
    });
    if (outcome.outcome !== 'refused') return null;
    const { code, message } = outcome.refusal;
    if (code === 'invalid') return message;
    throw new Error(`the slot ${slotAt} of ${ref.name}/${schedule} was not started: ${message}`);
  };
}

/** Who is asked because the playbook may not act by itself, and why; undefined: nobody. A drill is how it shows that it may. */
function supervisionOf({ admission }: StartSlotParts, playbook: Playbook, { drill }: ScheduleEntry): NewRun['gate'] {
  const reason = drill ? null : admission.supervised(playbook);
  return reason === null ? undefined : { from: [playbook.owner.escalation], reason };
}

/** Who is asked about the first run of a version, and why. */
function gateOf({ name, version }: Playbook, { name: schedule, approval }: ScheduleEntry): NonNullable<NewRun['gate']> {
  if (approval === null) throw new Error(`the schedule ${schedule} of ${name} asks nobody`);
  const reason = `it is the first scheduled run of ${name} ${version} by ${schedule}, or nobody has agreed to one; later ones start unasked until the playbook changes`;
  return { from: approval.from, reason, expiresInMs: approval.expiresInMs };
}
