// `retry`, `compensate`, `cancel`, `pause`, `resume`, `done`: what people order of a run. Holds no rule.
import type { Command } from 'commander';
import type { ApiRun } from '../../contract/run.ts';
import type { Where } from '../session/firebreak.ts';
import { runIdOf, shortId } from '../session/ids.ts';
import { examples, jsonOption, reasonOption, serverOption } from '../session/options.ts';
import { print, printJson } from '../session/output.ts';
import { order } from '../session/reach.ts';

type OrderOptions = Where & { reason?: string; json?: boolean; step?: string; latest?: boolean };

const orders = {
  retry: 'try again what failed or is unclear; or go on after a cancel',
  compensate: 'undo the completed steps of a run, the last one first',
  cancel: 'stop a run; what it has done stays',
  pause: 'start nothing new in a run',
  resume: 'go on with a paused run',
  done: 'say that a step of unknown outcome did take effect',
} as const;
type Order = keyof typeof orders;

/** Adds the orders. */
export function addOrders(program: Command): void {
  for (const name of Object.keys(orders) as Order[]) addOrder(program, name);
}

function addOrder(program: Command, name: Order): void {
  const command = program.command(name).description(orders[name]).argument('<run>', 'id of the run, or its end');
  const takesStep = name === 'retry' || name === 'done';
  if (takesStep) command.option('--step <id>', 'only this step');
  if (name === 'retry')
    command.option('--latest', 'instead, start a new run of the version in force with the same inputs');
  const other = takesStep ? `${name} run_01jq… --step restart` : `${name} run_01jq… --reason "agreed with the team"`;
  command
    .addOption(reasonOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(`${name} run_01jq…`, other, ...(name === 'retry' ? ['retry run_01jq… --latest'] : [])),
    )
    .action((text: string, options: OrderOptions) => carryOut(name, text, options));
}

function carryOut(name: Order, text: string, options: OrderOptions): Promise<void> {
  const { reason, step, latest = false, json } = options;
  return order(options, async ({ api }) => {
    const params = { id: await runIdOf(api, text) };
    if (name !== 'retry') {
      const run = await api.call(`POST /runs/:id/${name}`, { params, body: { reason, step } });
      return json ? printJson(run) : print(ordered(name, run));
    }
    const run = await api.call('POST /runs/:id/retry', { params, body: { reason, step, latest } });
    if (json) return printJson(run);
    const begun = `Started: ${run.id}. The run is ${run.status}.`;
    print(`${run.retry.newRun ? begun : ordered(name, run)}\n${run.retry.message}`);
  });
}

const ordered = (name: Order, run: ApiRun) =>
  `Ordered: ${name} of ${shortId(run.id)}. The run is ${run.status}${run.paused ? ', paused' : ''}.`;
