// Answers of an expression by the values that it looks at, for those that are asked about many alerts that say the same. Evaluates nothing itself.
import type { Json, JsonObject } from '../json.ts';
import type { Expression, Reference, Scope } from '../playbook/expression.ts';

/** Answers that one expression keeps; with one more it begins anew. */
const maxKept = 500;
/** Characters of all that an expression looks at. What is longer is evaluated each time, so that what is kept stays small. */
const maxKey = 500;

/**
 * An expression that answers from memory where everything it looks at is as it was once before. That holds of those that look at texts, numbers and
 * truths alone: an expression depends on the names that it mentions and on nothing else, neither a clock nor chance.
 */
export function remembering({
  references,
  run,
}: Pick<Expression, 'references' | 'run'>): (scope: Scope) => ReturnType<Expression['run']> {
  const kept = new Map<string, ReturnType<Expression['run']>>();
  return (scope) => {
    const key = keyOf(references, scope);
    if (key === null) return run(scope);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const answer = run(scope);
    if (kept.size >= maxKept) kept.clear();
    kept.set(key, answer);
    return answer;
  };
}

/** All values that are looked at, as one text; null: one of them is more than a text, a number or a truth, or they are long. */
function keyOf(references: readonly Reference[], scope: Scope): string | null {
  let key = '';
  for (const path of references) {
    const part = partOf(path, scope);
    if (part === null || key.length + part.length > maxKey) return null;
    key += part;
  }
  return key;
}

function partOf(path: Reference, scope: Scope): string | null {
  let value: Json | undefined = scope as JsonObject;
  for (let depth = 0; depth < path.length; depth += 1) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    const name = path[depth] ?? '';
    // How far a path leads is told too: it is in the words of an error.
    if (!Object.hasOwn(value, name)) return `missing ${depth};`;
    value = (value as JsonObject)[name];
  }
  switch (typeof value) {
    case 'string':
      return `text ${value.length} ${value};`;
    case 'number':
      return `number ${value};`;
    case 'boolean':
      return value ? 'true;' : 'false;';
    case 'undefined':
      return 'undefined;';
    default:
      return value === null ? 'null;' : null;
  }
}
