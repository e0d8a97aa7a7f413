// Tells the announce channel what is halted and what no longer is. Decides nothing.
import type { Redactor } from '../../core/redact.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import type { SlackMessages } from '../../ports/slack-memory.ts';
import { haltKey, haltMessage, haltOfKey, haltOverMessage } from '../views/halt-message.ts';
import type { AnnounceChannel } from './announce-channel.ts';
import type { Outbox } from './outbox.ts';
import { redactedSwitches } from './redacted.ts';

/** What it needs. */
export type AnnounceHaltsDeps = {
  readonly outbox: Outbox;
  readonly messages: Pick<SlackMessages, 'ofIncident'>;
  readonly announceChannel: AnnounceChannel;
  readonly redact: Redactor;
};

/** Kept under this in the place of an incident: a halt belongs to none. */
const home = 'halts';
const prefix = 'halt/';

/** Brings the messages to what is halted now. Does nothing where there is no such channel. */
export async function announceHalts(
  { outbox, messages, announceChannel, redact }: AnnounceHaltsDeps,
  switches: readonly KillSwitch[],
): Promise<void> {
  const channelId = await announceChannel();
  if (channelId === null) return;
  const engaged = redactedSwitches(switches, redact);
  const keys = new Set(engaged.map(haltKey));
  const told = (await messages.ofIncident(home)).map(({ key }) => key.slice(prefix.length));
  const base = { lane: 'state' as const, incidentId: home, channelId };
  const over = told.filter((key) => !keys.has(key));
  await Promise.all([
    ...engaged.map((one) =>
      outbox.put({ ...base, key: `${prefix}${haltKey(one)}`, version: 0, message: haltMessage(one) }),
    ),
    ...over.map((key) =>
      outbox.put({ ...base, key: `${prefix}${key}`, version: 1, message: haltOverMessage(haltOfKey(key)) }),
    ),
  ]);
}
