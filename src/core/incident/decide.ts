// The rules of an incident: what a command makes happen, or why it is refused. Pure. The rules themselves stand by topic in decide-*.ts.
import { decideActionItem } from '../action-item/decide.ts';
import { type IncidentEvent, type Recorded, systemActor } from '../events.ts';
import { recordEvidence } from '../evidence/decide.ts';
import { decidePostmortem } from '../postmortem/decide.ts';
import type { Refusal } from '../refusal.ts';
import { assertNever, err, ok, type Result } from '../result.ts';
import { elapsedMs, formatDuration } from '../time.ts';
import type { IncidentCommand, RecordCommand } from './command.ts';
import { openForAlerts, placeAlerts } from './decide-alerts.ts';
import { recordChat, remindWhatIsDue, retireChannel } from './decide-life.ts';
import { addMembers, removeMembers } from './decide-members.ts';
import { decideMerge } from './decide-merge.ts';
import { endOperation } from './decide-operation.ts';
import { decidePeople } from './decide-people.ts';
import { openSplit, splitOff } from './decide-split.ts';
import { draftOn, draftOpening, type IncidentContext, type IncidentDraft, refuse } from './draft.ts';
import { endSettled } from './end-if-over.ts';
import type { IncidentState } from './state.ts';
import { acknowledgedUntil, timerDueAt } from './wake-at.ts';

/** What a command leads to. No events: it was right but changes nothing. `state` is null if there still is no incident. */
export type IncidentDecision = {
  /** To append in this order, all at the instant of the context. */
  readonly events: readonly Recorded<IncidentEvent>[];
  /** The state with these events folded in. */
  readonly state: IncidentState | null;
};

/**
 * Decides one command; `state: null` is a stream that does not exist yet. Never throws for anything a person, an alert or a duplicate
 * message can cause.
 */
export function decideIncident(
  state: IncidentState | null,
  command: IncidentCommand,
  context: IncidentContext,
): Result<IncidentDecision, Refusal> {
  if (state === null) return open(command, context);
  const draft = draftOn(state, context);
  return finish(draft, apply(draft, command));
}

function finish({ events, state }: IncidentDraft, refusal: Refusal | null): Result<IncidentDecision, Refusal> {
  return refusal ? err(refusal) : ok({ events, state });
}

function open(command: IncidentCommand, context: IncidentContext): Result<IncidentDecision, Refusal> {
  switch (command.type) {
    case 'declare': {
      const { incidentId, number, title, severity, kind, service, members } = command;
      const data = {
        number,
        title,
        severity,
        groupKey: null,
        ...(kind === undefined ? {} : { kind }),
        ...(service === undefined ? {} : { service }),
        ...(members === undefined ? {} : { members: [...members] }),
      };
      return finish(draftOpening({ incidentId, actor: context.actor, data }, context), null);
    }
    case 'split_from':
      return finish(openSplit(command, context), null);
    case 'place_alerts': {
      const draft = openForAlerts(command, context);
      return draft ? finish(draft, placeAlerts(draft, command)) : ok({ events: [], state: null });
    }
    default:
      return err(refuse('not_found', 'there is no such incident'));
  }
}

function apply(draft: IncidentDraft, command: IncidentCommand): Refusal | null {
  switch (command.type) {
    case 'declare':
      // Its id is made for it alone: it came twice.
      return command.incidentId === draft.state.id ? null : refuse('conflict', `incident ${draft.state.id} is there`);
    case 'place_alerts':
      return placeAlerts(draft, command);
    case 'merge_into':
    case 'absorb':
      return decideMerge(draft, command);
    case 'split_off':
      return splitOff(draft, command);
    case 'split_from':
      return command.incidentId === draft.state.id ? null : refuse('conflict', `incident ${draft.state.id} is there`);
    case 'acknowledge':
    case 'note':
    case 'set_severity':
    case 'assign_role':
    case 'keep_message':
    case 'add_members':
    case 'remove_members':
    case 'give_update':
    case 'snooze_updates':
    case 'mitigate':
    case 'resolve':
    case 'reopen':
    case 'close':
      return decidePeople(draft, command);
    case 'edit_postmortem':
    case 'set_postmortem_status':
    case 'review_postmortem':
      return decidePostmortem(draft, command);
    case 'add_action_item':
    case 'change_action_item':
    case 'end_action_item':
    case 'reopen_action_item':
    case 'remove_action_item':
      return decideActionItem(draft, command);
    case 'link_channel':
    case 'invite_responders':
    case 'record_joined':
    case 'record_left':
    case 'record_message':
    case 'record_export':
    case 'record_evidence':
    case 'record_evidence_failure':
    case 'record_chat_edit':
    case 'record_chat_deletion':
      remember(draft, command);
      return null;
    case 'end_operation':
      endOperation(draft, command.end);
      return null;
    case 'advance':
      advance(draft);
      return null;
    default:
      return assertNever(command);
  }
}

/** Writes down what an edge did. It is done, so it is never refused, whatever has become of the incident. */
function remember(draft: IncidentDraft, command: RecordCommand): void {
  switch (command.type) {
    case 'link_channel': {
      const { channelId, name, created } = command;
      const { channel } = draft.state;
      if (channel?.id === channelId && channel.name === name) return;
      draft.record({ type: 'channel.linked', data: { channelId, name, created } });
      return;
    }
    case 'invite_responders':
      if (command.users.length > 0) draft.record({ type: 'responders.invited', data: { users: [...command.users] } });
      return;
    case 'record_joined':
      addMembers(draft, command.members, 'channel');
      return;
    case 'record_left':
      removeMembers(draft, command.members, 'channel');
      return;
    case 'record_message': {
      const { key, channelId, ts, about } = command;
      draft.record({ type: 'message.posted', data: { key, channelId, ts, about } });
      return;
    }
    case 'record_export': {
      const { format, digest } = command;
      draft.record({ type: 'timeline.exported', data: { format, digest } });
      return;
    }
    case 'record_evidence':
    case 'record_evidence_failure':
      recordEvidence(draft, command);
      return;
    case 'record_chat_edit':
    case 'record_chat_deletion':
      recordChat(draft, command);
      return;
    default:
      assertNever(command);
  }
}

/** Ends an acknowledgement that nobody has renewed: who had it is asked whether he is still on it. */
function endLapsed(draft: IncidentDraft): void {
  const { at, rules } = draft.context;
  const { acknowledgedBy: by, acknowledgedAt: since } = draft.state;
  const until = acknowledgedUntil(draft.state, rules);
  if (by === null || since === null || until === null || elapsedMs(until, at) < 0) return;
  draft.record({ type: 'incident.acknowledge_lapsed', data: { by, since } }, systemActor);
}

/** Does what a timer is due for. */
function advance(draft: IncidentDraft): void {
  const { at, rules } = draft.context;
  const due = timerDueAt(draft.state, rules);
  if (due === null || elapsedMs(due, at) < 0) return;
  if (draft.state.status === 'open') {
    endLapsed(draft);
    remindWhatIsDue(draft);
    if (draft.state.settlesAt !== undefined && elapsedMs(draft.state.settlesAt, at) >= 0) endSettled(draft);
    return;
  }
  if (draft.state.status === 'closed') return retireChannel(draft);
  if (rules.closeAfterMs === null) return;
  const reason = `closed by itself: it stayed resolved for ${formatDuration(rules.closeAfterMs)}`;
  draft.record({ type: 'incident.closed', data: { reason } }, systemActor);
}
