// A postmortem as Markdown. Foreign text cannot break a table, become HTML, a link, a mention or an image. Pure.
import { assertNever } from '../result.ts';
import { visibleText } from '../visible-text.ts';
import type { DocumentBlock, Item, TableCell } from './blocks.ts';
import type { Postmortem } from './model.ts';
import { sectionsOf, statusOf, subtitleOf } from './sections.ts';

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

/** What begins a list, a quotation or a heading at the start of a line does not, there. */
const atStart = (text: string): string =>
  escapeMarkdown(text)
    .trim()
    .replace(/^([-=:]|\d{1,9}(?=[.)]))/, (character) =>
      /\d/.test(character) ? `${character}\u2060` : `\\${character}`,
    );

function cellText(cell: TableCell): string {
  if (typeof cell === 'string') return escapeMarkdown(cell);
  return /^[\w:.-]+$/.test(cell.code) ? `\`${cell.code}\`` : escapeMarkdown(cell.code);
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

const refsText = (refs: readonly number[]) =>
  refs.length === 0 ? '' : ` _\\[${refs.length === 1 ? 'entry' : 'entries'} ${refs.join(', ')}\\]_`;

function itemText({ text, refs, mark }: Item): string {
  const marked = mark === undefined ? '' : `**${escapeMarkdown(mark)}** `;
  return `- ${marked}${marked === '' ? atStart(text) : escapeMarkdown(text)}${refsText(refs)}`;
}

function body(block: DocumentBlock): string | null {
  switch (block.type) {
    case 'text':
      return atStart(block.text);
    case 'prompt':
      return `> **Not written yet.** ${escapeMarkdown(block.text)}`;
    case 'aside':
      return `_${escapeMarkdown(block.text)}_`;
    case 'heading':
      return `### ${escapeMarkdown(block.text)}`;
    case 'list':
      return block.items.map(itemText).join('\n');
    case 'table': {
      const rows = block.rows.map(({ cells }) => line(cells.map(cellText)));
      return [line(block.head.map(escapeMarkdown)), line(block.head.map(() => '---')), ...rows].join('\n');
    }
    case 'chart':
      return null;
    default:
      return assertNever(block);
  }
}

/** The document. */
export function toMarkdown(postmortem: Postmortem): string {
  const { number, title } = postmortem.incident;
  const parts = [
    `# Postmortem: #${number} ${escapeMarkdown(title)}`,
    `${escapeMarkdown(subtitleOf(postmortem))}  \n${escapeMarkdown(statusOf(postmortem))}`,
  ];
  let isAppendix = false;
  for (const section of sectionsOf(postmortem)) {
    if (section.part === 'appendix' && !isAppendix) {
      isAppendix = true;
      parts.push('---', '# Appendix');
    }
    parts.push(`## ${escapeMarkdown(section.title)}`, ...section.blocks.map(body).filter((text) => text !== null));
  }
  return `${parts.join('\n\n')}\n`;
}
