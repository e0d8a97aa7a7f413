// Answers of the API as the web application gets them, with what a test says.
import type { ApiApproval } from '../../../src/contract/approval.ts';
import type { ApiIncident } from '../../../src/contract/incident.ts';
import type { ApiRun } from '../../../src/contract/run.ts';

const at = '2026-11-26T13:00:00.000Z';
const playbook = { name: 'restart-service', version: '1.2.0', digest: 'sha256:00' };

export const givenIncident = (said: Partial<ApiIncident>): ApiIncident => ({
  id: `inc_${said.number ?? 1}`,
  number: 1,
  title: 'a fault',
  severity: 2,
  status: 'open',
  groupKey: null,
  openedAt: at,
  resolvedAt: null,
  closedAt: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  mergedInto: null,
  channel: null,
  service: null,
  mitigatedAt: null,
  private: false,
  members: null,
  roles: {},
  alerts: {},
  updatedAt: at,
  version: 1,
  ...said,
});

export const givenRun = (said: Partial<ApiRun>): ApiRun => ({
  id: 'run_1',
  runId: 'run_1',
  incidentId: 'inc_1',
  incident: { id: 'inc_1', number: 1, title: 'a fault', severity: 2 },
  playbook,
  trigger: { type: 'manual' },
  requestedBy: { kind: 'user', id: 'U1' },
  inputs: {},
  outputs: {},
  alert: null,
  status: 'running',
  paused: false,
  reason: null,
  startedAt: at,
  deadlineAt: at,
  finishedAt: null,
  overdueAt: null,
  updatedAt: at,
  wakeAt: null,
  traceUrl: null,
  ending: null,
  gate: null,
  drill: null,
  concurrencyKey: null,
  targets: [],
  nodes: {},
  steps: [],
  approvals: {},
  waitingFor: [],
  orders: [],
  ...said,
});

/** One that is open for a quarter of an hour. */
export function givenApproval({
  step,
  target,
  quorum = 1,
  name,
}: {
  step: string;
  target: string | null;
  quorum?: number;
  name?: string;
}): ApiApproval {
  return {
    id: 'apr_1.1',
    step,
    status: 'open',
    plan: {
      runId: 'run_1',
      playbook,
      step,
      round: 1,
      uses: 'shell.run',
      with: {},
      ...(name !== undefined && { name }),
      target,
      risk: 'high',
      timeoutMs: 30_000,
      reversible: true,
      undo: null,
    },
    planDigest: 'sha256:16272fa118f354d6',
    rule: {
      from: ['@sre'],
      quorum,
      expiresInMs: 900_000,
      escalate: [],
      excludeRequester: false,
      stepUp: false,
      who: `${quorum} of @sre`,
      conditions: [],
      policy: null,
    },
    nextRungAt: null,
    assignedUntil: null,
    because: [],
    missing: [quorum === 1 ? 'one from @sre' : `${quorum} from @sre`],
    gates: [],
    requestedAt: at,
    expiresAt: '2026-11-26T13:15:00.000Z',
    escalateAt: null,
    escalated: false,
    approvals: [],
    assigned: null,
    notes: [],
    decidedAt: null,
    decidedBy: null,
    reason: null,
    validUntil: null,
  };
}
