// Who did something, as the API says it.
import { z } from 'zod';

/** Who did it. `kind` `api`: a service token, which acts as itself. */
export const ApiActor = z.object({
  kind: z.enum(['system', 'user', 'alert', 'api']),
  id: z.string().describe('A Slack user id, `local:NAME`, `token:NAME`, `SOURCE/INTEGRATION`, or `firebreak`'),
  name: z.string().optional(),
  via: z.enum(['slack', 'api', 'cli', 'web']).optional().describe('Where it was done'),
  person: z.string().optional().describe('Key under `people:` of the configuration: one human on every surface'),
});
export type ApiActor = z.infer<typeof ApiActor>;
