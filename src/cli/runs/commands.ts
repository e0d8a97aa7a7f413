// `retry`, `compensate`, `cancel`, `pause`, `resume`, `done`, `approve`, `deny`: what people decide about a run. Holds no rule.
import type { Command } from 'commander';
import { runOfApproval } from '../../core/ids.ts';
import { latestOf, latestText, pinnedText } from '../../core/run/pinned.ts';
import type { Approval } from '../../core/run/state.ts';
import type { RunOrder } from '../../ports/operations.ts';
import type { Store } from '../../store/open.ts';
import { examples, given, jsonOption, reasonOption } from '../session/options.ts';
import { CliError, line, print, printJson } from '../session/output.ts';
import { granted, type OperatingSession, withOperations } from '../session/session.ts';
import { runOf, shownRun } from './show-run.ts';

type OrderOptions = {
  reason?: string;
  json?: boolean;
  step?: string;
  planDigest?: string;
  latest?: boolean;
};

const orders: { readonly [order in RunOrder]: string } = {
  retry: 'try again what failed or is unclear; or go on after a cancel',
  compensate: 'undo the completed steps of a run, the last one first',
  cancel: 'stop a run; what it has done stays',
  pause: 'start nothing new in a run',
  resume: 'go on with a paused run',
  done: 'say that a step of unknown outcome did take effect',
};

/** Adds the orders and the decisions. */
export function addOrders(program: Command): void {
  for (const [order, about] of Object.entries(orders) as [RunOrder, string][]) addOrder(program, order, about);
  addDecision(program, 'approve', 'say yes to exactly the plan that a run waits with');
  addDecision(program, 'deny', 'say no to what a run waits with');
}

function addOrder(program: Command, order: RunOrder, about: string): void {
  const command = program.command(order).description(about).argument('<run>', 'id of the run');
  const takesStep = order === 'retry' || order === 'done';
  if (takesStep) command.option('--step <id>', 'only this step');
  if (order === 'retry')
    command.option('--latest', 'instead, start a new run of the version in force with the same inputs');
  command
    .addOption(reasonOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        `${order} run_01jq…`,
        ...(order === 'retry' ? ['retry run_01jq… --latest'] : []),
        takesStep ? `${order} run_01jq… --step restart` : `${order} run_01jq… --reason "agreed with the team"`,
      ),
    )
    .action((runId: string, { reason, step, latest, json }: OrderOptions) =>
      withOperations(async (session) => {
        const { operations, caller, store } = session;
        if (latest) return startLatest(session, runId, json === true, { step, reason });
        const run = granted(await operations.orderRun({ ...caller, runId, order, ...given({ reason, step }) }));
        const current = session.playbooks.find(({ name }) => name === run.playbook.name);
        const retry = { of: runId, newRun: false, message: pinnedText(run, current) };
        if (json) return printJson({ ...(await shownRun(store, runId)), ...(order === 'retry' ? { retry } : {}) });
        print(`Ordered: ${order} of ${runId}. The run is ${run.status}${run.paused ? ', paused' : ''}.`);
        if (order === 'retry') print(retry.message);
      }),
    );
}

async function startLatest(
  { operations, caller, store }: OperatingSession,
  runId: string,
  json: boolean,
  rest: Parameters<typeof latestOf>[1],
): Promise<void> {
  const { state } = await runOf(store, runId);
  const latest = granted(latestOf(state, rest));
  const { run } = granted(await operations.startRun({ ...caller, ...latest }));
  const retry = { of: runId, newRun: true, message: latestText(state, run) };
  if (json) printJson({ ...(await shownRun(store, run.runId)), retry });
  else print(`Started: ${run.runId}. The run is ${run.status}.\n${retry.message}`);
}

function addDecision(program: Command, decision: 'approve' | 'deny', about: string): void {
  program
    .command(decision)
    .description(about)
    .argument('<approval>', 'id of the approval; or of a run that waits for one only')
    .option('--plan-digest <digest>', 'only if this is the plan')
    .addOption(reasonOption())
    .addOption(jsonOption())
    .addHelpText('after', examples(`${decision} apr_01jq….1`, `${decision} run_01jq… --reason "seen the graphs"`))
    .action((id: string, { reason, planDigest, json }: OrderOptions) =>
      withOperations(async ({ operations, caller, store }) => {
        const { id: approvalId, planDigest: shown } = await approvalOf(store, id);
        // Bound to the plan as it is read here: what changes in between is not decided on.
        const plan = { planDigest: planDigest ?? shown };
        const decided = await operations.decideApproval({
          ...caller,
          ...plan,
          approvalId,
          decision,
          ...given({ reason }),
        });
        const { approval } = granted(decided);
        if (json) return printJson(approval);
        const { uses, with: input } = approval.plan;
        const missing = approval.rule.quorum - approval.approvals.length;
        const open = approval.status === 'open' ? `, ${missing} more needed` : '';
        print(
          `Recorded: step ${approval.step} is ${approval.status}${open}.\n${uses} ${line(JSON.stringify(input), 2000)}`,
        );
      }),
    );
}

async function approvalOf(store: Store, id: string): Promise<Approval> {
  const { state } = await runOf(store, runOfApproval(id) ?? id);
  const open = Object.values(state.approvals).filter(({ status }) => status === 'open');
  const approval = id === state.runId ? (open.length === 1 ? open[0] : undefined) : state.approvals[id];
  if (approval) return approval;
  if (id !== state.runId) throw new CliError('not_found', `there is no approval ${line(id, 80)}`);
  const which = open.map((one) => `${one.id} (${one.step})`).join(', ');
  throw new CliError(
    open.length === 0 ? 'wrong_state' : 'ambiguous',
    open.length === 0
      ? `run ${id} waits for no approval`
      : `run ${id} waits for several approvals, say which: ${which}`,
  );
}
