// Messages about the people of an incident: who is called to lead it, who took over, whose word is awaited, and what others are told. Pure.
import type { Roles } from '../../core/authority/membership.ts';
import { leadOf } from '../../core/incident/state.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { mentions } from '../identity.ts';
import type { MessageContent } from '../text.ts';
import {
  handedOverMessage,
  updateDueMessage,
  updateMessage,
  vacantMessage,
  wentOnMessage,
} from '../views/life-messages.ts';
import { ownSuffix } from './announced-key.ts';
import type { Desired } from './poster.ts';
import { toldUnder } from './told-under.ts';

/** What they depend on besides the incident. */
export type LifeContext = {
  readonly roles: Roles;
  /** Names of those who are called when nobody leads. */
  readonly leads: readonly string[];
  /** The slash command, as people type it. */
  readonly command: string;
};

type LifeNotice = { readonly key: string; readonly lane: 'approval' | 'state'; readonly message: MessageContent };

/** Those of the incident's own place. Each is a message of its own, because an edit calls nobody; what was asked is brought to its end. */
export function lifeNotices(
  incident: IncidentRow,
  known: ReadonlySet<string>,
  suffix: string,
  { roles, leads, command }: LifeContext,
): readonly LifeNotice[] {
  const each = (about: string, at: string | undefined, message: (at: string, isOpen: boolean) => MessageContent) => {
    const prefix = `${about}/${incident.id}/`;
    const current = at !== undefined && incident.status === 'open' ? [at] : [];
    return [...new Set([...toldUnder(prefix, known, suffix), ...current])].map(
      (told): LifeNotice => ({
        key: `${prefix}${told}${suffix}`,
        lane: 'approval',
        message: message(told, current.includes(told)),
      }),
    );
  };
  const call = mentions(incident.handling?.escalation?.slice(0, 1) ?? leads, roles);
  const { vacantAt, updateDueAt, handedOver } = incident;
  return [
    ...wentOn(incident, suffix, { roles, leads }),
    ...each('vacant', vacantAt, (at, isOpen) => vacantMessage(incident, { at, call, isOpen })),
    ...each('update-due', updateDueAt, (at, isOpen) => updateDueMessage(incident, { at, isOpen, command })),
    ...(handedOver === undefined
      ? []
      : [
          {
            key: `handover/${incident.id}/${handedOver.at}${suffix}`,
            lane: 'state' as const,
            message: handedOverMessage(incident, handedOver),
          },
        ]),
  ];
}

/** In the second channel of an incident that was opened again: why there is one. Calls who leads, else those who can. */
function wentOn(
  incident: IncidentRow,
  suffix: string,
  { roles, leads }: Pick<LifeContext, 'roles' | 'leads'>,
): readonly LifeNotice[] {
  const { id, formerChannel } = incident;
  if (formerChannel === undefined || suffix === '' || suffix !== ownSuffix(incident)) return [];
  const lead = leadOf(incident);
  const call = mentions(lead === null ? leads : [lead], roles);
  const message = wentOnMessage(incident, { former: formerChannel.id, call });
  return [{ key: `went-on/${id}/${formerChannel.id}${suffix}`, lane: 'approval', message }];
}

/** The last update, in every channel of people outside. What was said before stays as it was said. */
export function stakeholderUpdates(incident: IncidentRow, channels: readonly string[]): readonly Desired[] {
  const { id, version, update } = incident;
  if (update === undefined) return [];
  const base = { lane: 'state' as const, incidentId: id, version, message: updateMessage(incident, update) };
  return [...new Set(channels)].map((channelId) => ({
    ...base,
    channelId,
    key: `update/${id}/${update.at}@${channelId}`,
    about: 'update for people outside',
  }));
}
