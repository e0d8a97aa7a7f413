// A timeline as CSV (RFC 4180). No cell can become a formula in a spreadsheet. Pure.
import { visibleText } from '../visible-text.ts';
import type { Postmortem } from './model.ts';

/** One cell: quoted, and disarmed if a spreadsheet would calculate it. */
export function cell(text: string): string {
  // Also after white space or quotes, which importers strip, and in the full-width forms that some of them accept.
  const inert = /^[\s'"\ufeff]*[=+\-@|%＝＋－＠]/.test(text) || /^[\t\r\n]/.test(text) ? `'${text}` : text;
  return `"${visibleText(inert).replaceAll('"', '""')}"`;
}

/** The timeline, one event a line. */
export function toCsv({ timeline }: Postmortem): string {
  const rows = timeline.map(({ seq, at, type, who, text }) => [String(seq), at, type, who, text]);
  return `${[['seq', 'at', 'type', 'who', 'what'], ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}
