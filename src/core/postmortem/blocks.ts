// What a postmortem is made of before it becomes Markdown, HTML or another form: sections of blocks. Plain text: the renderers escape. Types only.
import type { Tone } from '../timeline/describe.ts';
import type { Lanes } from './lanes.ts';

/** A cell: text, or a name that is shown as code. */
export type TableCell = string | { readonly code: string };
/** A row; a tone colours it where there are colours. `seq`: it is that entry of the ledger, and references lead to it. */
export type TableRow = { readonly cells: readonly TableCell[]; readonly tone?: Tone; readonly seq?: number };
/** Words with the entries of the ledger that show them; `mark` stands before them, such as a time or a kind. */
export type Item = { readonly text: string; readonly refs: readonly number[]; readonly mark?: string };

/** One block. */
export type DocumentBlock =
  | { readonly type: 'text'; readonly text: string }
  /** What is asked where nobody has written yet. */
  | { readonly type: 'prompt'; readonly text: string }
  /** Where what follows comes from. */
  | { readonly type: 'aside'; readonly text: string }
  | { readonly type: 'heading'; readonly text: string }
  | { readonly type: 'list'; readonly items: readonly Item[] }
  | { readonly type: 'table'; readonly head: readonly string[]; readonly rows: readonly TableRow[] }
  | { readonly type: 'chart'; readonly lanes: Lanes };

/** One section. `part`: what management reads, or what stands behind it. */
export type Section = {
  readonly title: string;
  readonly part: 'story' | 'appendix';
  readonly blocks: readonly DocumentBlock[];
};
