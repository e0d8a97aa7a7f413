// A run as the API answers it: chosen members, never the state itself. Left out is what only the engine needs: fences, leases,
// round bookkeeping, values of the environment, signals that came early.
import type { ApiApproval, ApiApprovalNote, ApiPlan } from '../../contract/approval.ts';
import type { ApiDryRun, ApiRun, ApiRunAlert } from '../../contract/run.ts';
import type { ApiNode, ApiRunStep } from '../../contract/step.ts';
import { nextRung } from '../../core/approval/ladder.ts';
import { assertNever } from '../../core/result.ts';
import type { ApprovalNote, GateStanding } from '../../core/run/approval-note.ts';
import type { RuledDryRun } from '../../core/run/explain-rules.ts';
import type { DrillRecord, NodeState, RunState } from '../../core/run/state.ts';
import { stillMissing } from '../../core/run/who-decides.ts';
import type { ShownRun } from '../../ports/reads.ts';
import { showRule } from './show-playbook.ts';
import { showExplained } from './show-rules.ts';

/** A run. */
export function showRun(run: ShownRun): ApiRun {
  const { id, number, title, severity } = run.incident;
  return {
    id: run.runId,
    runId: run.runId,
    incidentId: run.incidentId,
    incident: { id, number, title, severity },
    playbook: run.playbook,
    trigger: run.trigger,
    requestedBy: run.requestedBy,
    inputs: run.inputs,
    outputs: run.outputs,
    alert: run.alert && showRunAlert(run.alert),
    status: run.status,
    paused: run.paused,
    reason: run.reason,
    startedAt: run.startedAt,
    deadlineAt: run.deadlineAt,
    finishedAt: run.finishedAt,
    overdueAt: run.overdueAt,
    updatedAt: run.updatedAt,
    wakeAt: run.wakeAt,
    traceUrl: run.traceUrl,
    ending: run.ending,
    gate: run.gate && { reason: run.gate.reason, from: [...run.gate.from] },
    drill: run.drill && showDrill(run.drill),
    concurrencyKey: run.concurrencyKey,
    targets: [...run.targets],
    nodes: Object.fromEntries(Object.entries(run.nodes).map(([key, node]) => [key, showNode(node)])),
    steps: run.steps.map(showStep),
    approvals: Object.fromEntries(
      Object.entries(run.approvals).map(([key, approval]) => [key, showApproval(approval)]),
    ),
    waitingFor: run.waitingFor.map((waiting) => ({
      step: waiting.step,
      kind: waiting.kind,
      since: waiting.since,
      until: waiting.until,
      what: waiting.what,
      who: [...waiting.who],
    })),
    orders: [...run.orders],
  };
}

const showDrill = ({ outcome, endedAt, reason, undone }: DrillRecord): ApiRun['drill'] => ({
  outcome,
  endedAt,
  reason,
  undone: [...undone],
});

function showNode(node: NodeState): ApiNode {
  const { attempts, round } = node;
  switch (node.status) {
    case 'pending':
    case 'ready':
      return { attempts, round, status: node.status };
    case 'awaiting_approval':
      return { attempts, round, status: node.status, approvalId: node.approvalId };
    case 'running': {
      const { status, attempt, worker, startedAt } = node;
      return { attempts, round, status, attempt, worker, startedAt };
    }
    case 'retry_wait':
      return { attempts, round, status: node.status, retryAt: node.retryAt, error: node.error };
    case 'waiting': {
      const { status, since, until, signal } = node;
      return { attempts, round, status, since, until, signal };
    }
    case 'delegated':
      return { attempts, round, status: node.status, since: node.since, childRunId: node.childRunId };
    case 'unknown': {
      const { status, since, reason, output } = node;
      const unknown = { attempts, round, status, since, reason };
      return output === undefined ? unknown : { ...unknown, output };
    }
    case 'succeeded':
      return {
        attempts,
        round,
        status: node.status,
        at: node.at,
        output: node.output,
        artifacts: [...node.artifacts],
      };
    case 'failed': {
      const { status, at, error, escalated } = node;
      return { attempts, round, status, at, error, escalated };
    }
    case 'skipped':
      return { attempts, round, status: node.status, reason: node.reason };
    default:
      return assertNever(node);
  }
}

function showStep(line: ShownRun['steps'][number]): ApiRunStep {
  const { step, name, part, status, asPlanned, attempts, about, items, runs } = line;
  return { step, name, part, status, ...(asPlanned && { asPlanned }), attempts, about, items, runs: [...runs] };
}

function showRunAlert(alert: NonNullable<RunState['alert']>): ApiRunAlert {
  return {
    source: alert.source,
    integration: alert.integration,
    fingerprint: alert.fingerprint,
    status: alert.status,
    title: alert.title,
    description: alert.description,
    severity: alert.severity,
    sourceSeverity: alert.sourceSeverity,
    service: alert.service,
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: alert.startsAt,
    endsAt: alert.endsAt,
    links: alert.links,
    groupKey: alert.groupKey,
  };
}

/** A request for a decision. */
export function showApproval(approval: RunState['approvals'][string]): ApiApproval {
  return {
    id: approval.id,
    step: approval.step,
    status: approval.status,
    plan: showPlan(approval.plan),
    planDigest: approval.planDigest,
    rule: showRule(approval.rule),
    requestedAt: approval.requestedAt,
    expiresAt: approval.expiresAt,
    escalateAt: approval.escalateAt,
    escalated: approval.escalated,
    nextRungAt: approval.status === 'open' ? (nextRung(approval)?.at ?? null) : null,
    because: [...(approval.because ?? [])],
    missing: approval.status === 'open' ? [...stillMissing(approval)] : [],
    gates: (approval.rule.gates ?? []).map(({ name }) => showGate(name, approval.gates?.[name])),
    approvals: approval.approvals.map(({ actor, at }) => ({ actor, at })),
    assigned: approval.assigned ? [...approval.assigned] : null,
    assignedUntil: approval.assignedUntil ?? null,
    notes: (approval.notes ?? []).map(showNote),
    decidedAt: approval.decidedAt,
    decidedBy: approval.decidedBy,
    reason: approval.reason,
    validUntil: approval.validUntil,
  };
}

const showGate = (name: string, found: GateStanding | undefined) => ({
  name,
  passed: found?.passed ?? null,
  at: found?.at ?? null,
  status: found?.status ?? null,
  message: found?.message ?? null,
});

function showNote(note: ApprovalNote): ApiApprovalNote {
  const { by, at } = note;
  switch (note.type) {
    case 'questioned':
      return { type: note.type, by, at, question: note.question };
    case 'reassigned':
      return { type: note.type, by, at, to: [...note.to], reason: note.reason };
    case 'reminded':
      return { type: note.type, by, at };
    case 'fell_back':
      return { type: note.type, by, at, to: [...note.to], empty: [...note.empty] };
    case 'bypassed':
      return { type: note.type, by, at, reason: note.reason, names: [...note.names], missing: [...note.missing] };
    case 'notified':
      return { type: note.type, by, at, notify: note.notify, delivered: note.delivered, message: note.message };
    default:
      return assertNever(note);
  }
}

/** A plan: all of it, because its digest covers all of it. */
function showPlan(plan: RunState['approvals'][string]['plan']): ApiPlan {
  return {
    runId: plan.runId,
    playbook: plan.playbook,
    step: plan.step,
    round: plan.round,
    uses: plan.uses,
    with: plan.with,
    target: plan.target,
    risk: plan.risk,
    timeoutMs: plan.timeoutMs,
    reversible: plan.reversible,
    undo: plan.undo,
    ...(plan.name === undefined ? {} : { name: plan.name }),
    ...(plan.summary === undefined ? {} : { summary: plan.summary }),
  };
}

/** What a run would do. */
export function showDryRun({ playbook, inputs, outcome, steps, rules }: RuledDryRun): ApiDryRun {
  return {
    dryRun: true,
    playbook,
    inputs,
    outcome,
    steps: steps.map(({ step, uses, would, reason, plan, approval }) => ({
      step,
      uses,
      would,
      reason,
      plan: plan && showPlan(plan),
      approval: approval && { from: [...approval.from], quorum: approval.quorum, who: approval.who },
    })),
    policies: rules && showExplained(rules),
  };
}
