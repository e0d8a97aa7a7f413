// A section of a postmortem while somebody edits it: its words as fields, and what is sent of them. Pure.
import type { z } from 'zod';
import type { ApiPostmortem, WrittenPostmortem } from '../../contract/postmortem.ts';
import { factorWords, phaseWords } from './postmortem.ts';

type Sections = ApiPostmortem['sections'];
type Written = z.input<typeof WrittenPostmortem>;

/** One point as its fields. `kind`: its phase or what it is about; `refs`: numbers of entries as they are typed. */
export type PointDraft = {
  readonly key: number;
  readonly text: string;
  readonly refs: string;
  readonly kind: string;
  /** Of a factor that is there. */
  readonly id: string | undefined;
};

/** Sections that are lists of points, and what a point of it may be. */
export const pointKinds = {
  story: phaseWords,
  factors: factorWords,
  helped: null,
  notHelped: null,
} as const;
type PointSection = keyof typeof pointKinds;

/** A section being edited. */
export type SectionDraft =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'impact'; readonly impact: Sections['impact'] }
  | { readonly type: 'points'; readonly section: PointSection; readonly points: readonly PointDraft[] };

const isPointSection = (key: string): key is PointSection => Object.hasOwn(pointKinds, key);
const textSections = ['summary', 'surprise', 'followUps'] as const;
type TextSection = (typeof textSections)[number];
const isTextSection = (key: string): key is TextSection => textSections.some((name) => name === key);

/** Numbers of entries as one types them: `3, 12`. */
const refsText = (refs: readonly { readonly seq: number }[]) => refs.map(({ seq }) => seq).join(', ');

/** The words that a section begins to be edited with. */
export function draftOf(key: string, sections: Sections): SectionDraft {
  if (isTextSection(key)) return { type: 'text', text: sections[key] };
  if (key === 'impact') return { type: 'impact', impact: sections.impact };
  if (!isPointSection(key)) return { type: 'text', text: sections.custom[key] ?? '' };
  const points = sections[key].map((point, index): PointDraft => {
    const kind = 'phase' in point ? point.phase : 'type' in point ? point.type : '';
    return { key: index, text: point.text, refs: refsText(point.refs), kind, id: 'id' in point ? point.id : undefined };
  });
  return { type: 'points', section: key, points };
}

/** A new point at the end. */
export function withNewPoint(draft: Extract<SectionDraft, { type: 'points' }>): SectionDraft {
  const kinds = pointKinds[draft.section];
  const kind = draft.points.at(-1)?.kind ?? Object.keys(kinds ?? {})[0] ?? '';
  const key = Math.max(-1, ...draft.points.map((point) => point.key)) + 1;
  return { ...draft, points: [...draft.points, { key, text: '', refs: '', kind, id: undefined }] };
}

/** Numbers of entries out of what was typed; null: it is none. */
export function parseRefs(text: string): readonly number[] | null {
  const words = text.split(/[\s,;#]+/).filter((word) => word !== '');
  return words.every((word) => /^[1-9]\d{0,8}$/.test(word)) ? [...new Set(words.map(Number))] : null;
}

/** What keeps it from being sent; null: nothing. */
export function draftFault(draft: SectionDraft): string | null {
  if (draft.type !== 'points') return null;
  if (draft.points.some(({ text }) => text.trim() === '')) return 'A point says nothing: write it, or take it away.';
  if (draft.points.some(({ refs }) => parseRefs(refs) === null)) return 'Entries are numbers, such as 3, 12.';
  return null;
}

/** What is sent. `stream`: the ledger that references point at. */
export function writtenOf(
  key: string,
  draft: SectionDraft,
  { stream, sections }: { readonly stream: string; readonly sections: Sections },
): Written {
  switch (draft.type) {
    case 'impact':
      return { impact: draft.impact };
    case 'text':
      return isTextSection(key) ? { [key]: draft.text } : { custom: { ...sections.custom, [key]: draft.text } };
    case 'points':
      return writtenPoints(draft, stream);
  }
}

const isPhase = (kind: string): kind is keyof typeof phaseWords => Object.hasOwn(phaseWords, kind);
const isFactorType = (kind: string): kind is keyof typeof factorWords => Object.hasOwn(factorWords, kind);

function writtenPoints({ section, points }: Extract<SectionDraft, { type: 'points' }>, stream: string): Written {
  const plain = points.map(({ text, refs, kind, id }) => ({
    point: { text: text.trim(), refs: (parseRefs(refs) ?? []).map((seq) => ({ stream, seq })) },
    kind,
    id,
  }));
  switch (section) {
    case 'story':
      return { story: plain.map(({ point, kind }) => ({ ...point, phase: isPhase(kind) ? kind : 'action' })) };
    case 'factors':
      return {
        factors: plain.map(({ point, kind, id }) => ({ ...point, id, type: isFactorType(kind) ? kind : 'design' })),
      };
    default:
      return { [section]: plain.map(({ point }) => point) };
  }
}
