// When the time of a group is over, so that what fires next is another problem. Decides nothing about single alerts.
import { elapsedMs, formatDuration } from '../time.ts';
import type { Arrival } from './command.ts';
import type { GroupDraft } from './draft.ts';

/** Ends the window if it is over and something begins that would join it. What goes on stays with the incident that knows it. */
export function endWindow(draft: GroupDraft, arrivals: readonly Arrival[]): void {
  const begins = arrivals.some(({ alert, active }) => alert.status === 'firing' && !active);
  const reason = overBecause(draft);
  if (!begins || reason === null) return;
  draft.record({ type: 'group.window_ended', data: { generation: draft.state.generation + 1, reason } });
  draft.target = draft.context.freshId;
}

function overBecause({ state, context }: GroupDraft): string | null {
  const { at, settings, incident } = context;
  const { rollingMs, capMs } = settings.window;
  // Nothing was told in this window: whatever waits in it goes on with what comes.
  if (state.windowFrom === null || state.incidentId === null || incident === null || !incident.isOpen) return null;
  if (elapsedMs(state.lastAt, at) > rollingMs) return `its last alert came more than ${formatDuration(rollingMs)} ago`;
  if (elapsedMs(state.windowFrom, at) > capMs) return `its first alert came more than ${formatDuration(capMs)} ago`;
  return null;
}
