// Which playbooks an alert triggers, and with which inputs. Pure.
import type { Alert } from '../alert/alert.ts';
import type { Json, JsonObject } from '../json.ts';
import type { FieldFault } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import { compileExpression, type Scope } from './expression.ts';
import type { InputSpec, Playbook } from './playbook.ts';

/** Whether an alert starts a playbook. `unclear`: no trigger fits, and some could not be evaluated; `reasons` say which and why. */
export type Match =
  | { readonly outcome: 'starts' }
  | { readonly outcome: 'other' }
  | { readonly outcome: 'unclear'; readonly reasons: readonly string[] };

/** Whether one of the playbook's triggers fits the alert. */
export function matchTriggers(playbook: Playbook, alert: Alert): Match {
  const reasons: string[] = [];
  for (const { source, when } of playbook.triggers) {
    if (source !== '*' && source !== alert.source) continue;
    if (when === null) return { outcome: 'starts' };
    const condition = compileExpression(when);
    const value = condition.ok ? condition.value.run({ alert }) : condition;
    if (!value.ok) reasons.push(`\`${when}\`: ${value.error}`);
    else if (value.value === true) return { outcome: 'starts' };
    else if (value.value !== false) reasons.push(`\`${when}\` gives no true or false`);
  }
  return reasons.length > 0 ? { outcome: 'unclear', reasons } : { outcome: 'other' };
}

/** Inputs of a run: what was given, else what the alert says, else the default. Every fault at once. */
export function resolveInputs(
  playbook: Playbook,
  alert: Alert | null,
  given: JsonObject,
): Result<JsonObject, readonly FieldFault[]> {
  const faults: FieldFault[] = [];
  const inputs: Record<string, Json> = {};
  const scope: Scope = alert ? { alert } : {};
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(playbook.inputs, name)) continue;
    const known = Object.keys(playbook.inputs).join(', ') || 'none';
    faults.push({ path: `inputs.${name}`, message: `is no input of ${playbook.name}; its inputs are: ${known}` });
  }
  for (const [name, spec] of Object.entries(playbook.inputs)) {
    const found = Object.hasOwn(given, name) ? ok(given[name]) : fromAlert(spec, scope);
    const value = (found.ok ? found.value : undefined) ?? spec.default ?? undefined;
    if (value === undefined) {
      const why = found.ok ? '' : ` (${spec.from} could not be evaluated: ${found.error})`;
      if (spec.required)
        faults.push({ path: `inputs.${name}`, message: `is missing; give ${name}=<${spec.type}>${why}` });
      continue;
    }
    const checked = checkInput(spec, value);
    if (checked.ok) inputs[name] = checked.value;
    else faults.push({ path: `inputs.${name}`, message: checked.error });
  }
  return faults.length > 0 ? err(faults) : ok(inputs);
}

function fromAlert(spec: InputSpec, scope: Scope): Result<Json | undefined, string> {
  if (spec.from === null || !scope.alert) return ok(undefined);
  const expression = compileExpression(spec.from);
  const value = expression.ok ? expression.value.run(scope) : expression;
  return value.ok && value.value === null ? ok(undefined) : value;
}

/** Coerces text that came from a command line or a chat, then holds the value against its specification. */
export function checkInput(spec: InputSpec, value: Json): Result<Json, string> {
  const typed = coerce(spec.type, value);
  if (typed === undefined) {
    const advice = spec.type === 'string' && typeof value === 'number' ? '; give it as a text, in quotes' : '';
    return err(`must be a ${spec.type}, not ${JSON.stringify(value)?.slice(0, 60)}${advice}`);
  }
  if (spec.enum && !spec.enum.includes(typed)) return err(`must be one of ${spec.enum.map(String).join(', ')}`);
  if (spec.pattern === null || typeof typed !== 'string') return ok(typed);
  const matched = matches(typed, spec.pattern);
  return matched.ok && matched.value === true ? ok(typed) : err(`must match ${spec.pattern}`);
}

/** What is wrong with a pattern; null if it is an RE2 pattern. */
export function patternFault(pattern: string): string | null {
  const tried = matches('', pattern);
  return tried.ok ? null : `is not an RE2 pattern: ${tried.error}`;
}

function matches(value: string, pattern: string): Result<Json, string> {
  const expression = compileExpression('value.matches(pattern)');
  return expression.ok ? expression.value.run({ value, pattern }) : expression;
}

/** A number as JSON writes it: `0x1f`, `010` and ` 7 ` are slips more often than numbers. */
const numberText = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function coerce(type: InputSpec['type'], value: Json): Json | undefined {
  switch (type) {
    case 'string':
      if (typeof value === 'string') return value;
      // A number with a fraction may have been written in another way: 1.10 is 1.1 by now.
      return typeof value === 'boolean' || Number.isSafeInteger(value) ? String(value) : undefined;
    case 'number': {
      const number = typeof value === 'string' && numberText.test(value) ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
      return Number.isInteger(number) && !Number.isSafeInteger(number) ? undefined : number;
    }
    case 'boolean':
      return value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;
  }
}
