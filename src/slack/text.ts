// Text for Slack: foreign text made inert, everything within Slack's limits. Pure.
import type { KnownBlock } from '@slack/types';

/** Slack's limits (Block Kit reference): characters of a section, of a header, of the fallback text that is advised. */
export const limits = { section: 3000, header: 150, text: 4000, button: 75, blocks: 50 } as const;

// Direction overrides and zero-width characters make text look like something it is not.
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Cuts visibly. */
export function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, Math.max(0, max - 1)).toWellFormed()}…`;
}

/** Foreign text as mrkdwn that shows as it is: no mention, link or format comes alive (Slack: escape & < >). */
export function plain(text: string, max = 300): string {
  return cut(text.replace(invisible, ' '), max).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Foreign text in one line. */
export const oneLine = (text: string, max = 300): string => plain(text.replace(/\s+/g, ' ').trim(), max);

/** Foreign text between backticks; a backtick inside would end the code. */
export const code = (text: string, max = 200): string => `\`${oneLine(text.replaceAll('`', "'"), max) || ' '}\``;

/** Foreign text as a code block. */
export const codeBlock = (text: string, max = 2500): string =>
  `\`\`\`\n${plain(text.replaceAll('```', "'''"), max)}\n\`\`\``;

/** An instant in the reader's own time zone, with UTC where that cannot be shown. */
export function when(at: string): string {
  const fallback = `${at.slice(0, 16).replace('T', ' ')} UTC`;
  return `<!date^${Math.floor(Date.parse(at) / 1000)}^{date_short_pretty} {time}|${fallback}>`;
}

/** A section of mrkdwn; `verbatim` keeps Slack from turning names into links. */
export function section(text: string, blockId?: string): KnownBlock {
  const block = {
    type: 'section' as const,
    text: { type: 'mrkdwn' as const, text: cut(text, limits.section), verbatim: true },
  };
  return blockId === undefined ? block : { ...block, block_id: blockId };
}

/** Small print. */
export function context(text: string): KnownBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: cut(text, 2000), verbatim: true }] };
}

/** A headline. */
export function header(text: string): KnownBlock {
  return {
    type: 'header',
    text: { type: 'plain_text', text: cut(text.replace(invisible, ' '), limits.header), emoji: false },
  };
}

/** A message as Slack takes it: `text` carries the whole meaning for notifications and screen readers. */
export type Message = { readonly text: string; readonly blocks: KnownBlock[] };
