// When an incident is over by itself: its last, its first or all of its alerts have ended, and it stayed so for as long as it has to.
import { systemActor } from '../events.ts';
import { assertNever } from '../result.ts';
import { addMs, formatDuration } from '../time.ts';
import type { IncidentDraft } from './draft.ts';
import type { IncidentState } from './state.ts';

/** Why it is over by its alerts alone; null: it is not. Alerts that the sender leaves out count as firing. */
function overBecause({ alerts, unlisted, handling }: IncidentState): string | null {
  if (unlisted !== undefined) return null;
  const all = Object.values(alerts);
  const ended = all.filter(({ status }) => status === 'resolved');
  const on = handling?.resolve?.on ?? 'all';
  switch (on) {
    case 'all':
      return ended.length === all.length ? 'every alert is resolved' : null;
    case 'first':
      return ended.length > 0 ? 'its first alert is resolved' : null;
    case 'last': {
      const [latest] = all.toSorted((a, b) => b.firstAt.localeCompare(a.firstAt));
      return latest?.status === 'resolved' ? 'its latest alert is resolved' : null;
    }
    case 'never':
      return null;
    default:
      return assertNever(on);
  }
}

/** Ends an open incident that is over, or says when it will end. */
export function endIfOver(draft: IncidentDraft): void {
  const { state, context } = draft;
  const reason = overBecause(state);
  if (state.status !== 'open' || reason === null || state.settlesAt !== undefined) return;
  const settleMs = state.handling?.resolve?.settleMs ?? 0;
  if (settleMs === 0) draft.record({ type: 'incident.resolved', data: { reason } }, systemActor);
  else draft.record({ type: 'incident.settling', data: { until: addMs(context.at, settleMs), reason } }, systemActor);
}

/** Ends an incident that has settled. */
export function endSettled(draft: IncidentDraft): void {
  const { state } = draft;
  const reason = overBecause(state);
  if (state.status !== 'open' || reason === null) return;
  const after = formatDuration(state.handling?.resolve?.settleMs ?? 0);
  draft.record(
    { type: 'incident.resolved', data: { reason: `${reason}, and nothing fired for ${after}` } },
    systemActor,
  );
}
