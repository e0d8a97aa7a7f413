// An action item over the API.
import { z } from 'zod';
import { ApiActor } from './actor.ts';

/** Something that is to be done after an incident. */
export const ApiActionItem = z.object({
  id: z.string().describe('`7-2`: the second one of incident #7'),
  text: z.string(),
  owner: z.string().nullable().describe('A Slack user id, or a name'),
  due: z.string().nullable().describe('A day, `2026-12-01`'),
  factor: z.string().nullable().describe('The factor of the postmortem that it addresses'),
  verify: z.string().nullable().describe('How people will know that it worked'),
  status: z.enum(['open', 'done', 'dropped']),
  reason: z.string().nullable(),
  link: z.object({ url: z.string(), key: z.string() }).nullable().describe('Where it stands in another tracker'),
  overdue: z.boolean(),
  addedBy: ApiActor,
  addedAt: z.string(),
  endedAt: z.string().nullable(),
  incident: z.object({ id: z.string(), number: z.int(), title: z.string() }),
});
export type ApiActionItem = z.infer<typeof ApiActionItem>;
