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
  async run({ channel, text }, { chat, incident, idempotencyKey }) {
    if (!chat) return failure('invalid', 'no_slack', 'Slack is not configured; set SLACK_BOT_TOKEN');
    const where = channel ?? incident.channelId;
    if (where === null) return failure('transient', 'no_channel', 'the incident has no channel yet');
    const posted = await chat.post({ channel: where, text, key: idempotencyKey });
    return posted.ok ? { outcome: 'succeeded', output: posted.value } : { outcome: 'failed', error: posted.error };
  },
});
