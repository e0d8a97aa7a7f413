// Text for Slack: foreign text made inert, everything within Slack's limits. Pure.
import type { ConfirmationDialog, KnownBlock, Button as KnownButton } from '@slack/types';
import { formatDuration } from '../core/time.ts';

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

/** Escaped and cut, with its code as it is. */
function inert(text: string, max: number): string {
  // What is far too long is cut before the work on it begins.
  const escaped = visible(cut(text, max + 1)).replace(/[&<>]/g, (char) => entities[char] ?? '');
  if (escaped.length <= max) return escaped;
  return cut(escaped, max).replace(/&[a-z]*…$/, '…');
}

const fence = '```';
/** The last of the marks that has no partner, as text of the same length. */
const withoutLast = (text: string, mark: string): string => {
  const at = text.lastIndexOf(mark);
  return `${text.slice(0, at)}${"'".repeat(mark.length)}${text.slice(at + mark.length)}`;
};

/** Mrkdwn in which every piece of code that begins also ends: else all that follows, words of ours too, would be code. */
function balanced(text: string): string {
  const parts = text.split(fence);
  // Both sides of the fence that nothing closes are text.
  const last = parts.length % 2 === 0 ? parts.splice(-2).join("'''") : null;
  return [...parts, ...(last === null ? [] : [last])]
    .map((part, i) => (i % 2 === 0 ? part.split('\n').map(inlineBalanced).join('\n') : part))
    .join(fence);
}

/** Code within a line ends with it. */
const inlineBalanced = (line: string): string => (line.split('`').length % 2 === 0 ? withoutLast(line, '`') : line);

/** Mrkdwn of ours within a limit: cut in no mark and no escape, and what was code before the cut ends there. */
const cutMrkdwn = (text: string, max: number): string =>
  text.length <= max ? text : balanced(cut(text, max).replace(/(?:<[^<>]*|&[a-z]{0,4})…$/, '…'));

/**
 * Foreign text as mrkdwn that shows as it is: no mention, link or channel comes alive (Slack: escape & < >), and no code runs on.
 * @param max characters of the result, escapes included
 */
export const plain = (text: string, max = 300): string => balanced(inert(text, max));

/** Room for the note that something is left out. */
const noteRoom = 60;

/**
 * Foreign text as mrkdwn in so many parts as it needs, each within `max` characters: broken at line ends, else at spaces. After the
 * last part that there may be the rest is left out, and said to be.
 */
export function plainParts(
  text: string,
  { max, most }: { readonly max: number; readonly most: number },
): readonly string[] {
  const parts: string[] = [];
  let rest = visible(text).replace(/[&<>]/g, (char) => entities[char] ?? '');
  while (rest.length > max && parts.length < most - 1) {
    const end = breakBefore(rest, max);
    parts.push(balanced(rest.slice(0, end).trimEnd()));
    rest = rest.slice(end).replace(/^\n/, '');
  }
  if (rest.length <= max) return [...parts, balanced(rest)];
  const end = breakBefore(rest, Math.max(1, max - noteRoom));
  return [...parts, `${balanced(rest.slice(0, end).trimEnd())}\n… [${rest.length - end} more characters left out]`];
}

/** The best place to break at: never inside an entity or a character of two halves. */
function breakBefore(text: string, max: number): number {
  const whole = text.slice(0, max).replace(/&[a-z]{0,4}$|[\ud800-\udbff]$/, '').length;
  const [line, word] = [text.lastIndexOf('\n', whole), text.lastIndexOf(' ', whole)];
  if (line > max / 2) return line;
  return word > max / 2 ? word : whole;
}

/** Foreign text in one line; a backtick in it would start or end code of ours. */
export const oneLine = (text: string, max = 300): string =>
  plain(
    visible(cut(text, 4 * max))
      .replace(/\s+/g, ' ')
      .replaceAll('`', "'")
      .trim(),
    max,
  );

/** Foreign text between backticks. */
export const code = (text: string, max = 200): string => `\`${oneLine(text, max) || ' '}\``;

/** Foreign text as a code block. */
export const codeBlock = (text: string, max = 2500): string =>
  `${fence}\n${inert(text.replaceAll(fence, "'''"), max) || ' '}\n${fence}`;

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

const isoInstant = /`[^`]*`|\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g;
/** So many instants of a sentence are shown so; each takes more room than it had. */
const mostTimed = 8;

/** A sentence that is inert already, with its instants as `when` shows them; what is code stays as it is. */
export function timed(text: string): string {
  let shown = 0;
  return text.replace(isoInstant, (found) => {
    if (found.startsWith('`') || Number.isNaN(Date.parse(found)) || shown >= mostTimed) return found;
    shown += 1;
    return when(found);
  });
}

/** A duration as people read it: `3 m 12 s`. */
export const lasting = (ms: number): string => formatDuration(ms).replace(/(\d)([a-z])/g, '$1 $2');

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
    text: { type: 'mrkdwn' as const, text: cutMrkdwn(text, limits.section), verbatim: true },
  };
  return blockId === undefined ? block : { ...block, block_id: blockId };
}

/** Foreign text as it is, with its lines: nothing in it is a link, a mention or a format. */
export function plainSection(text: string, max: number): KnownBlock {
  const shown = cut(visible(cut(text, 2 * max)).trim(), max);
  return { type: 'section', text: { type: 'plain_text', text: shown === '' ? '…' : shown, emoji: false } };
}

/** Small print. */
export function context(text: string): KnownBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: cutMrkdwn(text, 2000), verbatim: true }] };
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
  /** Opens this page, besides being a click. */
  readonly url?: string;
  /** What a screen reader says in the place of the label. */
  readonly about?: string;
  /** Asked before the click counts. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string };
};

/** True for the id of a button that opens a page: Slack opens it, and tells of the click, but nothing is to be done. */
export const opensPage = (actionId: string): boolean => actionId.startsWith('open_');

/** A menu behind three dots; a value comes back with the choice. Slack shows five options and takes 75 characters of a value. */
export type Menu = {
  readonly id: string;
  readonly options: readonly { readonly label: string; readonly value: string }[];
};

const words = (text: string, max: number) => ({
  type: 'plain_text' as const,
  text: cut(visible(text), max).trim() || '…',
  emoji: false,
});

const menuOf = ({ id, options }: Menu) => ({
  type: 'overflow' as const,
  action_id: id,
  options: options
    .slice(0, 5)
    .map(({ label, value }) => ({ text: words(label, limits.button), value: cut(value, 75) })),
});

/** A row of buttons, and behind them a menu. */
export function buttonRow(blockId: string, buttons: readonly Button[], menu?: Menu): KnownBlock {
  const elements = buttons.map(buttonOf);
  return {
    type: 'actions',
    block_id: cut(blockId, 255),
    elements: menu === undefined ? elements : [...elements, menuOf(menu)],
  };
}

const buttonOf = ({ id, label, value, style, about, confirm, url }: Button): KnownButton => ({
  type: 'button' as const,
  action_id: id,
  text: words(label, limits.button),
  value: cut(value, 2000),
  ...(style ? { style } : {}),
  ...(url === undefined ? {} : { url }),
  ...(about === undefined ? {} : { accessibility_label: words(about, limits.button).text }),
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
});

/** Blocks of a message at the utmost (Block Kit reference). */
const maxBlocks = 50;

/** Blocks as far as one message takes them; how many are left out is said. */
export const fitted = (blocks: readonly KnownBlock[]): KnownBlock[] =>
  blocks.length <= maxBlocks
    ? [...blocks]
    : [...blocks.slice(0, maxBlocks - 1), context(`… and ${blocks.length - maxBlocks + 1} more parts, left out here`)];

/** A message as Slack takes it: `text` carries the whole meaning for notifications and screen readers. */
export type MessageContent = { readonly text: string; readonly blocks: KnownBlock[] };
