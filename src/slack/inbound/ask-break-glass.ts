// Shows somebody the plan that waits and asks why the glass is to be broken. Holds no rule.
import type { Caller } from '../../core/authority/principal.ts';
import { runOfApproval } from '../../core/ids.ts';
import { resourceOfRun } from '../../core/run/resource-of-run.ts';
import { findApproval } from '../../core/run/state.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { redactedRun } from '../outbound/redacted.ts';
import { code, joinWithin } from '../text.ts';
import { breakGlassModal } from '../views/break-glass-modal.ts';
import { closedWords } from './ask-decision.ts';
import type { InboundContext, Reply } from './surface.ts';
import { refused } from './words.ts';

/** Opens the form; `approvalId` null: the one request that waits in the incident of this channel. */
export async function askBreakGlass(
  asked: {
    readonly approvalId: string | null;
    readonly caller: Caller;
    readonly channelId: string;
    readonly triggerId: string;
    readonly incident: IncidentRow | null;
  },
  context: InboundContext,
): Promise<Reply> {
  const { channelId, triggerId, incident } = asked;
  const open = asked.approvalId === null && incident !== null ? await openIn(incident.id, context) : [];
  if (asked.approvalId === null && open.length !== 1)
    return open.length === 0
      ? 'Name the request: there is none that waits here alone.'
      : `Name the request: ${joinWithin(
          open.map((id) => code(id, 100)),
          ', ',
          900,
        )}.`;
  const approvalId = asked.approvalId ?? open[0] ?? '';
  const runId = runOfApproval(approvalId);
  const row = runId === null ? null : await context.reads.run(runId);
  const run = row && redactedRun(row.state, context.redact);
  const approval = run ? findApproval(run, approvalId) : undefined;
  if (!row || !run || !approval) return `Not done: there is no approval ${code(approvalId, 100)}.`;
  const resource = resourceOfRun(row.state, context.catalog.byName(run.playbook.name));
  const may = await context.authorised(asked.caller.principal, 'bypass', resource);
  if (!may.ok) return refused(may.error);
  if (approval.status !== 'open') return refused({ code: 'wrong_state', message: closedWords(approval) });
  return context.openForm(triggerId, breakGlassModal({ run, approval, channelId, publicUrl: context.publicUrl }));
}

async function openIn(incidentId: string, { reads }: Pick<InboundContext, 'reads'>): Promise<readonly string[]> {
  const runs = await reads.runsOfIncident(incidentId);
  return runs
    .flatMap(({ state }) => Object.values(state.approvals))
    .filter(({ status }) => status === 'open')
    .map(({ id }) => id);
}
