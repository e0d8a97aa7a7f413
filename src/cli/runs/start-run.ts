// `firebreak run`: starts a playbook by hand, and follows it if wanted. The steps are performed by a running Firebreak.
import { type Command, Option } from 'commander';
import type { JsonObject } from '../../core/json.ts';
import type { RunState } from '../../core/run/state.ts';
import { realRuntime } from '../../platform/runtime.ts';
import { readHealth } from '../../store/postgres/health.ts';
import { incidentOf } from '../alerts/incidents.ts';
import { durationMs, examples, inputOption, jsonOption, reasonOption } from '../session/options.ts';
import { CliError, line, print, printJson, say } from '../session/output.ts';
import { granted, type OperatingSession, type Session, withOperations } from '../session/session.ts';
import { followRun, notInTime, printFresh } from './follow.ts';
import { shownRun } from './show-run.ts';

type RunOptions = {
  input: JsonObject;
  incident?: string;
  reason?: string;
  drill?: boolean;
  wait?: boolean;
  timeout: number;
  json?: boolean;
};

/** How a reason says that a run is an exercise; `firebreak register` looks for it. */
export const drillReason = /^drill\b/i;

const day = 86_400_000;

/** Adds `run PLAYBOOK`. */
export function addRun(program: Command): void {
  program
    .command('run')
    .description('start a playbook by hand')
    .argument('<playbook>', 'name of the playbook')
    .addOption(inputOption())
    .option('--incident <id>', 'in this incident (default: a new one)')
    .addOption(reasonOption())
    .option('--drill', 'an exercise: noted as such, and counted by `firebreak register`')
    .option('--wait', 'follow the run until it ends; exit 0 only if it succeeded')
    .addOption(
      new Option('--timeout <duration>', 'with --wait: give up after this long')
        .default(day, '1d')
        .argParser(durationMs),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'run restart-service --input service=checkout-api --input status_url=http://10.0.0.7/status',
        'run disk-pressure --input host=db-1 --wait --timeout 30m',
        'run rollback-deploy --drill --reason "monthly exercise"',
      ),
    )
    .action((playbook: string, options: RunOptions) =>
      withOperations(async (session) => {
        const working = await hasWorkers(session);
        if (!working && options.wait)
          throw new CliError(
            'no_worker',
            'no Firebreak is running here, so nobody would perform the run; start one with `firebreak serve`',
          );
        const { run, incident } = granted(await start(session, playbook, options));
        if (!working) say('No Firebreak is running here; the run begins as soon as one does (`firebreak serve`).');
        const started = `Started ${run.runId} of ${line(playbook)} in incident #${incident.number}.`;
        if (options.wait) {
          say(started);
          return finish(session, run, options);
        }
        if (options.json) printJson(await shownRun(session.store, run.runId));
        else print(started);
      }),
    );
}

async function start({ operations, caller, store }: OperatingSession, playbook: string, options: RunOptions) {
  const incidentId = options.incident === undefined ? null : (await incidentOf(store, options.incident)).id;
  const reason = options.drill ? ['drill', options.reason].filter(Boolean).join(': ') : options.reason;
  return operations.startRun({
    ...caller,
    playbook,
    inputs: options.input,
    incidentId,
    ...(reason === undefined ? {} : { reason }),
  });
}

async function hasWorkers({ alone, store }: Session): Promise<boolean> {
  return !alone && (await readHealth(store.url, realRuntime.nowMs)).workers > 0;
}

async function finish({ store }: Session, run: RunState, { json, timeout }: RunOptions): Promise<void> {
  const { state, events, inTime } = await followRun(store, run, json ? () => undefined : printFresh, timeout);
  if (json) printJson({ ...(await shownRun(store, run.runId)), events });
  else if (!inTime) throw notInTime(state);
  process.exitCode = state.status === 'succeeded' ? 0 : 1;
}
