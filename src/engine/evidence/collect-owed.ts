// Keeps the evidence that incidents owe: fetches it, redacts and bounds it, stores it, and has the incident record how that ended. What is
// owed stands in the incident itself, so that no crash loses it; fetching twice is harmless. In nobody's way: nothing waits for it.
import { systemPrincipal } from '../../core/authority/principal.ts';
import type { ArtifactRef } from '../../core/events.ts';
import { maxItemBytes, maxRunBytes } from '../../core/evidence/content.ts';
import { dueEvidence } from '../../core/evidence/owed.ts';
import type { OwedEvidence } from '../../core/evidence/owed-evidence.ts';
import type { IncidentCommand } from '../../core/incident/command.ts';
import type { EvidenceIndex, FetchEvidence } from '../../ports/evidence.ts';
import type { Artifacts, EventStore, LoadedIncident } from '../../ports/ledger.ts';
import type { Log, Runtime } from '../../ports/runtime.ts';
import type { CommandIncident } from '../incidents/incident-operations.ts';
import { believed } from '../record/believed.ts';
import { type CaptureDeps, redactedEvidence } from '../runs/capture-evidence.ts';

/** What collecting needs. */
export type CollectParts = Pick<CaptureDeps, 'masker' | 'redact'> & {
  readonly events: Pick<EventStore, 'loadIncident'>;
  readonly artifacts: Pick<Artifacts, 'put'>;
  readonly evidence: Pick<EvidenceIndex, 'bytesIn'>;
  readonly fetch: FetchEvidence;
  readonly commandIncident: CommandIncident;
  /** False: this process fetches nothing. */
  readonly works: boolean;
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly log: Log;
};

/** Fetches evidence in the background. */
export type Collector = {
  /** Begins what is due of an incident, as far as there is room; what is under way is not begun again. Never rejects. */
  readonly collect: (incidentId: string) => Promise<void>;
  /** Ends what is under way. Resolves when nothing is. */
  readonly stop: () => Promise<void>;
};

/** Fetched at once in one process, and how long one may take, in milliseconds. */
const maxAtOnce = 4;
const timeoutMs = 20_000;

const caller = { principal: systemPrincipal, cause: 'evidence' };

/** Makes the collector of one process. */
export function createCollector(parts: CollectParts): Collector {
  const underWay = new Map<string, Promise<void>>();
  const ending = new AbortController();

  async function settle(incidentId: string, command: IncidentCommand): Promise<void> {
    const outcome = await parts.commandIncident(caller, incidentId, command);
    if (outcome.outcome === 'refused')
      parts.log.warn({ incidentId, error: outcome.refusal.message }, 'what became of evidence could not be recorded');
  }

  async function one({ incident }: LoadedIncident, key: string, owed: OwedEvidence): Promise<void> {
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(timeoutMs)]);
    const outcome = await kept(parts, { incident, owed, signal });
    // Ended, not failed: whoever starts next tries again.
    if (ending.signal.aborted) return;
    await settle(
      incident.id,
      'artifacts' in outcome
        ? { type: 'record_evidence', key, artifacts: outcome.artifacts }
        : { type: 'record_evidence_failure', key, ...outcome },
    );
  }

  return {
    async collect(incidentId) {
      if (!parts.works) return;
      const loaded = await believed(parts.events.loadIncident(incidentId));
      if (!loaded || ending.signal.aborted) return;
      const at = new Date(parts.runtime.nowMs()).toISOString();
      for (const [key, owed] of dueEvidence(loaded.incident, at)) {
        const id = `${incidentId}/${key}`;
        if (underWay.has(id) || underWay.size >= maxAtOnce) continue;
        const work = one(loaded, key, owed)
          .catch((error: unknown) => parts.log.error({ err: error, incidentId, key }, 'evidence could not be kept'))
          .finally(() => underWay.delete(id));
        underWay.set(id, work);
      }
    },
    async stop() {
      ending.abort();
      await Promise.all(underWay.values());
    },
  };
}

type Failure = { readonly reason: string; readonly mayPass: boolean };

/** Fetches and stores one piece, in as many parts as its source has. */
async function kept(
  parts: CollectParts,
  given: {
    readonly incident: LoadedIncident['incident'];
    readonly owed: OwedEvidence;
    readonly signal: AbortSignal;
  },
): Promise<{ readonly artifacts: readonly ArtifactRef[] } | Failure> {
  const { incident, owed, signal } = given;
  const { id, number } = incident;
  const { name, from } = owed;
  const fetched = await parts.fetch({ name, from, incident: { id, number }, signal });
  const failed = (reason: string, mayPass: boolean): Failure => ({ reason: parts.redact.text(reason), mayPass });
  if (fetched.outcome === 'failed') return failed(fetched.reason, fetched.mayPass);
  const artifacts: ArtifactRef[] = [];
  for (const part of fetched.parts) {
    const room = maxRunBytes - (await parts.evidence.bytesIn(id));
    const bounds = { declared: part.declared, room: Math.min(room, maxItemBytes), lost: part.lostBytes };
    const evidence = redactedEvidence(parts, part.content, bounds);
    if (!evidence.ok) return failed(`${part.name}: ${evidence.error}`, false);
    artifacts.push(
      await parts.artifacts.put({ name: parts.redact.text(part.name), incidentId: id, evidence: evidence.value }),
    );
  }
  return { artifacts };
}
