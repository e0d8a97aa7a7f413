// What became of the evidence that one attempt of a step was to keep. Types and their form in events only.
import type { ArtifactRef, Uncaptured } from './artifact-ref.ts';

/** What was kept, and what could not be. */
export type Captured = { readonly artifacts: readonly ArtifactRef[]; readonly uncaptured: readonly Uncaptured[] };

/** As events have it: nothing where there is nothing. */
export const shownEvidence = (captured: Captured | undefined) => ({
  ...(captured && captured.artifacts.length > 0 ? { artifacts: [...captured.artifacts] } : {}),
  ...(captured && captured.uncaptured.length > 0 ? { uncaptured: [...captured.uncaptured] } : {}),
});
