// The orders to an incident that its state allows, as questions that are asked first.
import type { ApiIncident } from '../../../contract/incident.ts';
import { ask } from '../../data/client.ts';
import type { PendingOrder } from '../../kit/confirm-order.tsx';
import { type ShownState, states } from '../../model/states.ts';

/** An order with the word of its button. */
export type IncidentOrder = { readonly label: string; readonly pending: PendingOrder };

type Kind = 'acknowledge' | 'mitigate' | 'resolve' | 'reopen' | 'close';

type Words = {
  readonly label: string;
  readonly effect: string;
  readonly given: string;
  readonly state: ShownState;
  readonly needsReason: boolean;
};

const words: { readonly [K in Kind]: Words } = {
  acknowledge: {
    label: 'Acknowledge',
    effect: 'Says that you are at it: nobody is called again about it. Automation goes on.',
    given: 'Acknowledged',
    state: states.acknowledged,
    needsReason: false,
  },
  mitigate: {
    label: 'Mark mitigated',
    effect: 'Says that it does no more harm. It stays open until somebody resolves it.',
    given: 'Marked mitigated',
    state: states.mitigated,
    needsReason: false,
  },
  resolve: {
    label: 'Resolve',
    effect: 'Says that it is over. Runs that are under way go on; the postmortem begins.',
    given: 'Resolved',
    state: states.resolved,
    needsReason: true,
  },
  reopen: {
    label: 'Reopen',
    effect: 'Says that it is not over after all. Those who were told are told.',
    given: 'Open again',
    state: states.firing,
    needsReason: true,
  },
  close: {
    label: 'Close',
    effect: 'Closes it for good: its channel is archived, and the record is complete.',
    given: 'Closed',
    state: states.closed,
    needsReason: true,
  },
};

const kindsOf = ({ status, acknowledgedAt, mitigatedAt, mergedInto }: ApiIncident): readonly Kind[] => {
  if (mergedInto !== null) return [];
  switch (status) {
    case 'open': {
      const all: readonly Kind[] = ['acknowledge', 'resolve', 'mitigate'];
      return all.filter(
        (kind) => (kind !== 'acknowledge' || acknowledgedAt === null) && (kind !== 'mitigate' || mitigatedAt === null),
      );
    }
    case 'resolved':
      return ['close', 'reopen'];
    default:
      return ['reopen'];
  }
};

/** What can be done with it now, the likeliest first. */
export function incidentOrders(incident: ApiIncident): readonly IncidentOrder[] {
  return kindsOf(incident).map((kind) => {
    const { label, effect, given, state, needsReason } = words[kind];
    const params = { id: incident.id };
    return {
      label,
      pending: {
        title: `${label} #${incident.number}?`,
        effect,
        label,
        reason: needsReason ? 'needed' : 'asked',
        given: `${given}: #${incident.number}`,
        givenState: state,
        give: (reason) => ask(`POST /incidents/:id/${kind}`, { params, body: { reason: reason ?? '' } }),
      },
    };
  });
}
