// From a run's state to the exact input of a step: masked for people and digests, real for the action. Same templates, so both agree.
import type { Plan, RunEvent } from '../events.ts';
import { digestJson, type Json, type JsonObject } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { doneKey, isUndo, itemOf, nodeOf, type RunState, stepOf } from '../run/state.ts';
import type { Masker } from '../secret/masker.ts';
import type { ActionCatalog } from './action-traits.ts';
import { compileExpression, type Scope } from './expression.ts';
import { allSteps, type Playbook, type PlaybookRef, type Step } from './playbook.ts';
import { compileTemplate, maskedSecret, render, type SecretValue, type Template } from './template.ts';

type Templates = {
  readonly with: Template;
  readonly undo: Template | null;
  readonly verify: Template | null;
  readonly target: Template | null;
};

const compiled = new WeakMap<Step, Templates>();

function template(tree: Json): Template {
  const result = compileTemplate(tree);
  // Playbooks are compiled before they are stored; a fault here means that the store holds something else.
  if (!result.ok) throw new Error(`stored playbook with a broken template: ${result.error[0]?.message}`);
  return result.value;
}

function templatesOf(step: Step): Templates {
  const known = compiled.get(step);
  if (known) return known;
  const templates = {
    with: template(step.with),
    undo: step.compensate ? template(step.compensate.with) : null,
    verify: step.verify?.uses ? template(step.verify.with) : null,
    target: step.target === null ? null : template(step.target),
  };
  compiled.set(step, templates);
  return templates;
}

const stepIndex = new WeakMap<Playbook, ReadonlyMap<string, Step>>();

/** A step of a playbook by id. */
export function stepById(playbook: Playbook, id: string): Step | undefined {
  const known = stepIndex.get(playbook) ?? new Map(allSteps(playbook).map((step) => [step.id, step]));
  stepIndex.set(playbook, known);
  return known.get(id);
}

/** What expressions of a run can see. */
function scopeOf(state: RunState): Scope {
  const steps: Record<string, JsonObject> = {};
  for (const [key, node] of Object.entries(state.nodes)) {
    if (key !== stepOf(key)) continue;
    steps[key] = node.status === 'succeeded' ? { status: node.status, output: node.output } : { status: node.status };
  }
  return {
    alert: state.alert ?? undefined,
    incident: state.incident,
    inputs: state.inputs,
    env: state.env,
    steps,
    run: {
      id: state.runId,
      startedAt: state.startedAt,
      playbook: state.playbook.name,
      version: state.playbook.version,
    },
  };
}

/** The scope of a node: a compensation also sees its step's own `output`. */
function scopeAt(state: RunState, key: string): Scope {
  const node = nodeOf(state, doneKey(key));
  const index = itemOf(key);
  const item = index === null ? {} : { item: state.expansions[stepOf(key)]?.[index] ?? null, index };
  const output = isUndo(key) && node.status === 'succeeded' ? { output: node.output } : {};
  return { ...scopeOf(state), ...item, ...output };
}

/** What a plan is made with. `mask`: an expression may join the parts of a secret; absent: nothing is known to be one. */
export type PlanContext = { readonly traits: ActionCatalog; readonly mask?: Masker['mask'] };

/** The target of a node as it stands now; null: it has none, or none that can be said. It costs less than the whole plan. */
export function renderTarget(playbook: Playbook, state: RunState, key: string): string | null {
  const step = stepById(playbook, stepOf(key));
  const own = step ? templatesOf(step).target : null;
  const target = own ? render(own, scopeAt(state, key), maskedSecret) : ok(null);
  return target.ok && target.value !== null ? String(target.value) : null;
}

/** The exact plan of a node as it stands now, secrets masked; the error says which expression failed. */
export function renderPlan(
  playbook: Playbook,
  state: RunState,
  key: string,
  { traits, mask = (value) => value }: PlanContext,
): Result<Plan, string> {
  const step = stepById(playbook, stepOf(key));
  const call = step && isUndo(key) ? step.compensate : step;
  if (!step || !call) return err(`the playbook has no step ${key}`);
  const templates = templatesOf(step);
  const scope = scopeAt(state, key);
  const own = isUndo(key) ? templates.undo : templates.with;
  const input = own ? render(own, scope, maskedSecret) : err(`step ${step.id} has no compensation`);
  if (!input.ok) return input;
  const target = templates.target ? render(templates.target, scope, maskedSecret) : ok(null);
  if (!target.ok) return target;
  const plan = mask<Plan>({
    playbook: state.playbook,
    reversible: step.reversible,
    risk: call.risk,
    round: nodeOf(state, key).round,
    runId: state.runId,
    step: key,
    target: target.value === null ? null : String(target.value),
    timeoutMs: call.timeoutMs,
    undo: isUndo(key) ? null : undoOf(step, templates.undo, scope),
    uses: call.uses,
    with: input.value,
  });
  return ok({ ...plan, ...inWords(plan, step, traits) });
}

/** What people read first; no part of the digest. */
function inWords(plan: Plan, step: Step, traits: ActionCatalog): Pick<Plan, 'name' | 'summary' | 'undoSummary'> {
  const name = step.name === step.id ? undefined : step.name;
  const summary = traits.get(plan.uses)?.describe(plan.with);
  const undoSummary = plan.undo === null ? undefined : traits.get(plan.undo.uses)?.describe(plan.undo.with);
  return {
    ...(name !== undefined && { name }),
    ...(summary !== undefined && { summary }),
    ...(undoSummary !== undefined && { undoSummary }),
  };
}

/** The undo as far as it is known beforehand: what depends on the step's own output is shown as it is written. */
function undoOf(step: Step, undo: Template | null, scope: Scope): Plan['undo'] {
  if (!step.compensate || !undo) return null;
  const input = render(undo, scope, maskedSecret);
  return { uses: step.compensate.uses, with: input.ok ? input.value : step.compensate.with };
}

/**
 * The digest that an approval is bound to: all that decides what runs. The summary is left out: it only says the same once more,
 * and an action that finds better words must not void what people have approved.
 */
export function planDigest(plan: Plan): string {
  const { playbook, reversible, risk, round, runId, step, target, timeoutMs, undo, uses, with: input } = plan;
  return digestJson({ playbook, reversible, risk, round, runId, step, target, timeoutMs, undo, uses, with: input });
}

/** The whole plan of a step that has started. */
export const startedPlan = (
  { runId, step, round, plan }: Extract<RunEvent, { type: 'step.started' }>['data'],
  playbook: PlaybookRef,
): Plan => ({ ...plan, runId, playbook, step, round });

/** How real secrets come into an input: those that a template names, and those that stand masked in what it takes from the run. */
export type Unmasking = { readonly secret: SecretValue; readonly restore: Masker['restore'] };

/** The input of a node's action, with real secrets. Never stored, never shown. The error says what cannot be put back. */
export function renderInput(
  playbook: Playbook,
  state: RunState,
  key: string,
  unmasking: Unmasking,
): Result<Json, string> {
  const step = stepById(playbook, stepOf(key));
  const templates = step && templatesOf(step);
  const own = isUndo(key) ? templates?.undo : templates?.with;
  return own ? unmasked(own, scopeAt(state, key), unmasking) : err(`the playbook has no step ${key}`);
}

function unmasked(own: Template, scope: Scope, { secret, restore }: Unmasking): Result<Json, string> {
  const input = render(own, scope, secret);
  return input.ok ? restore(input.value) : input;
}

/** The input of the action that verifies a step, with real secrets. */
export function renderVerify(
  playbook: Playbook,
  state: RunState,
  key: string,
  unmasking: Unmasking,
): Result<Json, string> {
  const step = stepById(playbook, stepOf(key));
  const own = step && templatesOf(step).verify;
  return own ? unmasked(own, scopeAt(state, key), unmasking) : renderInput(playbook, state, key, unmasking);
}

function evaluate(text: string, scope: Scope): Result<Json, string> {
  const expression = compileExpression(text);
  return expression.ok ? expression.value.run(scope) : expression;
}

function truth(text: string, scope: Scope): Result<boolean, string> {
  const value = evaluate(text, scope);
  if (!value.ok) return err(`${text}: ${value.error}`);
  return typeof value.value === 'boolean' ? ok(value.value) : err(`${text}: gives no true or false`);
}

/** Whether a step's `if` holds; a step without one always runs. */
export function evaluateIf(playbook: Playbook, state: RunState, key: string): Result<boolean, string> {
  const condition = stepById(playbook, stepOf(key))?.if;
  return condition ? truth(condition, scopeAt(state, key)) : ok(true);
}

/** A concurrency or cooldown key. Secrets have no place in it. */
export function renderKey(key: string, scope: Scope): Result<string, string> {
  const value = render(template(key), scope, maskedSecret);
  return value.ok ? ok(typeof value.value === 'string' ? value.value : JSON.stringify(value.value)) : value;
}

/** The items of a `forEach` step. */
export function evaluateItems(items: string, state: RunState): Result<readonly Json[], string> {
  const value = evaluate(items, scopeOf(state));
  if (!value.ok) return err(`${items}: ${value.error}`);
  return Array.isArray(value.value) ? ok(value.value as readonly Json[]) : err(`${items}: gives no list`);
}

/** How many a group has: it is given as a list, or as a number. */
export function evaluateSize(of: string, state: RunState): Result<number, string> {
  const value = evaluate(of, scopeOf(state));
  if (!value.ok) return err(`${of}: ${value.error}`);
  if (Array.isArray(value.value)) return ok(value.value.length);
  return typeof value.value === 'number' && value.value >= 0
    ? ok(value.value)
    : err(`${of}: gives no list and no number`);
}

/** What a run gives to its caller; what cannot be evaluated is null. */
export function evaluateOutputs(playbook: Playbook, state: RunState): JsonObject {
  return Object.fromEntries(
    Object.entries(playbook.outputs).map(([name, cel]) => {
      const value = evaluate(cel, scopeOf(state));
      return [name, value.ok ? value.value : null];
    }),
  );
}

/** Whether a verification's condition holds for an output. */
export function evaluateUntil(until: string, state: RunState, key: string, output: Json): Result<boolean, string> {
  return truth(until, { ...scopeAt(state, key), output });
}

/** Evaluates `capture.from` on an output. */
export function evaluateCapture(from: string, state: RunState, key: string, output: Json): Result<Json, string> {
  return evaluate(from, { ...scopeAt(state, key), output });
}
