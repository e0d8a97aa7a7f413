// slack.message: posts a text to the incident's channel or another one; the same key never posts twice.
import { z } from 'zod';
import { defineAction, failure } from './action.ts';

/** The action. */
export const slackMessage = defineAction({
  name: 'slack.message',
  description: "Posts a message; without `channel` to the incident's own channel.",
  kind: 'effect',
  input: z.strictObject({ channel: z.string().optional(), text: z.string().min(1).max(3000) }),
  output: z.object({ channelId: z.string(), ts: z.string() }),
  replay: 'safe',
  risk: 'low',
  timeoutMs: 30_000,
  sample: { text: 'checkout-api is being restarted' },
  async run({ channel, text }, { chat, incident, idempotencyKey, signal }) {
    if (!chat) return failure('invalid', 'no_slack', 'Slack is not configured; set SLACK_BOT_TOKEN');
    const where = channel ?? incident.channelId;
    if (where === null) return failure('transient', 'no_channel', 'the incident has no channel yet');
    if (signal.aborted) return failure('timeout', 'cancelled', 'the message was not posted: the step was ended');
    const ended = new Promise<null>((resolve) => {
      signal.addEventListener('abort', () => resolve(null), { once: true });
    });
    const posted = await Promise.race([chat.post({ channel: where, text, key: idempotencyKey }), ended]);
    if (posted === null) return failure('timeout', 'timeout', 'Slack did not take the message in time');
    return posted.ok ? { outcome: 'succeeded', output: posted.value } : { outcome: 'failed', error: posted.error };
  },
});
