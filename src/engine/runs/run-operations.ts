// What people may ask of runs: decide an approval, order, signal. Each is one command of the pipeline; no rule stands here.
import type { Caller } from '../../core/authority/principal.ts';
import type { NeededRight } from '../../core/authority/right.ts';
import { runOfApproval } from '../../core/ids.ts';
import { err, ok } from '../../core/result.ts';
import type { RunCommand } from '../../core/run/decide.ts';
import { eligible } from '../../core/run/decide-approval.ts';
import type { Offer } from '../../core/run/draft.ts';
import type { RunOperations } from '../../ports/operations.ts';
import { type CommandRun, runAfter } from './command-run.ts';

/** What ordering runs needs. */
export type RunOperationParts = {
  readonly commandRun: CommandRun;
  /** Ends the actions of a run in this process at once; other processes learn of it with their next heartbeat. */
  readonly abort: (runId: string) => void;
  /** What a worker in this process would start in the same commit. */
  readonly offer: () => Offer | null;
};

/** The operations on runs that are there. */
export function createRunOperations({
  commandRun,
  abort,
  offer,
}: RunOperationParts): Pick<RunOperations, 'decideApproval' | 'orderRun' | 'signalRun'> {
  async function command(
    { principal, cause }: Caller,
    { runId, right, command }: { readonly runId: string; readonly right: NeededRight; readonly command: RunCommand },
  ) {
    const caller = { principal, cause };
    const outcome = await commandRun({ runId, caller, right, command, offer: offer() });
    return outcome.outcome === 'refused' ? err(outcome.refusal) : ok(runAfter(outcome).run);
  }

  return {
    async decideApproval({ principal, cause, approvalId, decision, planDigest, reason }) {
      const missing = `there is no approval ${approvalId}`;
      const runId = runOfApproval(approvalId);
      if (runId === null) return err({ code: 'not_found', message: missing });
      const outcome = await commandRun({
        runId,
        caller: { principal, cause },
        right: 'approve',
        isThere: (run) => run.approvals[approvalId] !== undefined,
        missing,
        resourceOf(run) {
          const approval = run.approvals[approvalId];
          return { approvers: approval ? eligible(approval) : [] };
        },
        command: ({ belongsTo }) => ({ type: decision, approvalId, as: belongsTo, planDigest, reason }),
        offer: offer(),
      });
      if (outcome.outcome === 'refused') return err(outcome.refusal);
      const { run } = runAfter(outcome);
      const approval = run.approvals[approvalId];
      if (!approval) throw new Error(`${approvalId} was decided and is not there`);
      return ok({ run, approval });
    },

    async orderRun({ runId, order, step, reason, ...caller }) {
      const ordered = await command(caller, { runId, right: 'order', command: { type: order, step, reason } });
      if (ordered.ok && ordered.value.status === 'cancelling') abort(runId);
      return ordered;
    },

    signalRun: ({ runId, name, data, ...caller }) =>
      command(caller, { runId, right: 'order', command: { type: 'signal', name, data } }),
  };
}
