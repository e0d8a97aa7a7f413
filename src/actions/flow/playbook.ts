// playbook: lets another playbook do it, as a run of its own in the same incident. Carried out by the engine itself
// (core/run/delegate.ts); here only its input is described.
import { z } from 'zod';
import { JsonValue } from '../../core/alert/alert.ts';
import type { Json } from '../../core/json.ts';
import { defineFlow } from '../action.ts';
import { member, words } from '../words.ts';

const docs = `
### Input

| key | meaning | default |
|---|---|---|
| \`playbook\` | its name | |
| \`inputs\` | what it is started with | none |

### Output

\`runId\`, \`status\`, and as \`outputs\` what the called playbook gives.

### Example

\`\`\`yaml
steps:
  - id: restart
    uses: playbook
    with: { playbook: restart-service, inputs: { service: checkout-api } }
\`\`\`

### Replay

A step opens one run, whatever happens on the way. It is cancelled and undone together with its caller. Playbooks may call each other
five deep.

### Risk

\`low\` by itself: the steps of the called playbook have their own, and ask for themselves.
`;

function describe(input: Json): string {
  const inputs = member(input, 'inputs') ?? {};
  const given =
    typeof inputs === 'object' && inputs !== null
      ? Object.entries(inputs).map(([key, value]) => ` ${key}=${words(value as Json, "''")}`)
      : [];
  return `Run the playbook ${words(member(input, 'playbook'), 'without a name')}${given.slice(0, 10).join('')}`;
}

/** The action. */
export const playbook = defineFlow({
  name: 'playbook',
  description: 'Runs another playbook and waits for its end; cancelled and undone together with it.',
  kind: 'playbook',
  docs,
  input: z.strictObject({ playbook: z.string().min(1), inputs: z.record(z.string(), JsonValue).default({}) }),
  output: z.object({ runId: z.string(), status: z.string(), outputs: z.record(z.string(), JsonValue) }),
  sample: { playbook: 'restart-service', inputs: { service: 'checkout' } },
  describe,
});
