// Lines in the announce channel that belong to no incident: a silence begins, a window ends. Each once. Decides nothing.
import type { Redactor } from '../../core/redact.ts';
import { plain, section } from '../text.ts';
import type { AnnounceChannel } from './announce-channel.ts';
import type { Outbox } from './outbox.ts';

/** A line that is told once for its key, for ever. */
export type AnnouncedLine = { readonly key: string; readonly text: string };

/** What it needs. */
export type AnnounceLineDeps = {
  readonly outbox: Outbox;
  readonly announceChannel: AnnounceChannel;
  readonly redact: Redactor;
};

/** Kept under this in the place of an incident. */
const home = 'announcements';

/** Tells a line; false where there is no announce channel. Rejects when Slack cannot be told; asking again doubles nothing. */
export const createAnnounce =
  ({ outbox, announceChannel, redact }: AnnounceLineDeps) =>
  async ({ key, text }: AnnouncedLine): Promise<boolean> => {
    const channelId = await announceChannel();
    if (channelId === null) return false;
    const shown = plain(redact.text(text), 2900);
    const message = { text: shown, blocks: [section(shown)] };
    await outbox.put({ key: `line/${key}`, lane: 'state', incidentId: home, channelId, version: 0, message });
    return true;
  };
