// A postmortem as Markdown. Foreign text cannot break a table, become HTML, a link, a mention or an image. Pure.
import { visibleText } from '../visible-text.ts';
import type { Postmortem } from './model.ts';
import { type Section, sectionsOf, subtitleOf, type TableCell } from './sections.ts';

const entities: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** Keeps `@name` from being a mention wherever Markdown is shown; has no width. */
const joiner = '\u2060';

/** Text that shows as it is in Markdown and in a table. */
export function escapeMarkdown(text: string): string {
  return visibleText(text)
    .replace(/[\s\u2028\u2029]+/g, ' ')
    .replace(/[\\`*_{}[\]()#+!|<>~&$^]/g, (character) => entities[character] ?? `\\${character}`)
    .replace(/@/g, `@${joiner}`)
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/(www|mailto|xmpp)(?=[.:])/gi, `$1${joiner}`);
}

function cellText(cell: TableCell): string {
  if (typeof cell === 'string') return escapeMarkdown(cell);
  return /^[\w:.-]+$/.test(cell.code) ? `\`${cell.code}\`` : escapeMarkdown(cell.code);
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function body(section: Section): string {
  if ('text' in section) return escapeMarkdown(section.text);
  if ('list' in section) return section.list.map((item) => `- ${escapeMarkdown(item)}`).join('\n') || 'None.';
  if (section.rows.length === 0) return 'None.';
  const rows = section.rows.map(({ cells }) => line(cells.map(cellText)));
  return [line(section.head.map(escapeMarkdown)), line(section.head.map(() => '---')), ...rows].join('\n');
}

/** The document. */
export function toMarkdown(postmortem: Postmortem): string {
  const { number, title } = postmortem.incident;
  const sections = sectionsOf(postmortem).map((section) => `## ${section.title}\n\n${body(section)}\n`);
  return [
    `# Postmortem: #${number} ${escapeMarkdown(title)}\n`,
    `${escapeMarkdown(subtitleOf(postmortem))}\n`,
    ...sections,
  ].join('\n');
}
