// Text for Slack: foreign text made inert, everything within Slack's limits. Pure.
import type { ConfirmationDialog, KnownBlock } from '@slack/types';

/** Slack's limits (Block Kit reference), in characters. */
const limits = { section: 3000, header: 150, button: 75 } as const;

// Direction overrides, zero-width, tag and other invisible characters make text look like something it is not.
const invisible =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\u034f|[\u{e0000}-\u{e007f}]/gu;

const entities: { readonly [char: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Cuts visibly; never in the middle of a character. */
export function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, Math.max(0, max - 1)).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Foreign text without what cannot be seen. */
export const visible = (text: string): string => text.toWellFormed().replace(invisible, ' ');

/**
 * Foreign text as mrkdwn that shows as it is: no mention, link or channel comes alive (Slack: escape & < >).
 * @param max characters of the result, escapes included
 */
export function plain(text: string, max = 300): string {
  // What is far too long is cut before the work on it begins.
  const escaped = visible(cut(text, max + 1)).replace(/[&<>]/g, (char) => entities[char] ?? '');
  if (escaped.length <= max) return escaped;
  return cut(escaped, max).replace(/&[a-z]*…$/, '…');
}

/** Foreign text in one line; a backtick in it would start or end code of ours. */
export const oneLine = (text: string, max = 300): string =>
  plain(
    cut(text, 4 * max)
      .replace(/\s+/g, ' ')
      .replaceAll('`', "'")
      .trim(),
    max,
  );

/** Foreign text between backticks. */
export const code = (text: string, max = 200): string => `\`${oneLine(text, max) || ' '}\``;

/** Foreign text as a code block. */
export const codeBlock = (text: string, max = 2500): string =>
  `\`\`\`\n${plain(text.replaceAll('```', "'''"), max) || ' '}\n\`\`\``;

const escapes = (text: string) =>
  Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');

/**
 * JSON for people to read, and still the same JSON: what cannot be seen, or would end the code block, is written as `\u200b`,
 * for whoever approves a value must see all of it.
 */
export const jsonText = (value: unknown): string =>
  (JSON.stringify(value, null, 2) ?? '').replace(invisible, escapes).replaceAll('```', escapes);

/** JSON as a code block. */
export const jsonBlock = (value: unknown, max: number): string => codeBlock(jsonText(value), max);

/** Joins as many parts as fit into `max` characters, `most` at the utmost, and says how many were left out. */
export function joinWithin(
  parts: readonly string[],
  separator: string,
  max: number,
  most = Number.POSITIVE_INFINITY,
): string {
  const note = (left: number) => `… and ${left} more`;
  let text = '';
  for (const [i, part] of parts.entries()) {
    const next = i === 0 ? part : `${text}${separator}${part}`;
    const left = parts.length - i;
    const room = left === 1 ? max : max - separator.length - note(left).length;
    if (i >= most || next.length > room) return i === 0 ? note(left) : `${text}${separator}${note(left)}`;
    text = next;
  }
  return text;
}

/** An instant in the reader's own time zone, with UTC where that cannot be shown. */
export function when(at: string): string {
  const fallback = `${at.slice(0, 16).replace('T', ' ')} UTC`;
  return `<!date^${Math.floor(Date.parse(at) / 1000)}^{date_short_pretty} {time}|${fallback}>`;
}

/** Lines as so many sections as they need. */
export function sectionsOf(lines: readonly string[]): KnownBlock[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    if (last !== undefined && last.length + 1 + line.length <= limits.section) texts.splice(-1, 1, `${last}\n${line}`);
    else texts.push(line);
  }
  return texts.map((text) => section(text));
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
  const shown = cut(visible(text), limits.header);
  return { type: 'header', text: { type: 'plain_text', text: shown.trim() || '…', emoji: false } };
}

/** A button; `value` comes back with the click and must hold nothing that may not be seen or changed. */
export type Button = {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  /** Asked before the click counts. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string };
};

/** A row of buttons. */
export function buttonRow(blockId: string, buttons: readonly Button[]): KnownBlock {
  const words = (text: string, max: number) => ({
    type: 'plain_text' as const,
    text: cut(visible(text), max),
    emoji: false,
  });
  return {
    type: 'actions',
    block_id: cut(blockId, 255),
    elements: buttons.map(({ id, label, value, style, confirm }) => ({
      type: 'button' as const,
      action_id: id,
      text: words(label, limits.button),
      value: cut(value, 2000),
      ...(style ? { style } : {}),
      ...(confirm
        ? {
            confirm: {
              title: words(confirm.title, 100),
              text: words(confirm.text, 300),
              confirm: words(confirm.yes, 30),
              deny: words('Back', 30),
            } satisfies ConfirmationDialog,
          }
        : {}),
    })),
  };
}

/** A message as Slack takes it: `text` carries the whole meaning for notifications and screen readers. */
export type MessageContent = { readonly text: string; readonly blocks: KnownBlock[] };
