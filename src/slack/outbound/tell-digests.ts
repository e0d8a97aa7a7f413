// Digests in their channel: each once, whatever number of processes tell it, and which were told. Writes no digest.
import type { Redactor } from '../../core/redact.ts';
import type { ToldDigests } from '../../ports/digests.ts';
import type { SlackMessages } from '../../ports/slack-memory.ts';
import { plain, plainParts, section } from '../text.ts';
import type { AnnounceChannel } from './announce-channel.ts';
import type { Outbox } from './outbox.ts';

/** What it needs. `channel`: of digests; null: there is none. */
export type TellDigestsDeps = {
  readonly outbox: Pick<Outbox, 'put'>;
  readonly messages: Pick<SlackMessages, 'ofIncident' | 'begin' | 'sent'>;
  readonly channel: AnnounceChannel;
  readonly redact: Redactor;
};

/** Kept under this in the place of an incident. */
const home = 'digests';
const prefix = 'digest/';
const sectionChars = 2900;
const mostSections = 6;

/** Makes it. */
export const createTellDigests = ({ outbox, messages, channel, redact }: TellDigestsDeps): ToldDigests => ({
  async list() {
    const rows = await messages.ofIncident(home);
    return rows.map(({ key, ts }) => ({ key: key.slice(prefix.length), isTold: ts !== null }));
  },
  async passOver(key) {
    const channelId = await channel();
    if (channelId === null) return;
    if (await messages.begin({ key: `${prefix}${key}`, incidentId: home, channelId }))
      await messages.sent(`${prefix}${key}`, { ts: 'done', digest: '', version: 0, showsFiring: false });
  },
  async tell(key, text) {
    const channelId = await channel();
    if (channelId === null) throw new Error('the channel of digests is not there');
    const shown = redact.text(text);
    const parts = plainParts(shown, { max: sectionChars, most: mostSections });
    const message = { text: plain(shown, sectionChars), blocks: parts.map((part) => section(part)) };
    await outbox.put({ key: `${prefix}${key}`, lane: 'state', incidentId: home, channelId, version: 0, message });
  },
});
