// A postmortem in Confluence's storage format (XHTML with macros of its own), to be pasted or sent as the body of a page. Pure.
import { withEntities } from '../html-entities.ts';
import { assertNever } from '../result.ts';
import { visibleText } from '../visible-text.ts';
import type { DocumentBlock, Item, Section, TableCell } from './blocks.ts';
import type { Postmortem } from './model.ts';
import { sectionsOf, statusOf, subtitleOf } from './sections.ts';

/** XML 1.0 knows no control characters at all; they have pictures already. */
const escaped = (text: string) => withEntities(visibleText(text)).replace(/[\ufffe\uffff]/g, '');

const cellText = (cell: TableCell) => (typeof cell === 'string' ? escaped(cell) : `<code>${escaped(cell.code)}</code>`);

const itemText = ({ text, refs, mark }: Item) =>
  `<li>${mark === undefined ? '' : `<strong>${escaped(mark)}</strong> `}${escaped(text)}${refs.length === 0 ? '' : ` <em>[${refs.join(', ')}]</em>`}</li>`;

const panel = (macro: 'info' | 'note', text: string) =>
  `<ac:structured-macro ac:name="${macro}"><ac:rich-text-body><p>${escaped(text)}</p></ac:rich-text-body></ac:structured-macro>`;

function body(block: DocumentBlock): string {
  switch (block.type) {
    case 'text':
      return `<p>${escaped(block.text)}</p>`;
    case 'prompt':
      return panel('note', `Not written yet. ${block.text}`);
    case 'aside':
      return `<p><em>${escaped(block.text)}</em></p>`;
    case 'heading':
      return `<h3>${escaped(block.text)}</h3>`;
    case 'list':
      return `<ul>${block.items.map(itemText).join('')}</ul>`;
    case 'table': {
      const head = block.head.map((title) => `<th>${escaped(title)}</th>`).join('');
      const rows = block.rows.map(
        ({ cells }) => `<tr>${cells.map((cell) => `<td>${cellText(cell)}</td>`).join('')}</tr>`,
      );
      return `<table><tbody><tr>${head}</tr>${rows.join('')}</tbody></table>`;
    }
    case 'chart':
      return '';
    default:
      return assertNever(block);
  }
}

const sectionText = ({ title, blocks }: Section) => `<h2>${escaped(title)}</h2>${blocks.map(body).join('')}`;

/** The body of a page; its title is not part of it. */
export function toConfluence(postmortem: Postmortem): string {
  const sections = sectionsOf(postmortem);
  const of = (part: Section['part']) =>
    sections
      .filter((section) => section.part === part)
      .map(sectionText)
      .join('\n');
  const appendix = `<ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">Appendix: the ledger</ac:parameter><ac:rich-text-body>${of('appendix')}</ac:rich-text-body></ac:structured-macro>`;
  return `${panel('info', `${subtitleOf(postmortem)} · ${statusOf(postmortem)}`)}\n${of('story')}\n${appendix}\n`;
}
