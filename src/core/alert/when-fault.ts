// What a condition or a key over `alert` can be seen to do wrong before any alert came: a member that no alert has, a value that is no yes or
// no. Told when it is written; what was written before stays readable.
import { z } from 'zod';
import { checkExpression } from '../expression/check.ts';
import { canBe, kindInWords, typeOfSchema, type ValueType } from '../expression/types.ts';
import type { Json } from '../json-value.ts';
import { compileExpression } from '../playbook/expression.ts';
import { Alert } from './alert.ts';

/** What expressions know of an alert. */
export const alertType: ValueType = typeOfSchema(
  z.toJSONSchema(Alert, { io: 'output', unrepresentable: 'any' }) as Json,
);

/** The first such fault of an expression; null: none. `wanted`: a condition must yield true or false, a key may yield anything. */
export function whenFault(text: string, wanted: 'condition' | 'key'): string | null {
  const compiled = compileExpression(text);
  if (!compiled.ok) return compiled.error;
  const { type, faults } = checkExpression(compiled.value.tree, { alert: alertType });
  const [fault] = faults;
  if (fault !== undefined) return fault;
  if (type.optional === true) return 'yields an optional; end it with orValue(...)';
  if (wanted === 'key' || canBe(type.kind, 'bool')) return null;
  return `yields ${kindInWords[type.kind]}, but must yield ${kindInWords.bool}`;
}
