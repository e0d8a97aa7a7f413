// Lines in the announce channel that belong to no incident: a silence begins, a window ends. Each once. Decides nothing.
import type { Redactor } from '../../core/redact.ts';
import { plain, section, timed } from '../text.ts';
import { icon } from '../views/states.ts';
import type { AnnounceChannel } from './announce-channel.ts';
import type { Outbox } from './outbox.ts';

/** A line that is told once for its key, for ever. `state`: what it is about waits for people, rests, is over or was undone. */
export type AnnouncedLine = {
  readonly key: string;
  readonly text: string;
  readonly state?: 'waits' | 'rests' | 'over' | 'undone';
};

const marks = { waits: icon.person, rests: icon.rest, over: icon.done, undone: icon.undone } as const;
/** What is said before a colon leads, if it is no longer than this. */
const mostLead = 160;

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
  async ({ key, text, state }: AnnouncedLine): Promise<boolean> => {
    const channelId = await announceChannel();
    if (channelId === null) return false;
    const shown = plain(redact.text(text), 2000);
    const mark = state === undefined ? '' : `${marks[state]} `;
    const message = { text: `${mark}${timed(shown)}`, blocks: [section(`${mark}${timed(leading(shown))}`)] };
    await outbox.put({ key: `line/${key}`, lane: 'state', incidentId: home, channelId, version: 0, message });
    return true;
  };

/** The same with what it is about in bold: the thing first, then why. */
function leading(text: string): string {
  const end = text.indexOf(': ');
  const lead = text.slice(0, Math.max(0, end));
  return lead === '' || lead.length > mostLead || /[*`\n]|[.;] /.test(lead) ? text : `*${lead}*${text.slice(end)}`;
}
