// What is told of the people of an incident: that nobody leads it, that a role is handed over, that an update is owed, and the update itself.
// Pure.
import type { IncidentState } from '../../core/incident/state.ts';
import { leadOf } from '../../core/incident/state.ts';
import { elapsedMs } from '../../core/time.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { named, userMention } from '../identity.ts';
import { buttonRow, context, joinWithin, lasting, type MessageContent, oneLine, plain, section } from '../text.ts';
import { icon } from './states.ts';

type About = Pick<IncidentRow, 'id' | 'number' | 'title' | 'severity' | 'status' | 'roles' | 'openedAt'>;

const called = ({ number, title, severity }: About) => `#${number} ${oneLine(title, 200)} (SEV${severity})`;

/** A message that is said once and then stands. */
const said = (text: string, blockId: string): MessageContent => ({ text, blocks: [section(text, blockId)] });

/** That nobody leads an incident. `at`: since when people are told so; `isOpen`: nobody leads it yet, and it is not over. */
export function vacantMessage(
  incident: About,
  { at, call, isOpen }: { readonly at: string; readonly call: readonly string[]; readonly isOpen: boolean },
): MessageContent {
  const blockId = `vacant_${incident.id}_${at}`;
  const lead = leadOf(incident);
  if (!isOpen) {
    const answer = lead === null ? `it is ${incident.status}` : `${userMention(lead)} leads it`;
    return said(`No longer asked for a lead of ${called(incident)}: ${answer}.`, `${blockId}_closed`);
  }
  const who = call.length === 0 ? 'Somebody' : joinWithin(call, ' ', 900);
  const after = lasting(elapsedMs(incident.openedAt, at));
  const text = `${icon.person} ${who}: nobody leads ${called(incident)}, ${after} after it began.`;
  const buttons = [{ id: 'incident_lead', label: 'Take lead', value: incident.id }];
  return { text, blocks: [section(text, `${blockId}_open`), buttonRow(`${blockId}_buttons`, buttons)] };
}

/** That an incident is open again, and goes on here: nobody can write into the channel that it had. */
export function wentOnMessage(
  incident: About,
  { former, call }: { readonly former: string; readonly call: readonly string[] },
): MessageContent {
  const who = call.length === 0 ? '' : `${joinWithin(call, ' ', 900)}: `;
  const text = `${who}${called(incident)} is open again and goes on here. Its first channel <#${former}> is archived; what was said there can be read there.`;
  return said(text, `went_on_${incident.id}_${former}`);
}

/** That a role goes from one person to another. */
export function handedOverMessage(
  { id }: Pick<IncidentRow, 'id'>,
  { role, from, to, at }: NonNullable<IncidentState['handedOver']>,
): MessageContent {
  const text = `${userMention(from)} hands the ${oneLine(role, 50)} over to ${userMention(to)}.`;
  return said(text, `handover_${id}_${at}`);
}

/** How long the button puts an update off, in milliseconds. */
export const snoozeMs = 30 * 60_000;

/** That an update for people outside is owed. `isOpen`: none was given since, and it was not put off. */
export function updateDueMessage(
  incident: About & Pick<IncidentRow, 'update'>,
  { at, isOpen, command }: { readonly at: string; readonly isOpen: boolean; readonly command: string },
): MessageContent {
  const blockId = `update_due_${incident.id}_${at}`;
  if (!isOpen) return said(`No longer asked for an update of ${called(incident)}.`, `${blockId}_closed`);
  const lead = leadOf(incident);
  const since = lasting(elapsedMs(incident.update?.at ?? incident.openedAt, at));
  const text = `${lead === null ? 'Somebody' : userMention(lead)}: nobody outside has heard of ${called(incident)} for ${since}. Say how it stands: \`${command} update TEXT\`.`;
  const buttons = [
    { id: 'incident_snooze', label: `Ask again in ${lasting(snoozeMs)}`, value: `${incident.id}|${at}` },
  ];
  return { text, blocks: [section(text, `${blockId}_open`), buttonRow(`${blockId}_buttons`, buttons)] };
}

/** An update for people outside, as a channel of theirs hears it. */
export function updateMessage(
  incident: About & Pick<IncidentRow, 'mitigatedAt' | 'channel'>,
  { text: words, by }: NonNullable<IncidentState['update']>,
): MessageContent {
  const state = incident.status === 'open' && incident.mitigatedAt !== undefined ? 'mitigated' : incident.status;
  const head = `*${called(incident)}*  ·  ${state}`;
  const text = `${head}\n${plain(words, 2500)}`;
  const place = incident.channel === null ? '' : `  ·  worked on in <#${incident.channel.id}>`;
  return { text, blocks: [section(text), context(`${named(by)}${place}`)] };
}
