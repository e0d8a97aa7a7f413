// The evidence of one attempt: what its playbook says is to be captured of its output, redacted, bounded and kept. Never fails a step.

import type { ArtifactRef, Uncaptured } from '../../core/events.ts';
import type { Captured } from '../../core/evidence/captured.ts';
import { boundedEvidence, bytesOf, type EvidenceContent, isTextual, maxRunBytes } from '../../core/evidence/content.ts';
import type { Json } from '../../core/json.ts';
import { evaluateCapture, stepById } from '../../core/playbook/plan.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import type { Redactor } from '../../core/redact.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { type RunState, stepOf } from '../../core/run/state.ts';
import type { Masker } from '../../core/secret/masker.ts';
import type { Artifacts } from '../../ports/ledger.ts';
import type { Log } from '../../ports/runtime.ts';

/** What capturing needs. */
export type CaptureDeps = {
  readonly artifacts: Pick<Artifacts, 'put'>;
  readonly masker: Masker;
  readonly redact: Redactor;
  readonly log: Log;
};

/** Evidence of a run so far, in bytes. */
const keptBytes = ({ nodes }: RunState): number =>
  Object.values(nodes)
    .flatMap((node) => (node.status === 'succeeded' ? node.artifacts : []))
    .reduce((sum, { bytes }) => sum + bytes, 0);

/** What a plain path such as `output.stdout` names: whole, however long it is; null: it is more than that, or names nothing. */
function plainMember(from: string, output: Json): Result<Json, string> | null {
  const [, path] = /^\s*output((?:\.[A-Za-z_]\w*)*)\s*$/.exec(from) ?? [];
  if (path === undefined) return null;
  let value: Json | undefined = output;
  for (const name of path.split('.').slice(1)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return null;
    value = (value as { readonly [name: string]: Json })[name];
  }
  return value === undefined ? null : ok(value);
}

/** Keeps what is to be captured of an output; undefined: there is none, which is said only where the step had something to capture. */
export async function captureEvidence(
  deps: CaptureDeps,
  { playbook, run, step: key }: { readonly playbook: Playbook; readonly run: RunState; readonly step: string },
  output: Json | undefined,
): Promise<Captured> {
  const artifacts: ArtifactRef[] = [];
  const uncaptured: Uncaptured[] = [];
  if (output === undefined) return { artifacts, uncaptured };
  let room = maxRunBytes - keptBytes(run);
  const missed = (name: string, reason: string) => {
    uncaptured.push({ name, reason: deps.redact.text(reason) });
    deps.log.warn({ runId: run.runId, step: key, name, reason }, 'evidence could not be captured');
  };
  for (const { name, from, type } of stepById(playbook, stepOf(key))?.capture ?? []) {
    const value = plainMember(from, output) ?? evaluateCapture(from, run, key, output);
    if (!value.ok) {
      missed(name, value.error);
      continue;
    }
    const evidence = redactedEvidence(deps, bytesOf(value.value), { declared: type ?? null, room });
    if (!evidence.ok) {
      missed(name, evidence.error);
      continue;
    }
    try {
      artifacts.push(await deps.artifacts.put({ name, incidentId: run.incidentId, evidence: evidence.value }));
      room -= evidence.value.content.length;
    } catch (error) {
      missed(name, `it could not be stored: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { artifacts, uncaptured };
}

/**
 * Evidence without secrets, within its bounds. Text loses them before it is cut: half a secret is not recognised any more. Of other bytes no
 * part can be replaced: those that hold a known secret are refused.
 */
export function redactedEvidence(
  { masker, redact }: Pick<CaptureDeps, 'masker' | 'redact'>,
  content: Buffer,
  bounds: Parameters<typeof boundedEvidence>[1],
): Result<EvidenceContent, string> {
  if (isTextual(content)) return boundedEvidence(Buffer.from(redact.whole(content.toString('utf8'))), bounds);
  const text = content.toString('latin1');
  if (masker.mask(text) !== text) return err('it holds a secret and is no text in which that could be replaced');
  return boundedEvidence(content, bounds);
}
