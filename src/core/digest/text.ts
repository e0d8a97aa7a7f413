// A digest as text for a channel or a terminal: its title with its time, the headline, then sections with their lines. Pure.
import { documentTime } from '../postmortem/document-time.ts';
import type { Digest } from './digest.ts';
import type { DigestKind } from './span.ts';

const titles: { readonly [kind in DigestKind]: string } = {
  daily: 'Daily digest',
  weekly: 'Weekly digest',
  monthly: 'Monthly digest',
};

/** How a surface marks what stands out. */
export type DigestMarks = {
  /** A title. */
  readonly strong: (text: string) => string;
  /** Where an incident is; its number, or a link. */
  readonly incident: (number: number) => string;
};

/** The title of a digest and its time, as clocks of a zone have it. */
export function digestTitle({ kind, from, to }: Pick<Digest, 'kind' | 'from' | 'to'>, timezone: string): string {
  const { minute } = documentTime(timezone);
  return `${titles[kind]}, ${minute(from)} to ${minute(to)}`;
}

/** The text. A quiet digest is one line. `missed`: digests of the kind before it that were never told. */
export function digestText(
  digest: Digest,
  { timezone, marks, missed = 0 }: { readonly timezone: string; readonly marks: DigestMarks; readonly missed?: number },
): string {
  const title = digestTitle(digest, timezone);
  const late =
    missed === 0
      ? ''
      : ` ${missed} before it ${missed === 1 ? 'was' : 'were'} not told, because nothing was at work then.`;
  if (digest.sections.length === 0) return `${title}: ${digest.headline}${late}`;
  const parts = digest.sections.map(({ title: of, lines, more }) =>
    [
      marks.strong(of),
      ...lines.map(({ text, incident }) => `• ${text}${incident === null ? '' : ` (${marks.incident(incident)})`}`),
      ...(more > 0 ? [`and ${more} more`] : []),
    ].join('\n'),
  );
  return [`${marks.strong(title)}\n${digest.headline}${late}`, ...parts].join('\n\n');
}
