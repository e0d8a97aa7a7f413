// Folds the facts about requests for approval into their run: part of evolve.ts. Pure and total, without rules.
import type { RunEvent } from '../events.ts';
import { assertNever } from '../result.ts';
import type { ApprovalNote } from './approval-note.ts';
import { move } from './move-node.ts';
import type { Approval, RunState, Timed } from './state.ts';

type ApprovalFact = Timed<Extract<RunEvent, { type: `approval.${string}` }>>;

function setApproval(state: RunState, id: string, change: Partial<Approval>): RunState {
  const approval = state.approvals[id];
  return approval ? { ...state, approvals: { ...state.approvals, [id]: { ...approval, ...change } } } : state;
}

function noted(state: RunState, id: string, note: ApprovalNote): RunState {
  return setApproval(state, id, { notes: [...(state.approvals[id]?.notes ?? []), note] });
}

function request(state: RunState, event: Timed<Extract<RunEvent, { type: 'approval.requested' }>>): RunState {
  const { approvalId: id, step, plan, planDigest, rule, expiresAt, escalateAt, because } = event.data;
  const times = { expiresAt, escalateAt, requestedAt: event.at };
  const asked = { id, step, plan, planDigest, rule, ...times, escalated: false, ...(because && { because }) };
  const undecided = { decidedAt: null, decidedBy: null, reason: null, validUntil: null };
  const open: Approval = { ...asked, ...undecided, approvals: [], status: 'open' };
  const waiting = move(state, step, { status: 'awaiting_approval', approvalId: id });
  return { ...waiting, approvals: { ...waiting.approvals, [id]: open } };
}

/** Folds one fact about a request into its run. Total over them. */
export function evolveApproval(state: RunState, event: ApprovalFact): RunState {
  const { at, actor } = event;
  switch (event.type) {
    case 'approval.requested':
      return request(state, event);
    case 'approval.recorded': {
      const { approvalId, as } = event.data;
      const before = state.approvals[approvalId];
      const vote = before?.rule.thresholds === undefined ? { actor, at } : { actor, at, as };
      return setApproval(state, approvalId, { approvals: [...(before?.approvals ?? []), vote] });
    }
    case 'approval.granted': {
      const { approvalId, validUntil, step } = event.data;
      const granted = setApproval(state, approvalId, {
        status: 'granted',
        decidedAt: at,
        decidedBy: actor,
        validUntil,
      });
      return move(granted, step, { status: 'ready', approvalId });
    }
    case 'approval.denied': {
      const reason = event.data.reason ?? null;
      return setApproval(state, event.data.approvalId, { status: 'denied', decidedAt: at, decidedBy: actor, reason });
    }
    case 'approval.escalated': {
      const { approvalId, rung } = event.data;
      return setApproval(state, approvalId, { escalated: true, ...(rung !== undefined && { rungs: rung }) });
    }
    case 'approval.notified': {
      const { approvalId, rung, notify, delivered, message = null } = event.data;
      return noted(state, approvalId, { type: 'notified', by: actor, at, rung, notify, delivered, message });
    }
    case 'approval.fell_back': {
      const { approvalId, to, empty } = event.data;
      const fallen = setApproval(state, approvalId, { fallenBackTo: to });
      return noted(fallen, approvalId, { type: 'fell_back', by: actor, at, to, empty });
    }
    case 'approval.gate_answered': {
      const { approvalId, gate, passed, status, message = null } = event.data;
      const gates = { ...state.approvals[approvalId]?.gates, [gate]: { passed, at, status, message } };
      return setApproval(state, approvalId, { gates });
    }
    case 'approval.bypassed': {
      const { approvalId, reason, bypassed: names, missing } = event.data;
      return noted(state, approvalId, { type: 'bypassed', by: actor, at, reason, names, missing });
    }
    case 'approval.questioned': {
      const { approvalId, question } = event.data;
      return noted(state, approvalId, { type: 'questioned', by: actor, at, question });
    }
    case 'approval.reassigned': {
      const { approvalId, to, reason = null, until } = event.data;
      const { assignedUntil: _, ...before } = state.approvals[approvalId] ?? {};
      const changed = { ...before, assigned: to, ...(until !== undefined && { assignedUntil: until }) };
      const assigned = state.approvals[approvalId]
        ? { ...state, approvals: { ...state.approvals, [approvalId]: changed as Approval } }
        : state;
      return noted(assigned, approvalId, { type: 'reassigned', by: actor, at, to, reason });
    }
    case 'approval.reminded':
      return noted(state, event.data.approvalId, { type: 'reminded', by: actor, at });
    case 'approval.expired':
      return setApproval(state, event.data.approvalId, { status: 'expired', decidedAt: at });
    case 'approval.voided': {
      const { approvalId, step, drift } = event.data;
      const reason = drift === undefined ? event.data.reason : `${event.data.reason}: ${drift.join('; ')}`;
      return move(setApproval(state, approvalId, { status: 'voided', decidedAt: at, reason }), step, {
        status: 'pending',
      });
    }
    default:
      return assertNever(event);
  }
}
