// Plays one case of a playbook test by the rules of real runs and compares what happened with what was expected. Pure.
import type { Alert } from '../alert/alert.ts';
import { severityLevel, toSeverity } from '../alert/severity.ts';
import { systemActor } from '../events.ts';
import { openIncident } from '../incident/evolve.ts';
import { canonicalJson, type Json, type JsonObject } from '../json.ts';
import { matchTriggers, resolveInputs } from '../playbook/match.ts';
import { allSteps, type Playbook } from '../playbook/playbook.ts';
import type { Case, Expectation, ScriptedAnswer } from '../playbook/test-document.ts';
import { type Script, type ScriptedResult, type SimulatedEvent, simulate } from './simulate.ts';
import type { NewRun } from './started.ts';
import { stepOf } from './state.ts';

/** How a case went: nothing wrong, or each thing that was not as expected. */
export type PlayedCase = { readonly problems: readonly string[]; readonly events: readonly string[] };

/** Simulations begin here: a test says the same on every day. */
const start = '2026-01-01T00:00:00.000Z';

/** Plays a case. `alert`: the one out of its file, if it names one. */
export function playCase(
  playbook: Playbook,
  test: Case,
  { alert, ...known }: Pick<Script, 'traits' | 'library'> & { readonly alert: Alert | null },
): PlayedCase {
  const { expect } = test;
  const given = alert ?? (test.alert ? madeUp(test.alert, playbook) : null);
  const problems = unknownSteps(test, playbook);
  if (given !== null) {
    const wanted = expect.triggered ?? true;
    const match = matchTriggers(playbook, given);
    const does = match.outcome === 'starts';
    if (does !== wanted) problems.push(`the alert ${does ? 'starts' : 'does not start'} the playbook`);
    // Nobody expects a playbook that only fails to say yes.
    if (match.outcome === 'unclear')
      problems.push(...match.reasons.map((reason) => `could not be evaluated: ${reason}`));
    if (!does || !wanted) return { problems, events: [] };
  }
  const inputs = resolveInputs(playbook, given, test.inputs);
  const refusal = inputs.ok ? null : inputs.error.map(({ path, message }) => `${path} ${message}`).join('; ');
  if (expect.refused !== undefined && !refusal?.includes(expect.refused))
    problems.push(refusal === null ? 'the inputs were not refused' : `the inputs were refused otherwise: ${refusal}`);
  if (expect.refused === undefined && refusal !== null) problems.push(`the inputs were refused: ${refusal}`);
  if (!inputs.ok || problems.length > 0) return { problems, events: [] };
  const simulation = simulate(simulatedRun(playbook, given, inputs.value, test.env, start), {
    ...known,
    resultOf: ({ step, attempt }) => scripted(test.results[step], attempt),
    decisionOn: ({ step }) => test.approvals[step] ?? 'approve',
    orders: test.orders.map(({ order, step }) => ({ type: order, step })),
  });
  const events = simulation.events.map(nameOf);
  if (expect.outcome !== undefined && expect.outcome !== simulation.run.status) {
    const why = simulation.run.reason === null ? '' : ` (${simulation.run.reason})`;
    problems.push(`the run is ${simulation.run.status}${why}, expected ${expect.outcome}`);
  }
  for (const { order, reason } of simulation.refused) problems.push(`the order ${order.type} was refused: ${reason}`);
  problems.push(...inEvents(expect, events), ...inPlans(expect, simulation.events, simulation.undetermined));
  if (expect.inputs !== undefined) problems.push(...differences('inputs', expect.inputs, inputs.value));
  return { problems, events };
}

function madeUp(alert: NonNullable<Case['alert']>, { triggers: [first] }: Playbook): Alert {
  const source = alert.source ?? (first && first.source !== '*' ? first.source : 'alertmanager');
  const labels = alert.labels ?? {};
  return {
    source,
    integration: source,
    fingerprint: 'test',
    status: alert.status ?? 'firing',
    title: alert.title ?? labels.alertname ?? 'test',
    description: '',
    labels,
    annotations: alert.annotations ?? {},
    severity: alert.severity ?? toSeverity(labels.severity),
    sourceSeverity: labels.severity ?? null,
    service: alert.service ?? labels.service ?? null,
    startsAt: start,
    endsAt: null,
    links: [],
    groupKey: null,
  };
}

function unknownSteps({ results, approvals, expect }: Case, playbook: Playbook): string[] {
  const { name } = playbook;
  const steps = allSteps(playbook);
  const named = [...Object.keys(results), ...Object.keys(approvals), ...Object.keys(expect.plans ?? {})];
  const unknown = new Set(named.map(stepOf).filter((step) => !steps.some(({ id }) => id === step)));
  return [...unknown].map((step) => `${name} has no step ${step}; it has ${steps.map(({ id }) => id).join(', ')}`);
}

function scripted(answers: ScriptedAnswer | readonly ScriptedAnswer[] | undefined, attempt: number): ScriptedResult {
  const list = answers === undefined ? [] : Array.isArray(answers) ? answers : [answers as ScriptedAnswer];
  const answer: ScriptedAnswer | undefined = list[attempt - 1] ?? list.at(-1);
  if (!answer) return { outcome: 'assumed' };
  if ('lost' in answer) return { outcome: 'lost' };
  const took = answer.takes === undefined ? {} : { tookMs: answer.takes };
  if ('output' in answer) return { outcome: 'succeeded', output: answer.output, ...took };
  const { fails, code = 'test', message = 'failed as the test says', retryAfter } = answer;
  const wait = retryAfter === undefined ? {} : { retryAfterMs: retryAfter };
  return { outcome: 'failed', error: { class: fails, code, message, ...wait }, ...took };
}

/** `type`, with the step it is about if it is about one. */
const nameOf = ({ type, data }: SimulatedEvent): string => ('step' in data ? `${type} ${data.step}` : type);
const fits = (wanted: string, event: string) => event === wanted || event.startsWith(`${wanted} `);

function inEvents({ events: wanted = [], never = [], approvals }: Expectation, events: readonly string[]): string[] {
  const problems: string[] = [];
  let from = 0;
  for (const [i, name] of wanted.entries()) {
    const at = events.findIndex((event, index) => index >= from && fits(name, event));
    if (at < 0) {
      problems.push(`\`${name}\` does not happen${i === 0 ? '' : ` after \`${wanted[i - 1]}\``}`);
      break;
    }
    from = at + 1;
  }
  for (const name of never) if (events.some((event) => fits(name, event))) problems.push(`\`${name}\` happens`);
  const asked = events.filter((event) => event.startsWith('approval.requested ')).map((event) => event.split(' ')[1]);
  if (approvals !== undefined && canonicalJson(asked) !== canonicalJson(approvals))
    problems.push(`approvals are asked for [${asked.join(', ')}], expected [${approvals.join(', ')}]`);
  return problems;
}

function inPlans(
  { plans = {} }: Expectation,
  events: readonly SimulatedEvent[],
  undetermined: readonly string[],
): string[] {
  return Object.entries(plans).flatMap(([step, wanted]) => {
    const started = events.find((event) => event.type === 'step.started' && event.data.step === step);
    if (started?.type !== 'step.started') return [`step ${step} does not start`];
    if (undetermined.includes(step)) return [`step ${step} uses outputs of other steps; give their \`results\``];
    return differences(`plans.${step}`, wanted, { ...started.data.plan });
  });
}

/** Named members that are not as wanted; members that are not named may be anything. */
function differences(path: string, wanted: Json, found: unknown): string[] {
  const isObject = (value: unknown): value is { [key: string]: Json } =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isObject(wanted) && isObject(found))
    return Object.entries(wanted).flatMap(([key, value]) => differences(`${path}.${key}`, value, found[key]));
  return canonicalJson(wanted) === canonicalJson(found)
    ? []
    : [`${path} is ${JSON.stringify(found) ?? 'not there'}, expected ${JSON.stringify(wanted)}`];
}

/** A run that never was, to simulate. */
export function simulatedRun(
  playbook: Playbook,
  alert: Alert | null,
  inputs: JsonObject,
  env: { readonly [name: string]: string },
  at: string,
): NewRun {
  const title = alert?.title ?? `Manual run of ${playbook.name}`;
  const data = { number: 1, title, severity: alert ? severityLevel(alert.severity) : 3, groupKey: null };
  const opened = { type: 'incident.opened' as const, at, actor: systemActor, data };
  return {
    runId: 'run_00000000000000000000000000',
    incident: openIncident('inc_00000000000000000000000000', opened),
    playbook,
    trigger: alert
      ? {
          type: 'alert',
          fingerprint: alert.fingerprint,
          source: alert.source,
          receipt: 'dlv_00000000000000000000000000',
        }
      : { type: 'manual' },
    inputs,
    alert,
    actor: systemActor,
    at,
    env,
  };
}
