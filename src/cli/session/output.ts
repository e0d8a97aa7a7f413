// What commands write: results to standard output, everything else to standard error. Colours only for a person at a terminal.
import { styleText } from 'node:util';
import { visibleText } from '../../core/visible-text.ts';

/** How a command that was refused, or could not be carried out, ends: its lines are printed as they are. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
  readonly code: string;
  /** @param code stable, for programs */
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The words of the command are wrong: exit code 2. */
export class UsageError extends CliError {
  override readonly name = 'UsageError';
  constructor(message: string) {
    super('usage', message);
  }
}

/** Prints a result. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What JSON leaves as it is and a terminal obeys, or cannot show: the second set of control characters, marks of direction. */
const obeyed = /[\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Prints the one JSON document of a command; it is the same document, with every character visible. */
export function printJson(value: unknown): void {
  const text = JSON.stringify(value, null, process.stdout.isTTY ? 2 : 0);
  print(text.replace(obeyed, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

/** Says something to the person at the terminal that is no result. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

const colours = {
  good: 'green',
  warning: 'yellow',
  bad: 'red',
  neutral: 'reset',
  dim: 'dim',
  bold: 'bold',
} as const;
/** The colours that text can have, named by what they mean. */
export type Colour = keyof typeof colours;

/** Colours text where colours are shown; `hasColors` knows NO_COLOR and dumb terminals. */
export function paint(colour: Colour, text: string): string {
  const shown = process.stdout.isTTY === true && process.stdout.hasColors(16) && colour !== 'neutral';
  return shown ? styleText(colours[colour], text) : text;
}

/** Foreign text in one line: a terminal must not obey it. */
export function line(text: string, max = 500): string {
  const inert = visibleText(text).replace(/[\n\t]+/g, ' ');
  return inert.length <= max ? inert : `${inert.slice(0, max - 1).toWellFormed()}…`;
}

/** A cell of a table: text, or text with a colour. */
export type Cell = string | { readonly text: string; readonly colour: Colour };

/** How wide the terminal is; what is no terminal is taken to be as wide as the smallest. */
const widthOf = () => (process.stdout.isTTY ? Math.max(process.stdout.columns ?? narrow, narrow) : narrow);
const narrow = 80;
/** The last column keeps at least this much, however wide the others are. */
const leastLast = 12;

/**
 * A table as text; its columns are as wide as what is in them.
 * @param last `cut`: the last column ends at the edge of the terminal, for lists whose entries can be looked at one by one
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  last: 'cut' | 'whole' = 'whole',
): string {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' ? { text: line(cell), colour: 'neutral' as const } : cell)),
  );
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => line(row[i]?.text ?? '').length)));
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  const room = Math.max(leastLast, widthOf() - before);
  const cut = (text: string, i: number) =>
    i < head.length - 1 ? text.padEnd(widths[i] ?? 0) : last === 'cut' ? line(text, room) : text;
  const joined = (row: readonly string[]) => row.join('  ').trimEnd();
  return [
    paint('dim', joined(head.map(cut))),
    ...cells.map((row) => joined(row.map(({ text, colour }, i) => paint(colour, cut(line(text), i))))),
  ].join('\n');
}

/** Prints a table. */
export const printTable = (head: readonly string[], rows: readonly (readonly Cell[])[]): void =>
  print(table(head, rows));

const patienceMs = 1000;

/** Tells what takes long, on standard error, once it has taken a second. `step` is given what has been done so far. */
export async function withProgress<T>(what: string, work: (step: (done: string) => void) => Promise<T>): Promise<T> {
  let shown = false;
  const timer = setTimeout(() => {
    shown = true;
    process.stderr.write(process.stderr.isTTY ? `${what} …` : `${what} …\n`);
  }, patienceMs);
  try {
    return await work((done) => {
      if (shown && process.stderr.isTTY) process.stderr.write(`\r${what} … ${done}`);
    });
  } finally {
    clearTimeout(timer);
    if (shown && process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }
}
