// A timeline as CSV (RFC 4180). No cell can become a formula in a spreadsheet. Pure.
import type { Postmortem } from './model.ts';

/** One cell: quoted, and disarmed if a spreadsheet would calculate it. */
export function cell(text: string): string {
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${inert.replaceAll('"', '""')}"`;
}

/** The timeline, one event a line. */
export function toCsv({ timeline }: Postmortem): string {
  const rows = timeline.map(({ seq, at, who, text }) => [String(seq), at, who, text]);
  return `${[['seq', 'at', 'who', 'what'], ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}
