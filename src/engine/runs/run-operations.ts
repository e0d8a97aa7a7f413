// What people may ask of runs: decide an approval or see to it, order, signal. Each is one command of the pipeline; no rule stands here.
import type { Caller } from '../../core/authority/principal.ts';
import type { NeededRight } from '../../core/authority/right.ts';
import { runOfApproval } from '../../core/ids.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { RunCommand } from '../../core/run/decide.ts';
import type { Offer } from '../../core/run/draft.ts';
import { type Approval, findApproval, type RunState } from '../../core/run/state.ts';
import { namesToDecide, ruleNames } from '../../core/run/who-decides.ts';
import type { Assertion } from '../../core/step-up/assertion.ts';
import type { Directory } from '../../ports/directory.ts';
import type { EventStore } from '../../ports/ledger.ts';
import type { Operations, RunOperations } from '../../ports/operations.ts';
import type { Moment } from '../pipeline.ts';
import type { ProveAssertion } from '../step-up/prove-assertion.ts';
import { type CommandRun, runAfter } from './command-run.ts';

/** What ordering runs needs. */
export type RunOperationParts = {
  readonly commandRun: CommandRun;
  /** Ends the actions of a run in this process at once; other processes learn of it with their next heartbeat. */
  readonly abort: (runId: string) => void;
  /** What a worker in this process would start in the same commit. */
  readonly offer: () => Offer | null;
  readonly directory: () => Pick<Directory, 'members' | 'standing'>;
  readonly events: Pick<EventStore, 'loadRun'>;
  readonly proveAssertion: ProveAssertion;
};

type Given = RunOperationParts;
type Attend = Parameters<Operations['attendApproval']>[0];
type Decision =
  | { readonly type: 'approve' | 'deny'; readonly reason: string | undefined }
  | { readonly type: 'bypass'; readonly reason: string };
type Answered = Result<{ run: RunState; approval: Approval }, Refusal>;

/** The operations on runs that are there. */
export function createRunOperations(
  parts: RunOperationParts,
): Pick<RunOperations, 'decideApproval' | 'breakGlass' | 'attendApproval' | 'orderRun' | 'signalRun'> {
  const { commandRun, abort, offer } = parts;
  async function command(
    { principal, cause }: Caller,
    { runId, right, command }: { readonly runId: string; readonly right: NeededRight; readonly command: RunCommand },
  ) {
    const caller = { principal, cause };
    const outcome = await commandRun({ runId, caller, right, command, offer: offer() });
    return outcome.outcome === 'refused' ? err(outcome.refusal) : ok(runAfter(outcome).run);
  }

  return {
    async decideApproval({ principal, cause, approvalId, decision, planDigest, reason, ...asked }) {
      const assertion = decision === 'approve' && 'assertion' in asked ? asked.assertion : undefined;
      const over = { caller: { principal, cause }, approvalId, planDigest, assertion };
      return decideOver(parts, over, { right: 'approve', order: { type: decision, reason } });
    },

    breakGlass({ principal, cause, approvalId, planDigest, reason, assertion }) {
      const over = { caller: { principal, cause }, approvalId, planDigest, assertion };
      return decideOver(parts, over, { right: 'bypass', order: { type: 'bypass', reason } });
    },

    attendApproval: (asked) => attend(parts, asked),

    async orderRun({ runId, order, step, reason, ...caller }) {
      const ordered = await command(caller, { runId, right: 'order', command: { type: order, step, reason } });
      if (ordered.ok && ordered.value.status === 'cancelling') abort(runId);
      return ordered;
    },

    signalRun: ({ runId, name, data, ...caller }) =>
      command(caller, { runId, right: 'order', command: { type: 'signal', name, data } }),
  };
}

/** A decision over the plan that was read, with what somebody's passkey signed where anything came. */
async function decideOver(
  parts: Given,
  {
    caller,
    approvalId,
    planDigest,
    assertion,
  }: {
    readonly caller: Caller;
    readonly approvalId: string;
    readonly planDigest: string | undefined;
    readonly assertion: Assertion | undefined;
  },
  { right, order }: { readonly right: 'approve' | 'bypass'; readonly order: Decision },
): Promise<Answered> {
  const { principal } = caller;
  const proof =
    assertion === undefined || planDigest === undefined
      ? ok(undefined)
      : await parts.proveAssertion({ principal, approvalId, planDigest, assertion });
  if (!proof.ok) return proof;
  const stepUp = proof.value;
  const command = ({ belongsTo: as }: Moment): RunCommand => ({ ...order, approvalId, as, planDigest, stepUp });
  return onApproval(parts, { caller, approvalId, right, command });
}

/** A command on the run of an approval; answers the request that its step waits with afterwards. */
async function onApproval(
  { commandRun, offer }: Given,
  asked: {
    readonly caller: Caller;
    readonly approvalId: string;
    readonly right: 'approve' | 'attend' | 'bypass';
    readonly command: RunCommand | ((moment: Moment) => RunCommand);
  },
): Promise<Answered> {
  const { caller, approvalId, right, command } = asked;
  const missing = `there is no approval ${approvalId}`;
  const runId = runOfApproval(approvalId);
  if (runId === null) return err({ code: 'not_found', message: missing });
  const outcome = await commandRun({
    runId,
    caller,
    right,
    isThere: (run) => findApproval(run, approvalId) !== undefined,
    missing,
    resourceOf(run) {
      const approval = findApproval(run, approvalId);
      return { approvers: approval ? namesToDecide(approval) : [] };
    },
    command,
    offer: offer(),
  });
  if (outcome.outcome === 'refused') return err(outcome.refusal);
  const { run } = runAfter(outcome);
  const approval = findApproval(run, approvalId);
  if (!approval) throw new Error(`${approvalId} was decided and is not there`);
  return ok({ run, approval });
}

async function attend(parts: Given, asked: Attend): Promise<Answered> {
  const { principal, cause, approvalId } = asked;
  const given = { caller: { principal, cause }, approvalId, right: 'attend' } as const;
  switch (asked.order) {
    case 'question':
      return onApproval(parts, { ...given, command: { type: 'question', approvalId, question: asked.question } });
    case 'reassign': {
      const { reason, until } = asked;
      const { to, within } = await assigned(parts, asked);
      return onApproval(parts, { ...given, command: { type: 'reassign', approvalId, to, within, reason, until } });
    }
    case 'remind':
      return onApproval(parts, { ...given, command: { type: 'remind', approvalId } });
    case 'refresh': {
      const refreshed = await onApproval(parts, { ...given, command: { type: 'refresh', approvalId } });
      if (!refreshed.ok) return refreshed;
      const { run, approval } = refreshed.value;
      const again = Object.values(run.approvals).find(
        ({ step, status }) => step === approval.step && status === 'open',
      );
      return ok({ run, approval: again ?? approval });
    }
  }
}

/** Whom a request is handed on to: a name of its rule, or a living person, with those names that he or she belongs to now. */
async function assigned(
  { directory: current, events }: Given,
  { approvalId, to }: Attend & { readonly order: 'reassign' },
): Promise<{ to: string; within: readonly string[] }> {
  const runId = runOfApproval(approvalId);
  const loaded = runId === null ? null : await events.loadRun(runId);
  const approval = loaded ? findApproval(loaded.run, approvalId) : undefined;
  if (!approval) return { to, within: [] };
  const names = ruleNames(approval);
  const directory = current();
  if (names.includes(to)) return { to, within: [to] };
  if (to.startsWith('@')) return { to, within: [] };
  const [user, ...others] = await directory.members([to]);
  if (user === undefined || others.length > 0 || (await directory.standing(user)) !== 'active')
    return { to, within: [] };
  const members = await Promise.all(names.map((name) => directory.members([name])));
  return { to: user, within: names.filter((_, i) => members[i]?.includes(user)) };
}
