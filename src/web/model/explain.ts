// What explain says, read for the eye: which sentence speaks for what happened and which against, and in what colour a stage is shown. Pure:
// it decides nothing, and a sentence that it does not know is a plain remark.
import type { ApiExplained, ApiExplainedStage } from '../../contract/alert.ts';
import type { ShownState, StateTone } from './states.ts';

type Stage = ApiExplainedStage['stage'];

/** What a sentence says of its rule: it counts, it does not, nobody could tell; or it is a remark. */
export type SentenceKind = 'counts' | 'differs' | 'unclear' | 'remark';

/** Reads a sentence of a stage. */
export function sentenceKind(text: string): SentenceKind {
  if (/\bcould not be evaluated\b/.test(text)) return 'unclear';
  if (/ (?:does not take it|does not match|does not hold|is not open at|ended at|begins at)\b/.test(text))
    return 'differs';
  if (/ (?:takes it|matches|holds)(?:: | until |$)/.test(text)) return 'counts';
  return 'remark';
}

/** A sentence with how deep it stands in a tree of routes. */
export type ExplainedSentence = { readonly text: string; readonly depth: number; readonly kind: SentenceKind };

/** The sentences of a stage. */
export const sentencesOf = ({ because }: Pick<ApiExplainedStage, 'because'>): readonly ExplainedSentence[] =>
  because.map((text) => ({
    text: text.trimStart(),
    depth: Math.min(6, Math.floor((text.length - text.trimStart().length) / 2)),
    kind: sentenceKind(text),
  }));

const about: { readonly [S in Stage]: string } = {
  dedupe: 'Is it known already?',
  enrich: 'What is added to it?',
  group: 'What does it belong to?',
  route: 'Whose is it, and who is told?',
  suppress: 'Does anything keep it quiet?',
  act: 'What is done?',
};

/** The question that a stage answers. */
export const stageQuestion = (stage: Stage): string => about[stage];

/** The colour of a stage: quiet, but for what is kept from people. */
export const stageTone = ({ stage, outcome }: Pick<ApiExplainedStage, 'stage' | 'outcome'>): StateTone =>
  stage === 'suppress' && /^held by /.test(outcome) ? 'amber' : 'grey';

/** All of it in one line: whether people are told. */
export function explainedState({ stages }: Pick<ApiExplained['alerts'][number], 'alert' | 'stages'>): ShownState {
  const suppress = stages.find(({ stage }) => stage === 'suppress');
  if (suppress !== undefined && stageTone(suppress) === 'amber')
    return { word: 'Held back', tone: 'grey', glyph: 'none' };
  return { word: 'Passes', tone: 'green', glyph: 'done' };
}

/** What is asked to be explained, as somebody typed it; or what is wrong with it. */
export type ExplainQuestion =
  | { readonly type: 'known'; readonly fingerprint: string }
  | { readonly type: 'alert'; readonly text: string }
  | { readonly type: 'request'; readonly source: string; readonly integration: string; readonly text: string };

/** JSON out of what was pasted; a sentence where it is none. */
export function pastedJson(text: string): { readonly json: unknown } | { readonly fault: string } {
  if (text.trim() === '') return { fault: 'Paste the alert first.' };
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { json };
    return { fault: 'It must be one JSON object: { … }.' };
  } catch {
    return { fault: 'It is not JSON: check quotes, commas and brackets.' };
  }
}
