// `firebreak policy`: the policies in force, what they would say, and their tests. Tests need no database. Holds no rule.
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { environment, readConfig } from '../../config/environment.ts';
import type { JsonObject } from '../../core/json.ts';
import { formatFault, type PlaybookFault } from '../../core/playbook/compile.ts';
import { playCase } from '../../core/policy/play-case.ts';
import { loadPolicies } from '../../store/policy/policy-files.ts';
import type { Where } from '../session/firebreak.ts';
import { examples, inputOption, instant, jsonOption, serverOption } from '../session/options.ts';
import { CliError, line, paint, print, printJson, say, table } from '../session/output.ts';
import { ask } from '../session/reach.ts';
import { explainedText } from './explained-rules.ts';
import { addPolicyDiff } from './policy-diff.ts';

type Json = { readonly json?: boolean };
type ExplainOptions = Where &
  Json & { playbook: string; step?: string; input: JsonObject; environment?: string; asOf?: string };

/** Adds `policy list|test|explain`. */
export function addPolicies(program: Command): void {
  const policy = program.command('policy').description('policies: what may happen, when, and who is asked');
  policy
    .command('list', { isDefault: true })
    .description('the policies in force')
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('policy', 'policy list --json'))
    .action((options: Where & Json) =>
      ask(options, async ({ api }) => {
        const found = await api.call('GET /policies', {});
        if (options.json) return printJson(found);
        if (found.items.length === 0) return print('No policy is in force.');
        const rows = found.items.flatMap(({ name, rules }) =>
          rules.map(({ id, at, when, effect }) => [line(name), id, at.join(', '), line(when, 60), line(effect, 80)]),
        );
        print(table(['POLICY', 'RULE', 'AT', 'WHEN', 'EFFECT'], rows));
        print(`Rule book ${found.rulebook}${found.since === null ? '' : `, in force since ${found.since}`}`);
        if (found.refused !== null) say(`A change to ${found.refused} was denied by them.`);
      }),
    );
  policy
    .command('test')
    .description('read policies and play their tests; every fault as file:line:col  message, exit 1')
    .argument('[paths...]', 'files and folders (default: FIREBREAK_POLICIES)')
    .addOption(jsonOption())
    .addHelpText('after', examples('policy test', 'policy test policies/production.yaml --json'))
    .action((paths: readonly string[], { json }: Json) => test(paths, json === true));
  addPolicyDiff(policy);
  policy
    .command('explain')
    .description('what policies and freezes would say of a run, and why')
    .requiredOption('--playbook <name>', 'of which playbook')
    .option('--step <id>', 'only of this step')
    .addOption(inputOption())
    .option('--environment <name>', 'as if the run were of this environment')
    .option('--as-of <time>', 'as if it were this instant', instant)
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'policy explain --playbook restart-service --input service=checkout',
        'policy explain --playbook restart-service --as-of 2026-12-24T20:00:00Z',
      ),
    )
    .action((options: ExplainOptions) =>
      ask(options, async ({ api }) => {
        const { playbook, step, input: inputs, environment: where, asOf } = options;
        const body = { playbook, step, inputs, environment: where, asOf };
        const explained = await api.call('POST /policies/explain', { body });
        if (options.json) printJson(explained);
        else print(explainedText(explained));
      }),
    );
}

/** Where policies are, where any are. */
function policyFolder(): string | null {
  const config = readConfig(environment(), false, 'if_there');
  if (config.ok) return config.value.policies;
  return environment().FIREBREAK_POLICIES ?? (existsSync('./policies') ? './policies' : null);
}

function test(given: readonly string[], json: boolean): void {
  const folder = given.length > 0 ? null : policyFolder();
  const paths = given.length > 0 ? given : folder === null ? [] : [folder];
  if (paths.length === 0) throw new CliError('not_found', 'there are no policies; write them as policies/NAME.yaml');
  const { policies, tests, faults: unread } = loadPolicies(paths);
  const faults: PlaybookFault[] = [...unread];
  let passed = 0;
  for (const { test: one, policy: name, file, line: at, col } of tests) {
    const policy = policies.find(({ policy: known }) => known.name === name)?.policy;
    const problems = policy ? playCase(policy, one) : [];
    if (problems.length === 0) passed += 1;
    faults.push(...problems.map((message) => ({ file, line: at, col, message: `${one.name}: ${message}` })));
  }
  if (policies.length === 0 && faults.length === 0)
    throw new CliError('not_found', `${paths.join(', ')} holds no policy`);
  process.exitCode = faults.length > 0 ? 1 : 0;
  const names = policies.map(({ policy }) => policy.name);
  if (json) return printJson({ policies: names, passed, faults });
  for (const fault of faults) print(line(formatFault(fault), 2000));
  print(
    paint(faults.length > 0 ? 'bad' : 'good', `${names.length} policies, ${passed} of ${tests.length} tests passed`),
  );
}
