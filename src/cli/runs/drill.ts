// `firebreak drill`: exercises a playbook and follows it, or plays it where there is nothing to exercise it on. The drill itself is
// performed and judged by a running Firebreak.
import { type Command, Option } from 'commander';
import type { Firebreak, Where } from '../session/firebreak.ts';
import { durationMs, examples, jsonOption, reasonOption, serverOption } from '../session/options.ts';
import { CliError, line, print, printJson, say } from '../session/output.ts';
import { order } from '../session/reach.ts';
import { followRun, notInTime, printFresh } from './follow.ts';
import { drillLine } from './show-run.ts';
import { simulateDrill } from './simulated-drill.ts';

type DrillOptions = Where & { reason?: string; simulate?: boolean; wait: boolean; timeout: number; json?: boolean };

const day = 86_400_000;

/** Adds `drill PLAYBOOK`. */
export function addDrill(program: Command): void {
  program
    .command('drill')
    .description(
      'exercise a playbook with the inputs under its `drill:`, approvals and undoing included; exit 0 only if it passed',
    )
    .argument('<playbook>', 'name of the playbook')
    .addOption(reasonOption())
    .option('--simulate', 'play it without any target: does nothing, proves nothing')
    .option('--no-wait', 'do not follow it')
    .addOption(
      new Option('--timeout <duration>', 'stop following after this long').default(day, '1d').argParser(durationMs),
    )
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'drill restart-service --reason "game day"',
        'drill restart-service --json',
        'drill restart-service --simulate',
      ),
    )
    .action((playbook: string, options: DrillOptions) => {
      if (options.simulate) return simulateDrill(playbook, options.json === true);
      return order(options, (firebreak) => drill(firebreak, playbook, options), 'every setting');
    });
}

async function drill(firebreak: Firebreak, playbook: string, options: DrillOptions): Promise<void> {
  const { json, wait, reason, timeout } = options;
  const working = await firebreak.works();
  if (!working && wait)
    throw new CliError(
      'no_worker',
      'no Firebreak is running here, so nothing would perform the drill; start one with `firebreak serve`',
    );
  const started = await firebreak.api.call('POST /drills', { body: { playbook, reason } });
  if (!working) say('No Firebreak is running here; the drill begins as soon as one does (`firebreak serve`).');
  const told = `[DRILL] Started ${started.id} of ${line(playbook)} in incident #${started.incident.number}.`;
  if (!wait) return json ? printJson(started) : print(told);
  say(told);
  const seen = json ? () => undefined : printFresh;
  const { run, events, inTime } = await followRun(firebreak.api, started.run, { seen, withinMs: timeout });
  if (json) printJson({ ...run, events });
  else if (!inTime) throw notInTime(run);
  else print(`[DRILL] ${line(playbook)}: ${drillLine(run) ?? 'not judged'}`);
  process.exitCode = run.drill?.outcome === 'passed' ? 0 : 1;
}
