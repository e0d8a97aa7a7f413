// A postmortem as blocks of Notion's API, in lots that fit into one request each (100 children; 2000 characters of one text). Pure.
import { assertNever } from '../result.ts';
import { visibleText } from '../visible-text.ts';
import type { DocumentBlock, Item, TableCell, TableRow } from './blocks.ts';
import type { Postmortem } from './model.ts';
import { sectionsOf, statusOf, subtitleOf } from './sections.ts';

/** Limits of Notion's API (developers.notion.com, request limits). */
const maxChildren = 100;
const maxText = 2000;
const maxTexts = 100;

type RichText = {
  readonly type: 'text';
  readonly text: { readonly content: string };
  readonly annotations?: { readonly bold?: true; readonly code?: true; readonly italic?: true };
};
type NotionBlock = { readonly object: 'block'; readonly type: string; readonly [content: string]: unknown };

function rich(text: string, annotations?: RichText['annotations']): RichText[] {
  const shown = visibleText(text);
  const pieces: RichText[] = [];
  for (let from = 0; from < shown.length && pieces.length < maxTexts; from += maxText) {
    const content = shown.slice(from, from + maxText).toWellFormed();
    pieces.push(annotations ? { type: 'text', text: { content }, annotations } : { type: 'text', text: { content } });
  }
  return pieces;
}

const block = (type: string, content: { readonly [name: string]: unknown }): NotionBlock => ({
  object: 'block',
  type,
  [type]: content,
});

const cellText = (cell: TableCell) => (typeof cell === 'string' ? rich(cell) : rich(cell.code, { code: true }));

function item({ text, refs, mark }: Item): NotionBlock {
  const marked = mark === undefined ? [] : rich(`${mark} `, { bold: true });
  const shown = refs.length === 0 ? [] : rich(` [${refs.join(', ')}]`, { italic: true });
  return block('bulleted_list_item', { rich_text: [...marked, ...rich(text), ...shown].slice(0, maxTexts) });
}

/** Tables of Notion are written whole: a longer one becomes several, each with its head. */
function tables(head: readonly string[], rows: readonly TableRow[]): NotionBlock[] {
  const row = (cells: readonly TableCell[]) => block('table_row', { cells: cells.map(cellText) });
  const made: NotionBlock[] = [];
  for (let from = 0; from < rows.length; from += maxChildren - 1) {
    const children = [row(head), ...rows.slice(from, from + maxChildren - 1).map(({ cells }) => row(cells))];
    made.push(block('table', { table_width: head.length, has_column_header: true, has_row_header: false, children }));
  }
  return made;
}

function blocksOf(one: DocumentBlock): NotionBlock[] {
  switch (one.type) {
    case 'text':
      return [block('paragraph', { rich_text: rich(one.text) })];
    case 'prompt':
      return [block('callout', { rich_text: [...rich('Not written yet. ', { bold: true }), ...rich(one.text)] })];
    case 'aside':
      return [block('paragraph', { rich_text: rich(one.text, { italic: true }) })];
    case 'heading':
      return [block('heading_3', { rich_text: rich(one.text) })];
    case 'list':
      return one.items.map(item);
    case 'table':
      return tables(one.head, one.rows);
    case 'chart':
      return [];
    default:
      return assertNever(one);
  }
}

/** A page: its title, and its children in lots, each the body of one `append block children` request. */
export function toNotion(postmortem: Postmortem): {
  readonly title: string;
  readonly children: readonly (readonly NotionBlock[])[];
} {
  const { number, title } = postmortem.incident;
  const about = block('callout', { rich_text: rich(`${subtitleOf(postmortem)} · ${statusOf(postmortem)}`) });
  const all = [
    about,
    ...sectionsOf(postmortem).flatMap((section) => [
      block('heading_2', { rich_text: rich(section.title) }),
      ...section.blocks.flatMap(blocksOf),
    ]),
  ];
  const children: NotionBlock[][] = [];
  for (let from = 0; from < all.length; from += maxChildren) children.push(all.slice(from, from + maxChildren));
  return { title: `Postmortem #${number}: ${visibleText(title)}`.slice(0, maxText).toWellFormed(), children };
}
