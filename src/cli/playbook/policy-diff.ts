// `firebreak policy diff`: which decisions of before the policies of a folder would have made differently. Changes nothing.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { Option } from 'commander';
import { environment, readConfig } from '../../config/environment.ts';
import type { ApiPolicyDiff } from '../../contract/rules.ts';
import { formatFault } from '../../core/playbook/compile.ts';
import { loadPolicies } from '../../store/policy/policy-files.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, instant, jsonOption, serverOption, wholeNumber } from '../session/options.ts';
import { CliError, line, print, printJson, table } from '../session/output.ts';
import { ask } from '../session/reach.ts';

type DiffOptions = Where & { since?: string; limit: number; json?: boolean };

/** Adds `policy diff`. */
export function addPolicyDiff(policy: Command): void {
  policy
    .command('diff')
    .description('which past decisions would differ by the policies of the folder; what was not recorded is said')
    .addOption(new Option('--since <time>', 'of runs begun since (default: 30d)').argParser(instant))
    .addOption(new Option('--limit <number>', 'how many runs at most').default(200).argParser(wholeNumber(1, 1000)))
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('policy diff', 'policy diff --since 7d --json'))
    .action((options: DiffOptions) => {
      const policies = ownPolicies();
      return ask(options, async ({ api }) => {
        const { since, limit } = options;
        const diff = await api.call('POST /policies/diff', { body: { policies, since, limit } });
        if (options.json) return printJson(diff);
        if (diff.items.length > 0) print(table(['AT', 'RUN', 'ABOUT', 'SAID', 'WOULD SAY'], diff.items.map(row)));
        print(`${diff.items.length} of ${diff.judged} decisions would differ, or cannot be told`);
      });
    });
}

/** The texts of the policies of the folder here; none where there is no folder. */
function ownPolicies(): string[] {
  const config = readConfig(environment(), false, 'if_there');
  if (!config.ok) throw new CliError('invalid', config.error.join('\n'));
  const { policies: folder } = config.value;
  if (folder === null) return [];
  const { policies, faults } = loadPolicies([folder]);
  if (faults.length > 0) throw new CliError('invalid', faults.map(formatFault).join('\n'));
  return policies.map(({ path }) => readFileSync(path, 'utf8'));
}

const row = ({ at, run, step, judgedAt, outcome, before, after, missing }: ApiPolicyDiff['items'][number]) => [
  at,
  run,
  step === null ? judgedAt : `${judgedAt} ${line(step)}`,
  line(before.join('; '), 200),
  outcome === 'unknown'
    ? `not known: ${missing.join(', ')} was not recorded`
    : line(after.join('; ') || 'nothing', 200),
];
