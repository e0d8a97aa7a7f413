// What the messages of an incident show besides its read models: the alert that opened it, and the playbooks its runs are pinned to.
import type { Alert } from '../../core/alert/alert.ts';
import type { Json } from '../../core/json.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import type { Redactor } from '../../core/redact.ts';
import type { RunState } from '../../core/run/state.ts';
import { RecordFaultError } from '../../core/timeline/record-fault.ts';
import type { PlaybookVersions } from '../../ports/ledger.ts';
import type { IncidentRow, ReadModels } from '../../ports/reads.ts';

/** The alert without its secrets, and playbooks by digest; one that cannot be believed is left out. */
export type ShownBeside = {
  readonly alert: Alert | null;
  readonly playbooks: ReadonlyMap<string, Playbook>;
};

/** What looking it up needs. */
type ShownBesideDeps = {
  readonly reads: Pick<ReadModels, 'openingAlert'>;
  readonly versions: Pick<PlaybookVersions, 'byDigest'>;
  readonly redact: Redactor;
};

/** Looks it up. */
export async function shownBeside(
  { reads, versions, redact }: ShownBesideDeps,
  incident: IncidentRow,
  runs: readonly RunState[],
): Promise<ShownBeside> {
  const alert = await openingAlert({ reads, redact }, incident);
  const digests = [...new Set(runs.map(({ playbook }) => playbook.digest))];
  const playbooks = new Map<string, Playbook>();
  for (const digest of digests) {
    const playbook = await pinnedPlaybook(versions, digest);
    if (playbook !== null) playbooks.set(digest, playbook);
  }
  return { alert, playbooks };
}

/** The playbook that a run is pinned to; null where it is gone, or not what its digest says. */
export async function pinnedPlaybook(
  versions: Pick<PlaybookVersions, 'byDigest'>,
  digest: string,
): Promise<Playbook | null> {
  try {
    return await versions.byDigest(digest);
  } catch (error) {
    if (error instanceof RecordFaultError) return null;
    throw error;
  }
}

/** The alert that opened an incident, without its secrets; null: none did. */
export async function openingAlert(
  { reads, redact }: Pick<ShownBesideDeps, 'reads' | 'redact'>,
  { id, groupKey }: IncidentRow,
): Promise<Alert | null> {
  // Only alerts open an incident of a group.
  const alert = groupKey === null ? null : await reads.openingAlert(id);
  return alert && (redact(alert as unknown as Json) as unknown as Alert);
}
