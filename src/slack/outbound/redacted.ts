// Read models without their secrets, before anything of them is shown. Ids, digests and instants stay as they are. Pure.
import type { HomeView, ModalView } from '@slack/types';
import type { StepError } from '../../core/events.ts';
import type { Json } from '../../core/json.ts';
import type { Redactor } from '../../core/redact.ts';
import type { ApprovalNote } from '../../core/run/approval-note.ts';
import type { Approval, NodeState, RunState } from '../../core/run/state.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import type { IncidentRow } from '../../ports/reads.ts';

/** An incident as it may be shown. */
export function redactedIncident(incident: IncidentRow, redact: Redactor): IncidentRow {
  return {
    ...incident,
    title: redact.text(incident.title),
    // Whoever gives a role names it.
    roles: Object.fromEntries(Object.entries(incident.roles).map(([role, user]) => [redact.text(role), user])),
    ...(incident.handedOver !== undefined && {
      handedOver: { ...incident.handedOver, role: redact.text(incident.handedOver.role) },
    }),
    ...(incident.update !== undefined && { update: { ...incident.update, text: redact.text(incident.update.text) } }),
    ...(incident.shadowed !== undefined && {
      shadowed: incident.shadowed.map((one) => ({ ...one, differences: one.differences.map(redact.text) })),
    }),
    alerts: mapValues(incident.alerts, (alert) => ({
      ...alert,
      title: redact.text(alert.title),
      ...(alert.because !== undefined && { because: redact.text(alert.because) }),
    })),
  };
}

/** A form, or the Home tab, as it may be shown, whatever stands in it. */
export const redactedForm = <V extends ModalView | HomeView>(view: V, redact: Redactor): V =>
  redact(view as unknown as Json) as unknown as V;

/** Kill switches as they may be shown. */
export const redactedSwitches = (switches: readonly KillSwitch[], redact: Redactor): readonly KillSwitch[] =>
  switches.map((one) => ({ ...one, reason: redact.text(one.reason) }));

/** A run as it may be shown. */
export function redactedRun(run: RunState, redact: Redactor): RunState {
  return {
    ...run,
    inputs: redact(run.inputs) as RunState['inputs'],
    incident: { ...run.incident, title: redact.text(run.incident.title) },
    reason: textOf(run.reason, redact),
    concurrencyKey: textOf(run.concurrencyKey, redact),
    gate: run.gate && { ...run.gate, reason: redact.text(run.gate.reason) },
    ending: run.ending && { ...run.ending, reason: textOf(run.ending.reason, redact) },
    nodes: mapValues(run.nodes, (node) => redactedNode(node, redact)),
    approvals: mapValues(run.approvals, (approval) => redactedApproval(approval, redact)),
  };
}

function redactedApproval(approval: Approval, redact: Redactor): Approval {
  const { plan, reason, notes } = approval;
  const shown: Approval['plan'] = {
    ...plan,
    with: redact(plan.with as Json),
    target: textOf(plan.target, redact),
    undo: plan.undo === null ? null : { ...plan.undo, with: redact(plan.undo.with as Json) },
  };
  const redacted = {
    ...approval,
    plan: {
      ...shown,
      ...(plan.name !== undefined && { name: redact.text(plan.name) }),
      ...(plan.summary !== undefined && { summary: redact.text(plan.summary) }),
      ...(plan.undoSummary !== undefined && { undoSummary: redact.text(plan.undoSummary) }),
    },
    reason: textOf(reason, redact),
  };
  return notes === undefined ? redacted : { ...redacted, notes: notes.map((note) => redactedNote(note, redact)) };
}

function redactedNote(note: ApprovalNote, redact: Redactor): ApprovalNote {
  switch (note.type) {
    case 'questioned':
      return { ...note, question: redact.text(note.question) };
    case 'reassigned':
      return { ...note, reason: textOf(note.reason, redact) };
    case 'bypassed':
      return { ...note, reason: redact.text(note.reason) };
    case 'notified':
      return { ...note, message: textOf(note.message, redact) };
    case 'reminded':
    case 'fell_back':
      return note;
  }
}

const textOf = (text: string | null, redact: Redactor): string | null => (text === null ? null : redact.text(text));

function redactedError(error: StepError, redact: Redactor): StepError {
  const shown = { ...error, message: redact.text(error.message) };
  return error.output === undefined ? shown : { ...shown, output: redact(error.output as Json) };
}

function redactedNode(node: NodeState, redact: Redactor): NodeState {
  switch (node.status) {
    case 'succeeded':
      return { ...node, output: redact(node.output) };
    case 'failed':
    case 'retry_wait':
      return { ...node, error: redactedError(node.error, redact) };
    case 'waiting':
      return { ...node, signal: textOf(node.signal, redact) };
    case 'unknown': {
      const shown = { ...node, reason: redact.text(node.reason) };
      return node.output === undefined ? shown : { ...shown, output: redact(node.output) };
    }
    case 'skipped':
      return { ...node, reason: redact.text(node.reason) };
    default:
      return node;
  }
}

function mapValues<T>(object: { readonly [key: string]: T }, change: (value: T) => T): { readonly [key: string]: T } {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
