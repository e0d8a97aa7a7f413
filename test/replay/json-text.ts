// JSON as text for files that people read as diffs: the top in lines, what lies deeper in one line. The same value, the same text.

/** A line for each member down to `depth`; an item of a list always has one line. Ends with a line feed. */
export function jsonText(value: unknown, depth: number): string {
  return `${linesOf(value, depth, '')}\n`;
}

function linesOf(value: unknown, depth: number, indent: string): string {
  if (depth === 0 || typeof value !== 'object' || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const inner = `${indent}  `;
  const lines = Object.entries(value).map(([name, member]) =>
    isList ? JSON.stringify(member) : `${JSON.stringify(name)}: ${linesOf(member, depth - 1, inner)}`,
  );
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  return lines.length === 0
    ? open + close
    : `${open}\n${lines.map((line) => inner + line).join(',\n')}\n${indent}${close}`;
}
