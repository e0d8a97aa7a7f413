// Who did something, as it is written into the record. Proves nobody: that is authority/principal.ts.
import { z } from 'zod';

/** Who did it. `system` is Firebreak itself; `via` is the surface a person used. */
export const Actor = z.object({
  kind: z.enum(['system', 'user', 'alert', 'api']),
  id: z.string(),
  name: z.string().optional(),
  via: z.enum(['slack', 'api', 'cli', 'web']).optional(),
  /** Key under `people:` of the configuration: one human, whatever surface it was. */
  person: z.string().optional(),
});
export type Actor = z.infer<typeof Actor>;

/** Firebreak itself as an actor. */
export const systemActor: Actor = { id: 'firebreak', kind: 'system' };
