// `firebreak plan`: what a playbook would do, step by step, with the inputs it would have. Nothing is done, nothing is asked.
import { type Command, Option } from 'commander';
import { actionTraits } from '../../actions/registry.ts';
import { type Config, environment, readConfig } from '../../config/environment.ts';
import type { ApiExplainedPolicies } from '../../contract/rules.ts';
import type { Alert } from '../../core/alert/alert.ts';
import { whoInWords } from '../../core/approval/words.ts';
import { actorOf } from '../../core/authority/principal.ts';
import type { JsonObject } from '../../core/json.ts';
import { matchTriggers, resolveInputs } from '../../core/playbook/match.ts';
import { allSteps, type Playbook, playbookRef, type Step } from '../../core/playbook/playbook.ts';
import { compileRulebook } from '../../core/policy/judge.ts';
import { isEmpty } from '../../core/policy/rulebook.ts';
import { explainRules } from '../../core/run/explain-rules.ts';
import { simulatedRun } from '../../core/run/play-case.ts';
import { type Simulation, simulate } from '../../core/run/simulate.ts';
import type { NewRun } from '../../core/run/started.ts';
import { formatDuration } from '../../core/time.ts';
import { machineUser } from '../../edges.ts';
import { showExplained } from '../../http/api/show-rules.ts';
import { readRulebook } from '../../rulebook.ts';
import { sources } from '../../sources/registry.ts';
import { textOf } from '../record/record.ts';
import { examples, inputOption, jsonOption } from '../session/options.ts';
import { CliError, line, paint, print, printJson } from '../session/output.ts';
import { saidOf } from './explained-rules.ts';
import { alertsIn, library, playbookOf } from './simulated-run.ts';

type PlanOptions = { alert?: string; source?: string; input: JsonObject; json?: boolean };

/** Adds `plan PLAYBOOK`. */
export function addPlan(program: Command): void {
  program
    .command('plan')
    .description('dry run: what would happen, with nothing done; exit 1 if the alert does not start the playbook')
    .argument('<playbook>', 'name of the playbook, or its file')
    .option('--alert <file>', 'an alert as its source sends it, - for standard input')
    .addOption(
      new Option('--source <source>', 'whose alert it is (default: one that fits)').choices([...sources.keys()]),
    )
    .addOption(inputOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'plan disk-pressure --input host=db-1',
        'plan restart-service --alert alert.json',
        'plan playbooks/restart-service.yaml --alert - --json',
      ),
    )
    .action((name: string, options: PlanOptions) => {
      const playbook = playbookOf(name);
      // Mappings and values that stand in the configuration; where it cannot be used, the playbook sees none of them.
      const config = readConfig(environment(), false, 'if_there');
      const env = config.ok ? config.value.playbookEnv : {};
      const integrations = config.ok ? config.value.file.integrations : [];
      const alerts =
        options.alert === undefined ? null : alertsIn(textOf(options.alert), options.source ?? null, integrations);
      const alert = alerts && pick(alerts, playbook);
      const match = alert === null ? null : matchTriggers(playbook, alert);
      const triggered = match === null ? null : match.outcome === 'starts';
      const unclear = match?.outcome === 'unclear' ? match.reasons : [];
      if (!options.json)
        for (const reason of unclear) print(paint('bad', `Could not be evaluated: ${line(reason, 1000)}`));
      const inputs = resolveInputs(playbook, alert, options.input);
      if (!inputs.ok)
        throw new CliError('invalid', inputs.error.map(({ path, message }) => `${path} ${message}`).join('\n'));
      const run = simulatedRun(playbook, alert, inputs.value, env, new Date().toISOString());
      const policies = config.ok ? policiesOn(config.value, run) : null;
      const simulation = simulate(run, {
        traits: actionTraits,
        resultOf: () => ({ outcome: 'assumed' }),
        decisionOn: () => 'approve',
        orders: [],
        library,
      });
      const plan = {
        playbook: playbookRef(playbook),
        triggered,
        /** Why it cannot be said whether the alert starts it; at the time it would not. */
        unclear,
        inputs: inputs.value,
        outcome: simulation.run.status,
        steps: allSteps(playbook).map((step) => plannedStep(step, simulation)),
        /** What policies and freezes of this folder say of it now; null: there are none. */
        policies,
      };
      process.exitCode = triggered === false ? 1 : 0;
      if (options.json) printJson(plan);
      else printPlan(plan);
    });
}

/** What the rules of this folder say of such a run; null: nothing is ruled. Earlier runs are not known here: rules see none of them. */
function policiesOn(config: Config, given: NewRun): ApiExplainedPolicies | null {
  const book = readRulebook(config);
  if (!book.ok) throw new CliError('invalid', book.error.join('\n'));
  if (isEmpty(book.value)) return null;
  const governance = { rules: compileRulebook(book.value), history: [], stageOf: () => 'live' as const };
  // By hand it is whoever sits here; for an alert, its integration.
  const actor =
    given.alert === null ? actorOf({ type: 'local', name: machineUser(), person: null, via: 'cli' }) : given.actor;
  const explained = explainRules(governance, { ...given, actor }, { traits: actionTraits, library });
  if (!explained.ok) throw new CliError('invalid', explained.error);
  return showExplained(explained.value);
}

/** Of several alerts in one delivery, the one that starts the playbook. */
function pick(alerts: readonly Alert[], playbook: Playbook): Alert {
  const alert = alerts.find((candidate) => matchTriggers(playbook, candidate).outcome === 'starts') ?? alerts[0];
  if (!alert) throw new CliError('unreadable', 'the delivery holds no alert');
  return alert;
}

/** What is known of one step beforehand. */
function plannedStep(step: Step, { events, undetermined, run }: Simulation) {
  const { id, uses, risk, timeoutMs, verify, approval, onFailure } = step;
  const started = events.find((event) => event.type === 'step.started' && event.data.step === id);
  const asked = events.find((event) => event.type === 'approval.requested' && event.data.step === id);
  const plan = [started, asked].flatMap((event) => (event && 'plan' in event.data ? event.data.plan : []))[0];
  const unclear = undetermined.includes(id);
  const node = run.nodes[id];
  const skipped = node?.status === 'skipped' ? node.reason : null;
  const failed = node?.status === 'failed' ? node.error.message : null;
  const shown = unclear || !plan ? { with: step.with, target: step.target, undo: step.compensate } : plan;
  return {
    step: id,
    uses,
    /** What it does, in one line for people. */
    summary: actionTraits.get(uses)?.describe(shown.with) ?? uses,
    /** `later`: its input depends on what earlier steps will answer, and stands here as it is written. */
    known: unclear ? ('later' as const) : ('now' as const),
    happens: skipped === null && failed === null && node?.status !== 'pending',
    reason: skipped ?? failed,
    with: shown.with,
    target: shown.target,
    risk,
    approval: approval && {
      from: approval.from,
      quorum: approval.quorum,
      who: whoInWords(approval),
      expiresInMs: approval.expiresInMs,
    },
    timeoutMs,
    verify: verify && { until: verify.until, withinMs: verify.withinMs },
    undo: shown.undo && { uses: shown.undo.uses, with: shown.undo.with },
    onFailure,
  };
}

type Planned = ReturnType<typeof plannedStep>;

function printPlan(plan: {
  readonly playbook: { readonly name: string; readonly version: string; readonly digest: string };
  readonly triggered: boolean | null;
  readonly inputs: JsonObject;
  readonly steps: readonly Planned[];
  readonly policies: ApiExplainedPolicies | null;
}): void {
  const { name, version, digest } = plan.playbook;
  print(`${paint('bold', `${name} ${version}`)}  ${paint('dim', digest)}`);
  if (plan.triggered !== null)
    print(plan.triggered ? paint('good', 'The alert starts it.') : paint('bad', 'The alert does NOT start it.'));
  for (const [input, value] of Object.entries(plan.inputs)) print(`input ${input} = ${line(JSON.stringify(value))}`);
  for (const [i, step] of plan.steps.entries()) printStep(i + 1, step);
  if (plan.policies) print(`\n${paint('bold', 'What policies and freezes say now')}`);
  for (const item of plan.policies?.items ?? []) for (const text of saidOf(item)) print(`   ${text}`);
  print('\nNothing was done.');
}

function printStep(number: number, step: Planned): void {
  const risk = paint(
    step.risk === 'high' ? 'bad' : step.risk === 'medium' ? 'warning' : 'neutral',
    `${step.risk} risk`,
  );
  print(`\n${number}. ${paint('bold', step.step)}  ${step.uses}  ${risk}`);
  if (!step.happens) return print(`   would not run${step.reason ? `: ${line(step.reason)}` : ''}`);
  print(`   ${paint('bold', line(step.summary))}`);
  print(`   ${line(JSON.stringify(step.with), 2000)}`);
  if (step.known === 'later')
    print(paint('warning', '   as written: what it becomes depends on what earlier steps answer'));
  if (step.target !== null) print(`   target: ${line(step.target)}`);
  if (step.approval) {
    const { who, expiresInMs } = step.approval;
    print(paint('warning', `   asks ${line(who)} first, for ${formatDuration(expiresInMs)}`));
  }
  if (step.verify) print(`   verified: ${line(step.verify.until)}, within ${formatDuration(step.verify.withinMs)}`);
  if (step.undo) print(`   undo: ${step.undo.uses} ${line(JSON.stringify(step.undo.with), 2000)}`);
}
