// A postmortem as one HTML file: no script, nothing from elsewhere, everything foreign escaped. Pure.
import { withEntities } from '../html-entities.ts';
import { visibleText } from '../visible-text.ts';
import type { Postmortem } from './model.ts';
import { type Section, sectionsOf, subtitleOf, type TableCell } from './sections.ts';

/** Text inside HTML. */
export const escapeHtml = (text: string): string => withEntities(visibleText(text));

const cellText = (cell: TableCell) =>
  typeof cell === 'string' ? escapeHtml(cell) : `<code>${escapeHtml(cell.code)}</code>`;

function body(section: Section): string {
  if ('text' in section) return `<p>${escapeHtml(section.text)}</p>`;
  if ('list' in section) {
    const items = section.list.map((item) => `<li>${escapeHtml(item)}</li>`).join('');
    return items ? `<ul>${items}</ul>` : '<p class="none">None.</p>';
  }
  if (section.rows.length === 0) return '<p class="none">None.</p>';
  const head = section.head.map((title) => `<th scope="col">${escapeHtml(title)}</th>`).join('');
  const rows = section.rows.map(({ cells, tone = 'neutral' }) => {
    const texts = cells.map((cell) => `<td>${cellText(cell)}</td>`).join('');
    return `<tr class="${tone}">${texts}</tr>`;
  });
  return `<div class="table"><table><thead><tr>${head}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table></div>`;
}

const style = `:root{color-scheme:light dark;--ink:#1b2026;--dim:#5b6672;--line:#d9dfe6;--paper:#fff;--band:#f4f6f8;--good:#1a7f4b;--warning:#9a6700;--bad:#c0352b}
@media(prefers-color-scheme:dark){:root{--ink:#e3e8ee;--dim:#97a3b0;--line:#313a45;--paper:#14181d;--band:#1c2229;--good:#4cc38a;--warning:#e0b04a;--bad:#f2766b}}
*{box-sizing:border-box}body{font:15px/1.55 system-ui,sans-serif;max-width:76rem;margin:0 auto;padding:2.5rem 1.25rem 4rem;color:var(--ink);background:var(--paper)}
header{border-left:5px solid var(--bad);padding-left:1rem}h1{font-size:1.7rem;line-height:1.25;margin:0;overflow-wrap:anywhere}h2{font-size:1.1rem;margin:2.4rem 0 .6rem}
.meta,.none{color:var(--dim)}.meta{margin:.35rem 0 0}.table{overflow-x:auto;border:1px solid var(--line);border-radius:8px}
table{border-collapse:collapse;width:100%;font-size:13px}th,td{text-align:left;padding:.4rem .65rem;vertical-align:top;overflow-wrap:anywhere;min-width:3.5rem}
th{background:var(--band);color:var(--dim);font-weight:600;white-space:nowrap}tr+tr td{border-top:1px solid var(--line)}td:last-child{min-width:12rem}td:first-child{border-left:3px solid transparent}
tr.good td:first-child{border-left-color:var(--good)}tr.warning td:first-child{border-left-color:var(--warning)}tr.bad td:first-child{border-left-color:var(--bad)}
code{font:12px ui-monospace,monospace}footer{margin-top:3rem;color:var(--dim);font-size:13px}
@media print{body{max-width:none;padding:0;font-size:11pt}.table{overflow:visible;border-radius:0}table{font-size:8.5pt}tr{break-inside:avoid}h2{break-after:avoid}thead{display:table-header-group}}`;

/** The document. */
export function toHtml(postmortem: Postmortem): string {
  const { number, title } = postmortem.incident;
  const name = `#${number} ${escapeHtml(title)}`;
  const sections = sectionsOf(postmortem).map(
    (section) => `<section><h2>${escapeHtml(section.title)}</h2>\n${body(section)}</section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><meta name="referrer" content="no-referrer">
<title>Postmortem ${name}</title><style>${style}</style></head><body>
<header><h1>${name}</h1><p class="meta">${escapeHtml(subtitleOf(postmortem))}</p></header>
<main>
${sections.join('\n')}
</main>
<footer>Every line is an event of a hash-chained record.</footer>
</body></html>
`;
}
