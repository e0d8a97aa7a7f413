// Which playbooks an alert triggers, and with which inputs. Pure.
import type { Alert } from '../alert.ts';
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
    const checked = check(spec, value);
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
function check(spec: InputSpec, value: Json): Result<Json, string> {
  const typed = coerce(spec.type, value);
  if (typed === undefined) return err(`must be a ${spec.type}, not ${JSON.stringify(value)?.slice(0, 60)}`);
  if (spec.enum && !spec.enum.includes(typed)) return err(`must be one of ${spec.enum.map(String).join(', ')}`);
  if (spec.pattern !== null && typeof typed === 'string') {
    const matches = compileExpression('value.matches(pattern)');
    const result = matches.ok ? matches.value.run({ value: typed, pattern: spec.pattern }) : matches;
    if (!result.ok || result.value !== true) return err(`must match ${spec.pattern}`);
  }
  return ok(typed);
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
