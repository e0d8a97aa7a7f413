// `${{ … }}` in a JSON tree. What an expression yields is data: it is never scanned again. Secrets can be put in masked or real.
import { canonicalJson, type Json, plainObject } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { compileExpression, type Expression, type Reference, type Scope } from './expression.ts';

type Part = string | Expression | { readonly secret: string };
type Node =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'text'; readonly parts: readonly Part[]; readonly whole: boolean }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, Node])[] };

/** A compiled tree. */
export type Template = {
  readonly root: Node;
  readonly references: readonly Reference[];
  readonly secrets: readonly string[];
};

/** A fault of a template and the path of the string it is in. */
export type TemplateFault = { readonly path: readonly (string | number)[]; readonly message: string };

/** Value of a secret by name, as it shall stand in the result; undefined if there is none. */
export type SecretValue = (name: string) => string | undefined;

/** What stands in a plan in place of a secret. */
export const maskedSecret: SecretValue = (name) => `[secret:${name}]`;

const secretPattern = /^secrets\.([A-Za-z_][A-Za-z0-9_]*)$/;

/** Compiles every string of a tree; all faults at once. */
export function compileTemplate(tree: Json): Result<Template, readonly TemplateFault[]> {
  const faults: TemplateFault[] = [];
  const references: Reference[] = [];
  const secrets: string[] = [];
  const visit = (value: Json, path: readonly (string | number)[]): Node => {
    if (typeof value === 'string') return text(value, path);
    if (value === null || typeof value !== 'object') return { kind: 'literal', value };
    if (Array.isArray(value)) return { kind: 'list', items: value.map((item: Json, i) => visit(item, [...path, i])) };
    for (const key of Object.keys(value))
      if (key.includes('${{'))
        faults.push({ path: [...path, key], message: 'an expression may stand in a value, not in a key' });
    return { kind: 'object', entries: Object.entries(value).map(([key, item]) => [key, visit(item, [...path, key])]) };
  };
  const text = (value: string, path: readonly (string | number)[]): Node => {
    const parts: Part[] = [];
    const fault = (message: string) => faults.push({ path, message });
    let rest = value;
    for (let start = rest.indexOf('${{'); start >= 0; start = rest.indexOf('${{')) {
      // `$${{` writes a literal `${{`.
      if (rest[start - 1] === '$') {
        parts.push(`${rest.slice(0, start - 1)}\${{`);
        rest = rest.slice(start + 3);
        continue;
      }
      const end = endOfExpression(rest, start + 3);
      if (end < 0) {
        fault('`${{` is never closed; write `${{ expression }}`, or `$${{` for the characters themselves');
        break;
      }
      if (start > 0) parts.push(rest.slice(0, start));
      const source = rest.slice(start + 3, end).trim();
      const secret = secretPattern.exec(source)?.[1];
      if (secret !== undefined) {
        parts.push({ secret });
        secrets.push(secret);
      } else {
        const expression = compileExpression(source);
        if (!expression.ok) fault(expression.error);
        else if (expression.value.references.some(([root]) => root === 'secrets'))
          fault('a secret may only be used as it is: `${{ secrets.name }}`');
        else {
          parts.push(expression.value);
          references.push(...expression.value.references);
        }
      }
      rest = rest.slice(end + 2);
    }
    if (rest !== '' || parts.length === 0) parts.push(rest);
    const [only] = parts;
    if (parts.length === 1 && typeof only === 'string') return { kind: 'literal', value: only };
    return { kind: 'text', parts, whole: parts.length === 1 };
  };
  const root = visit(tree, []);
  return faults.length > 0 ? err(faults) : ok({ root, references, secrets });
}

/** Where the `}}` of an expression stands: not the one in a text, nor the one that closes maps; -1 if there is none. */
function endOfExpression(text: string, start: number): number {
  let depth = 0;
  let quote = '';
  for (let i = start; i < text.length; i++) {
    const character = text[i] ?? '';
    if (quote !== '') {
      if (character === '\\') i += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '{') depth += 1;
    else if (character === '}' && depth > 0) depth -= 1;
    else if (character === '}' && text[i + 1] === '}') return i;
  }
  // With a quote or a brace left open, the first `}}` gives CEL something to name the fault of.
  return text.indexOf('}}', start);
}

/** Fills a template in. The error names the expression that failed, or the secret that is not configured. */
export function render(template: Template, scope: Scope, secret: SecretValue): Result<Json, string> {
  const fail = { reason: '' };
  const part = (item: Part): Json => {
    if (typeof item === 'string') return item;
    if ('secret' in item) {
      const value = secret(item.secret);
      if (value === undefined) fail.reason ||= `the secret ${item.secret} is not configured`;
      return value ?? '';
    }
    const value = item.run(scope);
    if (!value.ok) fail.reason ||= `\${{ ${item.text} }}: ${value.error}`;
    return value.ok ? value.value : null;
  };
  const visit = (node: Node): Json => {
    switch (node.kind) {
      case 'literal':
        return node.value;
      case 'text': {
        const values = node.parts.map(part);
        return node.whole ? (values[0] ?? null) : values.map(asText).join('');
      }
      case 'list':
        return node.items.map(visit);
      case 'object':
        return plainObject(node.entries.map(([key, item]) => [key, visit(item)]));
    }
  };
  const value = visit(template.root);
  return fail.reason === '' ? ok(value) : err(fail.reason);
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}
