// Messages of an incident beside its card: that something still fires, and why it is told again; that an acknowledgement has ended. Pure.
import { sha256 } from '../../core/json.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import type { MessageContent } from '../text.ts';
import { againMessage, incidentLine, lapsedMessage } from '../views/announcement.ts';
import { type CardContext, drillMark } from '../views/incident-card.ts';
import { openAgainMessage, type Resolution, resolutionMessage } from '../views/resolution-message.ts';
import { announcedKey, lineSuffix } from './announced-key.ts';
import type { Desired } from './poster.ts';
import { toldUnder } from './told-under.ts';

type Notice = { readonly key: string; readonly message: MessageContent; readonly firing: boolean };

/** A fingerprint is foreign text of any length. */
const shortOf = (fingerprint: string) => sha256(fingerprint).slice(0, 12);

/** Alerts of which people are told once more: a message of its own each time. What was told is brought to its end. */
export function againMessages(incident: IncidentRow, known: ReadonlySet<string>, suffix: string): readonly Notice[] {
  const prefix = `again/${incident.id}/`;
  const alerts = new Map(Object.entries(incident.alerts).map(([fingerprint, alert]) => [shortOf(fingerprint), alert]));
  const current = [...alerts].flatMap(([short, { status, againAt }]) =>
    incident.status === 'open' && status === 'firing' && againAt !== undefined ? [`${short}/${againAt}`] : [],
  );
  return [...new Set([...toldUnder(prefix, known, suffix), ...current])].map((rest) => {
    const [short = '', at = ''] = rest.split('/');
    const alert = alerts.get(short) ?? null;
    return {
      key: `${prefix}${rest}${suffix}`,
      message: againMessage(incident, alert, alert?.againAt === at),
      firing: incident.status === 'open' && alert?.status === 'firing',
    };
  });
}

/** Asks who had acknowledged it whether he is still on it, in a message of its own each time: an edit calls nobody. */
export function lapsedMessages(incident: IncidentRow, known: ReadonlySet<string>, suffix: string): readonly Notice[] {
  const prefix = `lapsed/${incident.id}/`;
  const { lapsed, status, acknowledgedBy } = incident;
  const current = lapsed !== undefined && status === 'open' && acknowledgedBy === null ? [lapsed.at] : [];
  return [...new Set([...toldUnder(prefix, known, suffix), ...current])].map((at) => ({
    key: `${prefix}${at}${suffix}`,
    message: lapsedMessage(incident, { by: lapsed?.by ?? null, at, isOpen: current.includes(at) }),
    firing: false,
  }));
}

/** That it is resolved: a message of its own each time, which says so if it is opened again. */
export function resolvedMessages(
  { incident, runs, page }: Omit<Resolution, 'resolvedAt'>,
  known: ReadonlySet<string>,
  suffix: string,
): readonly Notice[] {
  const prefix = `resolved/${incident.id}/`;
  const { status, resolvedAt } = incident;
  const current = status === 'resolved' && resolvedAt !== null ? [resolvedAt] : [];
  return [...new Set([...toldUnder(prefix, known, suffix), ...current])].map((at) => ({
    key: `${prefix}${at}${suffix}`,
    message: resolutionMessage({ incident, resolvedAt: at, runs, page }),
    firing: false,
  }));
}

/** That it is open again after people were told of its end: a message of its own each time, which calls `people`. */
export function openAgainMessages(
  incident: IncidentRow,
  people: readonly string[],
  known: ReadonlySet<string>,
  suffix: string,
): readonly Notice[] {
  const prefix = `reopened/${incident.id}/`;
  const ends = toldUnder(`resolved/${incident.id}/`, known, suffix).toSorted();
  const current = incident.status === 'open' ? ends.slice(-1) : [];
  return [...new Set([...toldUnder(prefix, known, suffix), ...current])].map((resolvedAt) => {
    const isOpen = current.includes(resolvedAt);
    return {
      key: `${prefix}${resolvedAt}${suffix}`,
      message: openAgainMessage(incident, { resolvedAt, isOpen, people }),
      firing: isOpen,
    };
  });
}

/** An incident that is no more than a line in the announce channel. */
export function lineMessages(
  incident: IncidentRow,
  known: ReadonlySet<string>,
  { announce, publicUrl, runs }: { readonly announce: string } & Omit<CardContext, 'alert'>,
): readonly Desired[] {
  const base = { incidentId: incident.id, channelId: announce, version: incident.version, lane: 'state' as const };
  const line = { ...base, key: announcedKey(incident.id), message: incidentLine(incident, { publicUrl, runs }) };
  return [
    { ...line, firing: incident.status === 'open', about: 'incident line in the announce channel' },
    ...againMessages({ ...incident, title: `${drillMark(runs)}${incident.title}` }, known, lineSuffix).map(
      (notice) => ({ ...base, ...notice }),
    ),
  ];
}

/** What was told beside the line of an incident that has become louder: brought to its end, and no more told there. */
export const lineNotices = (incident: IncidentRow, known: ReadonlySet<string>, announce: string): readonly Desired[] =>
  lineMessages(incident, known, { announce, publicUrl: '', runs: [] }).filter(
    ({ key }) => known.has(key) && key !== announcedKey(incident.id),
  );
