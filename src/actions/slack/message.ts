// slack.message: posts a text to the incident's channel or another one; the same key never posts twice.
import { z } from 'zod';
import type { ActionContext } from '../../spi/action.ts';
import { defineAction, failure } from '../action.ts';
import { member, words } from '../words.ts';

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Input = z.strictObject({
  channel: z.string().optional(),
  text: z.union([Scalar, z.array(Scalar)], { error: 'must be text, a number, true or false, or a list of these' }),
});

/** A value as people read it: a list has a line for each item, and what is empty says so. */
function textOf(value: z.output<typeof Input>['text']): string {
  const lines = Array.isArray(value) ? value : [value];
  const text = lines.map((line) => (line === null ? '' : String(line))).join('\n');
  return text.trim() === '' ? '(empty)' : text;
}

const docs = `
### Input

| key | meaning | default |
|---|---|---|
| \`text\` | what is posted: text, a number, true or false, or a list, which has a line for each item; \`(empty)\` if there is nothing in it | |
| \`channel\` | a channel's id | the incident's own |

### Output

\`channelId\` and \`ts\`, which together name the message in Slack. What does not fit into 3000 characters goes on in its thread, in up to
seven more messages; what is longer still is cut, and says so.

### Example

\`\`\`yaml
steps:
  - id: tell
    uses: slack.message
    with: { channel: C012ABCDEF, text: "We look into it: \${{ incident.title }}" }
\`\`\`

### Replay

\`safe\`: the same key never posts twice.

### Retry

While Slack is away, or limits the rate, the step is tried again for an hour, at most 100 times and a minute apart, unless its \`retry\`
says otherwise. What Slack refuses for good (an unknown channel, a missing scope, a revoked token) fails at once.

### Risk

\`low\` unless the step says so.
`;

/** The action. */
export const slackMessage = defineAction({
  name: 'slack.message',
  description: "Posts a message; without `channel` to the incident's own channel.",
  docs,
  input: Input,
  output: z.object({ channelId: z.string(), ts: z.string() }),
  sample: { text: 'checkout-api is being restarted' },
  replay: 'safe',
  risk: 'low',
  timeoutMs: 30_000,
  // Slack may be away for longer than any run should fail for: a message that comes late is better than a run that stops for it.
  retry: { maxAttempts: 100, maxDelayMs: 60_000, budgetMs: 3_600_000 },
  describe: (input) =>
    `Post to ${words(member(input, 'channel'), "the incident's channel")}: ${words(member(input, 'text'), 'nothing')}`,
  configure: () => ({ run: post }),
});

async function post({ channel, text }: z.output<typeof Input>, context: ActionContext) {
  const { chat, incident, idempotencyKey, signal, fence, calls } = context;
  if (!chat) return failure('invalid', 'no_slack', 'Slack is not configured; set SLACK_BOT_TOKEN');
  const where = channel ?? incident.channelId;
  if (where === null) return failure('transient', 'no_channel', 'the incident has no channel yet');
  if (signal.aborted) return failure('timeout', 'cancelled', 'the message was not posted: the step was ended');
  const ended = new Promise<null>((resolve) => {
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  const posted = await Promise.race([
    chat.post({ channel: where, text: textOf(text), key: idempotencyKey, fence, place: calls.place }),
    ended,
  ]);
  if (posted === null) return failure('timeout', 'timeout', 'Slack did not take the message in time');
  return posted.ok
    ? { outcome: 'succeeded' as const, output: posted.value }
    : { outcome: 'failed' as const, error: posted.error };
}
