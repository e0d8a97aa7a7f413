// assert: fails the run unless a condition holds. Acts on nothing.
import { z } from 'zod';
import { defineAction, failure } from '../action.ts';
import { member, words } from '../words.ts';

const docs = `
### Input

| key | meaning | default |
|---|---|---|
| \`that\` | true or false, mostly an expression | |
| \`message\` | the reason if it is false | that the assertion does not hold |

### Output

\`held\`: true; if it is not, the step has failed.

### Example

\`\`\`yaml
steps:
  - id: look
    uses: http.request
    with: { url: "https://deploy.example.com/releases" }
  - id: sure
    uses: assert
    with: { that: "\${{ size(steps.look.output.body.items) > 1 }}", message: there is no earlier release }
\`\`\`

### Replay

\`safe\`: it only looks at what is known.

### Risk

\`low\`.
`;

/** The action. */
export const assert = defineAction({
  name: 'assert',
  description: 'Fails unless `that` is true.',
  docs,
  input: z.strictObject({ that: z.boolean(), message: z.string().default('the assertion does not hold') }),
  output: z.object({ held: z.boolean() }),
  sample: { that: true },
  readsOnly: () => true,
  replay: 'safe',
  risk: 'low',
  timeoutMs: 1000,
  describe: (input) =>
    `Go on only if this holds, else: ${words(member(input, 'message'), 'the assertion does not hold')}`,
  configure: () => ({
    run: async ({ that, message }) =>
      that ? { outcome: 'succeeded', output: { held: true } } : failure('invalid', 'assertion_failed', message),
  }),
});
