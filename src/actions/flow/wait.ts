// wait: a timer, carried out by the engine itself (core/run/advance-node.ts); here only its input is described.
import { z } from 'zod';
import { JsonValue } from '../../core/alert/alert.ts';
import type { Json } from '../../core/json.ts';
import { parseDuration } from '../../core/time.ts';
import { defineFlow } from '../action.ts';
import { member, words } from '../words.ts';

const duration = z.string().refine((text) => parseDuration(text) !== null, 'must be a duration such as 30s or 5m');

const docs = `
### Input

One of the first three, and \`atMost\` with the second and third.

| key | meaning | default |
|---|---|---|
| \`for\` | how long | |
| \`signal\` | name of a signal from outside | |
| \`alertResolved\` | true: the end of the alert that started the run | |
| \`atMost\` | after this time without it the step has failed | 24h |

### Output

\`waitedMs\`; for a signal its name as \`signal\`, and as \`data\` what came with it.

### Example

\`\`\`yaml
steps:
  - { id: settle, uses: wait, with: { for: 30s } }
  - { id: deployed, uses: wait, with: { signal: deploy.finished, atMost: 2h } }
  - { id: calm, uses: wait, with: { alertResolved: true, atMost: 30m } }
\`\`\`

### Replay

Nothing is called and no worker is held. A signal that comes too early is kept.

### Risk

\`low\`.
`;

function describe(input: Json): string {
  const signal = member(input, 'signal');
  const atMost = member(input, 'atMost');
  const bound = atMost === undefined ? '' : `, ${words(atMost, 'an unknown time')} at most`;
  if (signal !== undefined) return `Wait for the signal ${words(signal, 'without a name')}${bound}`;
  if (member(input, 'alertResolved') !== undefined) return `Wait until the alert is resolved${bound}`;
  return `Wait ${words(member(input, 'for'), 'an unknown time')}`;
}

/** The action. */
export const wait = defineFlow({
  name: 'wait',
  description: 'Waits for a time, for a signal from outside, or for the alert to be resolved.',
  kind: 'timer',
  docs,
  input: z
    .strictObject({
      for: duration.optional(),
      signal: z
        .string()
        .regex(/^[A-Za-z][\w.-]{0,62}$/, 'must be a plain name')
        .optional(),
      alertResolved: z.literal(true).optional(),
      atMost: duration.optional(),
    })
    .refine(
      ({ for: time, signal, alertResolved }) =>
        [time, signal, alertResolved].filter((one) => one !== undefined).length === 1,
      { path: ['for'], message: 'give one of `for`, `signal` and `alertResolved`' },
    ),
  output: z.object({ waitedMs: z.number(), signal: z.string().optional(), data: JsonValue.optional() }),
  sample: { for: '30s' },
  describe,
});
