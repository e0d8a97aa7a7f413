// How events name evidence: by digest, with what is shown of it before it is fetched. Schemas only.
import { z } from 'zod';

/** Evidence kept by digest. */
export const ArtifactRef = z.object({
  name: z.string(),
  digest: z.string(),
  bytes: z.number(),
  /** Media type by its bytes; earlier versions kept none. */
  type: z.string().optional(),
  /** Bytes that were left out because there were too many; absent: none. */
  cutBytes: z.number().optional(),
});
export type ArtifactRef = z.infer<typeof ArtifactRef>;

/** Evidence that was to be captured and could not be. */
export const Uncaptured = z.object({ name: z.string(), reason: z.string() });
export type Uncaptured = z.infer<typeof Uncaptured>;
