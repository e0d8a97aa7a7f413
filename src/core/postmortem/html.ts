// A postmortem as one HTML file: no script, nothing from elsewhere, everything foreign escaped. Pure.
import { withEntities } from '../html-entities.ts';
import { assertNever } from '../result.ts';
import { visibleText } from '../visible-text.ts';
import type { DocumentBlock, Item, Section, TableCell, TableRow } from './blocks.ts';
import { type DocumentTime, documentTime } from './document-time.ts';
import { style } from './html-style.ts';
import type { BarKind } from './lanes.ts';
import type { Postmortem } from './model.ts';
import { sectionsOf, statusOf, subtitleOf } from './sections.ts';
import { barWords, swimlane } from './swimlane.ts';

/** Text inside HTML. */
export const escapeHtml = (text: string): string => withEntities(visibleText(text));

const cellText = (cell: TableCell) =>
  typeof cell === 'string' ? escapeHtml(cell) : `<code>${escapeHtml(cell.code)}</code>`;

/** What every block of a document may use. `redacted`: entries whose content was taken out. */
type Ways = { readonly time: DocumentTime; readonly redacted: ReadonlySet<number>; readonly last: number };

function refsText(refs: readonly number[], { redacted, last }: Ways): string {
  const links = refs
    .filter((seq) => Number.isInteger(seq) && seq >= 1 && seq <= last)
    .map((seq) => `<a href="#e${seq}">${seq}</a>${redacted.has(seq) ? ' (redacted)' : ''}`);
  return links.length === 0 ? '' : ` <span class="ref">[${links.join(', ')}]</span>`;
}

function itemText({ text, refs, mark }: Item, ways: Ways): string {
  const marked = mark === undefined ? '' : `<span class="mark">${escapeHtml(mark)}</span>`;
  return `<li>${marked}${escapeHtml(text)}${refsText(refs, ways)}</li>`;
}

/** Characters of a word that is never broken, and of a cell that stays on one line. */
const wholeWord = 14;
const wholeCell = 12;

/**
 * How the cells of a column may break: `n` nowhere, `w` between words only, and anywhere only where it holds something so long that a table
 * of whole words would be wider than paper.
 */
function breaksOf(cells: readonly TableCell[]): '' | 'n' | 'w' {
  const texts = cells.flatMap((cell) => (typeof cell === 'string' ? [cell] : []));
  if (texts.every(({ length }) => length <= wholeCell)) return 'n';
  return texts.every((text) => text.split(/[\s-]+/).every(({ length }) => length <= wholeWord)) ? 'w' : '';
}

function tableText(head: readonly string[], rows: readonly TableRow[]): string {
  const breaks = (rows[0]?.cells ?? []).map((_, index) => breaksOf(rows.flatMap(({ cells }) => cells[index] ?? [])));
  const titles = head.map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join('');
  const body = rows.map(({ cells, tone = 'neutral', seq }) => {
    const texts = cells.map((cell, index) => {
      const label = head[index] ?? '';
      const labelled = label === '' ? '' : ` data-label="${escapeHtml(label)}"`;
      const kind = label === '#' ? 'n no' : breaks[index];
      return `<td${kind ? ` class="${kind}"` : ''}${labelled}>${cellText(cell)}</td>`;
    });
    return `<tr class="${tone}"${seq === undefined ? '' : ` id="e${seq}"`}>${texts.join('')}</tr>`;
  });
  const shown = head.some((title) => title !== '') ? `<thead><tr>${titles}</tr></thead>` : '';
  return `<div class="table"><table>${shown}<tbody>\n${body.join('\n')}\n</tbody></table></div>`;
}

function bodyOf(block: DocumentBlock, ways: Ways): string {
  switch (block.type) {
    case 'text':
      return `<p>${escapeHtml(block.text)}</p>`;
    case 'prompt':
      return `<p class="prompt"><b>Not written yet.</b> ${escapeHtml(block.text)}</p>`;
    case 'aside':
      return `<p class="aside">${escapeHtml(block.text)}</p>`;
    case 'heading':
      return `<h3>${escapeHtml(block.text)}</h3>`;
    case 'list':
      return `<ul>${block.items.map((item) => itemText(item, ways)).join('')}</ul>`;
    case 'table':
      return tableText(block.head, block.rows);
    case 'chart': {
      const kinds = new Set<BarKind>(block.lanes.lanes.flatMap(({ bars }) => bars.map(({ kind }) => kind)));
      const legend = [...kinds].map((kind) => `<li><i class="${kind}"></i>${escapeHtml(barWords[kind])}</li>`).join('');
      return `<div class="chart">${swimlane(block.lanes, ways.time)}</div><ul class="legend">${legend}</ul>`;
    }
    default:
      return assertNever(block);
  }
}

/** The document. */
export function toHtml(postmortem: Postmortem): string {
  const { number, title } = postmortem.incident;
  const ways: Ways = {
    time: documentTime(postmortem.document.timeZone),
    redacted: new Set(postmortem.redacted),
    last: postmortem.timeline.length,
  };
  const sectionText = (section: Section) =>
    `<section><h2>${escapeHtml(section.title)}</h2>\n${section.blocks.map((block) => bodyOf(block, ways)).join('\n')}</section>`;
  const sections = sectionsOf(postmortem);
  const of = (part: Section['part']) =>
    sections
      .filter((section) => section.part === part)
      .map(sectionText)
      .join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><meta name="referrer" content="no-referrer">
<title>Postmortem #${number} ${escapeHtml(title)}</title><style>${style}</style></head><body>
<header><h1><span class="no">Postmortem #${number}</span> ${escapeHtml(title)}</h1><p class="meta">${escapeHtml(subtitleOf(postmortem))}</p><p class="status">${escapeHtml(statusOf(postmortem))}</p></header>
<main>
${of('story')}
<div class="appendix"><h2>Appendix</h2>
${of('appendix')}
</div>
</main>
<footer>Every line of the ledger is an entry of a hash-chained record.</footer>
</body></html>
`;
}
