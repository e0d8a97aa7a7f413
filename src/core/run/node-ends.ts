// How a node ends that no action had to be called for: without ever starting, or by itself. Decides neither. Pure.
import type { Json } from '../json.ts';
import { type RunDraft, recordFailure } from './draft.ts';
import { nodeOf } from './state.ts';

/** Records that a step will never start in this round: what is not recorded would be waited for for ever. */
export function failBeforeStart(
  draft: RunDraft,
  step: string,
  failure: 'denied' | 'invalid' | 'timeout',
  code: string,
  message: string,
): void {
  recordFailure(draft, step, 0, { class: failure, code, message }, 0);
}

/** A node that no action had to be called for. */
export function succeed(draft: RunDraft, step: string, output: Json, tookMs: number): void {
  const attempt = nodeOf(draft.state, step).attempts;
  const data = { artifacts: [], attempt, durationMs: tookMs, output, runId: draft.state.runId, step };
  draft.record({ type: 'step.succeeded', data });
}
