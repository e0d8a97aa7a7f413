// Posting for steps of playbooks: once per key, through the outbox.
import type { Redactor } from '../../core/redact.ts';
import { err, ok } from '../../core/result.ts';
import type { Chat } from '../../spi/action.ts';
import { errorClassOf, troubleOf } from '../slack-error.ts';
import { plain } from '../text.ts';
import type { Outbox } from './outbox.ts';

/** What steps post with. */
export const createChat = (outbox: Outbox, redact: Redactor): Chat => ({
  async post({ channel, text, key, fence }) {
    try {
      const { ts } = await outbox.put({
        key: `message/${key}`,
        lane: 'state',
        incidentId: '',
        channelId: channel,
        version: 0,
        fence,
        message: { text: plain(redact.text(text), 3000), blocks: [] },
      });
      return ok({ channelId: channel, ts });
    } catch (error) {
      const trouble = troubleOf(error);
      return err({ class: errorClassOf(trouble), code: `slack_${trouble.code}`, message: trouble.message });
    }
  },
});
