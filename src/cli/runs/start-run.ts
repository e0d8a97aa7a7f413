// `firebreak run`: starts a playbook by hand, and follows it if wanted. The steps are performed by a running Firebreak.
import { type Command, Option } from 'commander';
import { ApiProblem } from '../../client/api-error.ts';
import type { ApiRun } from '../../contract/run.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Firebreak, Where } from '../session/firebreak.ts';
import { incidentIdOf } from '../session/ids.ts';
import { durationMs, examples, inputOption, jsonOption, reasonOption, serverOption } from '../session/options.ts';
import { CliError, line, print, printJson, say } from '../session/output.ts';
import { order } from '../session/reach.ts';
import { followRun, notInTime, printFresh } from './follow.ts';

type RunOptions = Where & {
  input: JsonObject;
  incident?: string;
  reason?: string;
  drill?: boolean;
  exception?: string;
  wait?: boolean;
  timeout: number;
  json?: boolean;
};

const day = 86_400_000;

/** Adds `run PLAYBOOK`. */
export function addRun(program: Command): void {
  program
    .command('run')
    .description('start a playbook by hand')
    .argument('<playbook>', 'name of the playbook')
    .addOption(inputOption())
    .option('--incident <incident>', 'in this incident, by number or id (default: a new one)')
    .addOption(reasonOption())
    .option('--exception <reason>', 'let no freeze hold it, and why; takes the right `bypass`')
    .option('--drill', 'an exercise: noted as such, and counted by `firebreak register`')
    .option('--wait', 'follow the run until it ends; exit 0 only if it succeeded')
    .addOption(
      new Option('--timeout <duration>', 'with --wait: give up after this long')
        .default(day, '1d')
        .argParser(durationMs),
    )
    .addOption(serverOption())
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
      order(options, (firebreak) => run(firebreak, playbook, options), 'every setting'),
    );
}

async function run(firebreak: Firebreak, playbook: string, options: RunOptions): Promise<void> {
  const working = await firebreak.works();
  if (!working && options.wait)
    throw new CliError(
      'no_worker',
      'no Firebreak is running here, so nothing would perform the run; start one with `firebreak serve`',
    );
  const started = await start(firebreak, playbook, options);
  if (!working) say('No Firebreak is running here; the run begins as soon as one does (`firebreak serve`).');
  const told = `Started ${started.id} of ${line(playbook)} in incident #${started.incident.number}.`;
  if (options.wait) {
    say(told);
    return finish(firebreak, started.run, options);
  }
  if (options.json) printJson(started);
  else print(told);
}

async function start({ api, faults }: Firebreak, playbook: string, options: RunOptions) {
  const incident = options.incident === undefined ? undefined : await wholeIncidentId(api, options.incident);
  const reason = options.drill ? ['drill', options.reason].filter(Boolean).join(': ') : options.reason;
  const body = { inputs: options.input, incident, reason, exception: options.exception };
  try {
    const started = await api.call('POST /playbooks/:name/runs', { params: { name: playbook }, body });
    if ('dryRun' in started) throw new Error('a run was to be started and was only played');
    return started;
  } catch (error) {
    // It may be there, and be one of those that cannot be used.
    if (!(error instanceof ApiProblem && error.code === 'not_found' && faults.length > 0)) throw error;
    throw new CliError('invalid_playbooks', [error.message, ...faults].join('\n'));
  }
}

async function wholeIncidentId(api: Firebreak['api'], text: string): Promise<string> {
  const id = await incidentIdOf(api, text);
  return (await api.call('GET /incidents/:id', { params: { id } })).id;
}

async function finish({ api }: Firebreak, started: ApiRun, { json, timeout }: RunOptions): Promise<void> {
  const seen = json ? () => undefined : printFresh;
  const followed = await followRun(api, started, { seen, withinMs: timeout });
  if (json) printJson({ ...followed.run, events: followed.events });
  else if (!followed.inTime) throw notInTime(followed.run);
  process.exitCode = followed.run.status === 'succeeded' ? 0 : 1;
}
