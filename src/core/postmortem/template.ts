// Which sections a postmortem has, what they are called and what is asked where nobody has written yet. Pure.

/** Sections that every template may order; the story's own and what is computed of the ledger. */
const knownSections = [
  'summary',
  'impact',
  'clocks',
  'story',
  'factors',
  'surprise',
  'helped',
  'notHelped',
  'counterfactuals',
  'followUps',
] as const;
/** One of them. */
export type KnownSection = (typeof knownSections)[number];

/** One section. A key that is none of `knownSections` is a section of the house's own. */
export type TemplateSection = { readonly key: string; readonly title: string; readonly prompt: string };

/** The sections in their order; the appendix follows them always. */
export type PostmortemTemplate = { readonly sections: readonly TemplateSection[] };

const usual: { readonly [K in KnownSection]: { readonly title: string; readonly prompt: string } } = {
  summary: {
    title: 'Summary',
    prompt:
      'What happened, whom it hit, how it ended and what changes, in five sentences for people who were not there.',
  },
  impact: { title: 'Impact', prompt: 'Who could not do what, how many, for how long, and how was that measured?' },
  clocks: { title: 'When', prompt: '' },
  story: { title: 'What happened', prompt: 'Correct and shorten the draft; keep the references.' },
  factors: {
    title: 'Contributing factors',
    prompt: 'What made it possible, likely or worse? There is never just one, and it is never a person.',
  },
  surprise: { title: 'Why we were surprised', prompt: 'What did we believe about the system that was not so?' },
  helped: { title: 'What helped', prompt: 'What worked, and do we have it everywhere?' },
  notHelped: {
    title: 'What we tried that did not help',
    prompt: 'What was tried and changed nothing, or made it worse?',
  },
  counterfactuals: { title: 'What would have made it shorter', prompt: '' },
  followUps: { title: 'Follow-ups', prompt: 'What will be different, who does it, and how will we know?' },
};

/** What a section of the house's own, or one that is called otherwise, is made of. */
export function sectionOf({
  key,
  title,
  prompt,
}: {
  readonly key: string;
  readonly title?: string | undefined;
  readonly prompt?: string | undefined;
}): TemplateSection {
  const known = isKnownSection(key) ? usual[key] : { title: key, prompt: '' };
  return { key, title: title ?? known.title, prompt: prompt ?? known.prompt };
}

/** True for a section that every Firebreak has. */
export const isKnownSection = (key: string): key is KnownSection => knownSections.some((known) => known === key);

/** What holds where nothing else is configured. */
export const defaultTemplate: PostmortemTemplate = { sections: knownSections.map((key) => sectionOf({ key })) };
