// The digest of a storm: how many incidents, the worst first, in one message that is brought to its end. Pure.
import { elapsedMs } from '../../core/time.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { context, joinWithin, lasting, type MessageContent, oneLine, section, when } from '../text.ts';
import { severityText } from './incident-card.ts';

/** What a digest tells of an incident. */
export type StormIncident = Pick<
  IncidentRow,
  'id' | 'number' | 'title' | 'severity' | 'status' | 'openedAt' | 'resolvedAt' | 'closedAt' | 'channel'
> & {
  /** It was opened for an exercise. */
  readonly isDrill: boolean;
};

const mostShown = 20;
/** Before everything that tells of an exercise. */
const drillMark = '[DRILL] ';

/** A storm that began at `startedAt`; `isMore`: there were more incidents than are given. */
export function stormMessage(
  { startedAt, incidents, isMore }: { startedAt: string; incidents: readonly StormIncident[]; isMore: boolean },
  { publicUrl, isOver }: { readonly publicUrl: string; readonly isOver: boolean },
): MessageContent {
  const open = incidents.filter(({ status }) => status === 'open');
  const count = `${incidents.length}${isMore ? ' or more' : ''}`;
  const drills = incidents.filter(({ isDrill }) => isDrill).length;
  const isExercise = drills > 0 && drills === incidents.length && !isMore;
  const mark = isExercise ? drillMark : '';
  const ofDrills = drills === 0 || isExercise ? '' : ` (${drills} of them drills)`;
  const bySeverity = [1, 2, 3, 4].flatMap((severity) => {
    const of = incidents.filter((one) => one.severity === severity).length;
    return of === 0 ? [] : [`${of} ${severityText(severity)}`];
  });
  const list = `<${publicUrl}/incidents|all incidents>`;
  if (isOver) {
    const ends = incidents.flatMap(({ resolvedAt, closedAt }) => resolvedAt ?? closedAt ?? []).toSorted();
    const lasted = lasting(elapsedMs(startedAt, ends.at(-1) ?? startedAt));
    const text = `${mark}✔ Storm over: ${count} incidents${ofDrills} since ${when(startedAt)}, all of them ended after ${lasted}.`;
    return { text, blocks: [section(`${text}\n${bySeverity.join('  ·  ')}`), context(list)] };
  }
  const worstFirst = open.toSorted((a, b) => a.severity - b.severity || a.number - b.number);
  const lines = worstFirst.map(
    ({ number, title, severity, channel, isDrill }) =>
      `• ${isDrill ? drillMark : ''}#${number} ${severityText(severity)}  ${oneLine(title, 120)}${channel === null ? '' : `  <#${channel.id}>`}`,
  );
  const text = `${mark}Storm: ${count} incidents${ofDrills} since ${when(startedAt)}, ${open.length} of them open. ${bySeverity.join(', ')}.`;
  return {
    text,
    blocks: [
      section(`*${text}*`),
      ...(lines.length > 0 ? [section(joinWithin(lines, '\n', 2900, mostShown))] : []),
      context(`Only the worst get a channel of their own while it lasts.  ·  ${list}`),
    ],
  };
}
