// Which playbooks an alert triggers, and with which inputs. Pure.
import type { Alert } from '../alert/alert.ts';
import type { Json, JsonObject } from '../json.ts';
import type { FieldFault } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import { compileExpression, type Scope } from './expression.ts';
import type { InputSpec, Playbook } from './playbook.ts';

/** True if one of the playbook's triggers fits the alert. A condition that cannot be evaluated does not fit. */
export function triggers(playbook: Playbook, alert: Alert): boolean {
  return playbook.triggers.some(({ source, when }) => {
    if (source !== '*' && source !== alert.source) return false;
    if (when === null) return true;
    const condition = compileExpression(when);
    const value = condition.ok ? condition.value.run({ alert }) : condition;
    return value.ok && value.value === true;
  });
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
    const value = Object.hasOwn(given, name) ? given[name] : (fromAlert(spec, scope) ?? spec.default ?? undefined);
    if (value === undefined) {
      if (spec.required) faults.push({ path: `inputs.${name}`, message: `is missing; give ${name}=<${spec.type}>` });
      continue;
    }
    const checked = checkInput(spec, value);
    if (checked.ok) inputs[name] = checked.value;
    else faults.push({ path: `inputs.${name}`, message: checked.error });
  }
  return faults.length > 0 ? err(faults) : ok(inputs);
}

function fromAlert(spec: InputSpec, scope: Scope): Json | undefined {
  if (spec.from === null || !scope.alert) return undefined;
  const expression = compileExpression(spec.from);
  const value = expression.ok ? expression.value.run(scope) : expression;
  return value.ok && value.value !== null ? value.value : undefined;
}

/** Coerces text that came from a command line or a chat, then holds the value against its specification. */
export function checkInput(spec: InputSpec, value: Json): Result<Json, string> {
  const typed = coerce(spec.type, value);
  if (typed === undefined) return err(`must be a ${spec.type}, not ${JSON.stringify(value)?.slice(0, 60)}`);
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

function coerce(type: InputSpec['type'], value: Json): Json | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string'
        ? value
        : typeof value === 'number' || typeof value === 'boolean'
          ? String(value)
          : undefined;
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
    }
    case 'boolean':
      return value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;
  }
}
