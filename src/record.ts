// The record for the commands that export and verify it: joins store, keys and engine. Holds no rule.

import type { Config } from './config/environment.ts';
import type { CheckpointRef } from './core/timeline/checkpoint.ts';
import { documentOptions } from './documents.ts';
import { type AuditResult, auditRecord } from './engine/record/audit.ts';
import type { ExportDeps } from './engine/record/export-timeline.ts';
import { openSigner, ownPublicKey, publicKeyFrom } from './store/ledger/signing-key.ts';
import type { Store } from './store/open.ts';

export { publicKeyFrom, SigningKeyError } from './store/ledger/signing-key.ts';

/** What exports need; the key is looked for, or made, only when a bundle is signed. */
export function exportDeps(config: Config, { events, artifacts, checkpoints }: Store): ExportDeps {
  return { events, artifacts, checkpoints, signer: () => openSigner(config), documents: documentOptions(config) };
}

/**
 * Verifies the whole record, also while it goes on.
 * @param options.keys the public keys to trust, as a person names them; none: the key of this Firebreak
 * @throws SigningKeyError if a key cannot be read
 */
export async function auditStore(
  config: Config,
  store: Store,
  options: {
    readonly keys?: readonly string[];
    /** Checkpoints that a witness outside has. */
    readonly witnessed?: readonly CheckpointRef[];
    readonly progress?: (streams: number) => void;
  } = {},
): Promise<AuditResult> {
  const named = (options.keys ?? []).map(publicKeyFrom);
  const own = named.length > 0 ? null : ownPublicKey(config);
  // Recalled before the snapshot: a checkpoint made in between must not look lost.
  const remembered = store.witness.recall();
  const { progress, witnessed = [] } = options;
  const refs = remembered === null ? witnessed : [...witnessed, remembered];
  return store.snapshot((record) =>
    auditRecord(record, { trusted: own === null ? named : [own], remembered: refs, ...(progress ? { progress } : {}) }),
  );
}
