// A playbook as the API answers it: all that its author wrote, with the digest that pins it.

import type { ApiActionCall, ApiApprovalRule, ApiPlaybook, ApiPlaybookStep } from '../../contract/playbook.ts';
import { restInWords, whoInWords } from '../../core/approval/words.ts';
import {
  type ActionCall,
  type ApprovalRule,
  classOf,
  type Playbook,
  playbookRef,
  type Step,
} from '../../core/playbook/playbook.ts';
import type { PlaybookSlo } from '../../core/slo/objective.ts';

/** A playbook in force. */
export function showPlaybook(playbook: Playbook): ApiPlaybook {
  return {
    name: playbook.name,
    version: playbook.version,
    digest: playbookRef(playbook).digest,
    apiVersion: playbook.apiVersion,
    description: playbook.description,
    owner: playbook.owner,
    sla: playbook.sla,
    slo: playbook.slo ? showSlo(playbook.slo) : null,
    runbook: playbook.runbook ?? null,
    class: classOf(playbook),
    triggers: playbook.triggers,
    schedule: playbook.schedule ?? [],
    inputs: playbook.inputs,
    env: playbook.env,
    timeoutMs: playbook.timeoutMs,
    concurrency: playbook.concurrency,
    cooldown: playbook.cooldown,
    steps: playbook.steps.map(showStep),
    finally: playbook.finally.map(showStep),
    outputs: playbook.outputs,
    maxTargets: playbook.maxTargets,
  };
}

const showSlo = ({ windowMs, success, withinSla, approvalWait }: PlaybookSlo): ApiPlaybook['slo'] => ({
  windowMs: windowMs ?? null,
  success: success ?? null,
  withinSla: withinSla ?? null,
  approvalWait: approvalWait ?? null,
});

function showStep(step: Step): ApiPlaybookStep {
  const { uses, with: input, risk, approval, timeoutMs, retry, replay } = showCall(step);
  return {
    id: step.id,
    name: step.name,
    needs: step.needs,
    if: step.if,
    uses,
    with: input,
    risk,
    approval,
    timeoutMs,
    retry,
    replay,
    target: step.target,
    capture: step.capture,
    verify: step.verify,
    compensate: step.compensate && showCall(step.compensate),
    reversible: step.reversible,
    onFailure: step.onFailure,
    runsOn: step.runsOn,
    forEach: step.forEach,
    outputSchema: step.outputSchema,
  };
}

function showCall({ uses, with: input, risk, approval, timeoutMs, retry, replay }: ActionCall): ApiActionCall {
  return { uses, with: input, risk, approval: approval && showRule(approval), timeoutMs, retry, replay };
}

/** Who may decide, and how many of them. */
export function showRule(rule: ApprovalRule): ApiApprovalRule {
  const { from, quorum, expiresInMs, escalate, excludeRequester, stepUp = false } = rule;
  const words = { who: whoInWords(rule), conditions: [...restInWords(rule)], policy: rule.policy ?? null };
  return { from, quorum, expiresInMs, escalate, excludeRequester, stepUp, ...words };
}
