// What the announce channel says of an incident: its card, or one line that is brought to its end. And what is told of it once more. Pure.
import type { Actor } from '../../core/events.ts';
import type { IncidentAlert } from '../../core/incident/state.ts';
import { elapsedMs } from '../../core/time.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { person } from '../identity.ts';
import { buttonRow, context, lasting, type MessageContent, oneLine, section, when } from '../text.ts';
import {
  alertsWords,
  type CardContext,
  cardElsewhere,
  drillMark,
  incidentCard,
  incidentUrl,
  severityText,
  stateWords,
} from './incident-card.ts';
import { incidentWords, stateText } from './states.ts';

const acknowledge = (incidentId: string, blockId: string) =>
  buttonRow(blockId, [{ id: 'incident_acknowledge', label: 'Acknowledge', value: incidentId }]);

/** The card in the announce channel: it says where the incident goes on, and can be acknowledged where it has no channel. */
export function announcedCard(incident: IncidentRow, about: CardContext): MessageContent {
  const { id, channel, status, acknowledgedBy, number } = incident;
  if (channel !== null) {
    const { text, blocks } = cardElsewhere(incident, about);
    const page = `<${incidentUrl(about.publicUrl, number)}|Open #${number}>`;
    return { text, blocks: [...blocks, context(`Goes on in <#${channel.id}>  ·  ${page}`)] };
  }
  const { text, blocks } = incidentCard(incident, about);
  if (status !== 'open' || acknowledgedBy !== null) return { text, blocks };
  return { text, blocks: [...blocks, acknowledge(id, `incident_${id}_buttons`)] };
}

/** How an incident ended: `✓ *Resolved* after 12m`. */
function endOf(incident: IncidentRow): string {
  const { mergedInto, openedAt, resolvedAt, closedAt } = incident;
  const after = lasting(elapsedMs(openedAt, resolvedAt ?? closedAt ?? openedAt));
  const into = mergedInto ? ` into #${mergedInto.number}` : '';
  return `${stateText(incidentWords(incident))}${into} after ${after}`;
}

/** An incident in one line. */
export function incidentLine(incident: IncidentRow, { publicUrl, runs }: Omit<CardContext, 'alert'>): MessageContent {
  const { number, title, severity, status, openedAt } = incident;
  const alerts = Object.values(incident.alerts);
  const reasons = alerts.flatMap(({ because }) => (because === undefined ? [] : [oneLine(because, 200)]));
  const state = status === 'open' ? `since ${when(openedAt)}` : endOf(incident);
  const facts = [
    `${drillMark(runs)}#${number} ${oneLine(title, 200)}`,
    severityText(severity),
    state,
    ...(alerts.length > 1 ? [alertsWords(alerts)] : []),
    ...(status === 'open' ? reasons.slice(0, 1) : []),
    ...(status === 'open' ? stateWords(incident) : []),
  ];
  const text = facts.join('  ·  ');
  return { text, blocks: [section(`${text}  ·  <${incidentUrl(publicUrl, number)}|Open #${number}>`)] };
}

/** Says once more that an alert fires, and why now; `isLast`: nothing later was told of it. */
export function againMessage(
  { number, title, status }: Pick<IncidentRow, 'number' | 'title' | 'status'>,
  alert: IncidentAlert | null,
  isLast: boolean,
): MessageContent {
  const of = `#${number} ${oneLine(title, 200)}`;
  if (status !== 'open' || alert === null || alert.status === 'resolved') {
    const text = `✓ No longer firing: ${alert === null ? of : oneLine(alert.title, 200)}  (${of}, ${status})`;
    return { text, blocks: [section(text)] };
  }
  const why = isLast && alert.because !== undefined ? `: ${oneLine(alert.because, 300)}` : '';
  const text = `${isLast ? 'Still firing' : 'Was told again'}: ${oneLine(alert.title, 200)}  (${of})${why}`;
  return { text, blocks: [section(text)] };
}

/** Asks who had acknowledged an incident whether he is still on it. `isOpen`: nobody has answered, and it is not over. */
export function lapsedMessage(
  incident: Pick<IncidentRow, 'id' | 'number' | 'title' | 'status' | 'acknowledgedBy'>,
  { by, at, isOpen }: { readonly by: Actor | null; readonly at: string; readonly isOpen: boolean },
): MessageContent {
  const { id, number, title, status, acknowledgedBy } = incident;
  const of = `#${number} ${oneLine(title, 200)}`;
  const blockId = `lapsed_${id}_${at}`;
  if (!isOpen || by === null) {
    const answer = acknowledgedBy ? `acknowledged by ${person(acknowledgedBy)}` : `it is ${status}`;
    const text = `No longer asked: ${of}, ${answer}.`;
    return { text, blocks: [section(text, `${blockId}_closed`)] };
  }
  const text = `${person(by)} Still on it? Your acknowledgement of ${of} ended ${when(at)}, and it is not over.`;
  return { text, blocks: [section(text, `${blockId}_open`), acknowledge(id, `${blockId}_buttons`)] };
}
