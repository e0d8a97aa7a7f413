// Posting for steps of playbooks: once per key, through the outbox.
import type { Redactor } from '../../core/redact.ts';
import { err, ok } from '../../core/result.ts';
import type { Chat } from '../../spi/action.ts';
import { errorClassOf, troubleOf } from '../slack-error.ts';
import { plainParts } from '../text.ts';
import type { Outbox } from './outbox.ts';

/** Characters of one message; Slack shows more only on demand. */
const maxPart = 3000;
/** Messages that one text may become. */
const mostParts = 8;

/** What steps post with: a long text goes on in the thread of its beginning. */
export const createChat = (outbox: Outbox, redact: Redactor): Chat => ({
  async post({ channel, text, key, fence, place }) {
    try {
      const [first = '', ...more] = plainParts(redact.text(text), { max: maxPart, most: mostParts });
      const message = { lane: 'state', incidentId: '', channelId: channel, version: 0, fence, place } as const;
      const parent = `message/${key}`;
      const { ts } = await outbox.put({ ...message, key: parent, message: { text: first, blocks: [] } });
      for (const [i, part] of more.entries())
        await outbox.put({
          ...message,
          key: `${parent}/${i + 2}`,
          thread: parent,
          message: { text: part, blocks: [] },
        });
      return ok({ channelId: channel, ts });
    } catch (error) {
      const trouble = troubleOf(error);
      const told = { class: errorClassOf(trouble), code: `slack_${trouble.code}`, message: trouble.message };
      return err(trouble.kind === 'wait' ? { ...told, retryAfterMs: trouble.retryAfterMs } : told);
    }
  },
});
