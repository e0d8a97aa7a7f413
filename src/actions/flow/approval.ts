// approval: a decision of people and nothing else, carried out by the engine itself; here only its input is described.
import { z } from 'zod';
import { defineFlow } from '../action.ts';
import { member, words } from '../words.ts';

const docs = `
### Input

| key | meaning | default |
|---|---|---|
| \`message\` | what is asked, 2000 characters at most | nothing |

The step must say who is asked: \`approval: { from: [...] }\`.

### Output

\`approvers\`: the ids of those who said yes. A no, or nobody in time, and the step has failed.

### Example

\`\`\`yaml
steps:
  - { id: go, uses: approval, with: { message: Fail over? }, approval: { from: ["@sre"] } }
\`\`\`

### Replay

Nothing is called.

### Risk

\`low\`: saying yes does nothing by itself.
`;

/** The action. */
export const approval = defineFlow({
  name: 'approval',
  description: 'Waits for the approval of people.',
  kind: 'gate',
  docs,
  input: z.strictObject({ message: z.string().max(2000).default('') }),
  output: z.object({ approvers: z.array(z.string()) }),
  sample: { message: 'Go on with the failover?' },
  describe: (input) => `Ask: ${words(member(input, 'message'), 'go on?')}`,
});
