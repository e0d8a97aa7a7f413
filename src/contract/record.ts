// The state of the record over the API: how far it is sealed, with which key. Shapes only.
import { z } from 'zod';

/** How the record stands. */
export const ApiRecordState = z.object({
  checkpoint: z
    .object({
      number: z.int(),
      at: z.string().describe('What was recorded until then is sealed'),
      digest: z.string().describe('What an outside witness keeps; checkpoints after it refer to it'),
      keyId: z.string(),
    })
    .nullable()
    .describe('The newest checkpoint; null: none was made yet'),
  system: z
    .object({ version: z.int(), hash: z.string() })
    .nullable()
    .describe('Where the system stream ends; null: nothing stands in it'),
  key: z
    .object({ id: z.string().describe('Its fingerprint'), publicKey: z.string().describe('Base64 of its DER form') })
    .describe('With what the record is sealed now'),
  faults: z
    .array(z.object({ stream: z.string(), seq: z.int(), problem: z.string() }))
    .describe('Places that this process has found contradicted since it started'),
});
export type ApiRecordState = z.infer<typeof ApiRecordState>;
