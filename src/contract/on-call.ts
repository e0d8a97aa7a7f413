// Who is on call, as the API says it.
import { z } from 'zod';

/** One entry of `oncall:` as it stands. */
export const ApiOnCall = z.object({
  name: z.string(),
  from: z.string().describe('`file`: a rotation of the configuration; else the provider'),
  who: z.array(z.string()).describe('Keys under `people:` of the configuration, or Slack user ids; empty: nobody'),
  until: z.string().nullable().describe('Until when by the file; null: the provider knows'),
  trouble: z
    .string()
    .nullable()
    .describe('Why a provider’s word is not of now, and what counts instead; null: nothing'),
});
export type ApiOnCall = z.infer<typeof ApiOnCall>;

/** An id under which somebody acts or is named, and what people call that one. */
export const ApiNamedPerson = z.object({
  id: z.string().describe('A Slack user id, `oidc:SUBJECT` or `local:NAME`'),
  name: z.string().describe('Key under `people:` of the configuration'),
});
export type ApiNamedPerson = z.infer<typeof ApiNamedPerson>;
