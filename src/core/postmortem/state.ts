// What an incident knows of its postmortem: how far it is and who wrote what. The words themselves stay in the events. Pure.
import type { Actor } from '../actor.ts';
import { assertNever } from '../result.ts';
import type { PostmortemEvent } from './events.ts';
import type { PostmortemStatus, ReviewVerdict } from './story.ts';

/** Who wrote a section last, and with which version. */
type SectionEdit = { readonly version: number; readonly by: Actor; readonly at: string };

/** What a reviewer said, and of which version. */
type Review = {
  readonly by: Actor;
  readonly verdict: ReviewVerdict;
  readonly comment: string | null;
  readonly version: number;
  readonly at: string;
};

/** A postmortem that somebody has worked on. */
export type PostmortemState = {
  /** How many edits there were. */
  readonly version: number;
  readonly status: PostmortemStatus;
  /** By section; those that nobody wrote are drafts of the ledger. */
  readonly sections: { readonly [section: string]: SectionEdit };
  /** Ids of its factors. */
  readonly factors: readonly string[];
  /** Factors so far, so that no id is given twice. */
  readonly factorsMade: number;
  /** Whom its author asked. */
  readonly reviewers: readonly string[];
  /** The last word of each reviewer. */
  readonly reviews: readonly Review[];
};

/** One that nobody has worked on. */
export const untouchedPostmortem: PostmortemState = {
  version: 0,
  status: 'draft',
  sections: {},
  factors: [],
  factorsMade: 0,
  reviewers: [],
  reviews: [],
};

/** An event of it with its instant and author. */
export type PostmortemFact = PostmortemEvent & { readonly at: string; readonly actor: Actor };

/** The number in the id of a factor. */
const numberOf = (id: string) => Number(/^f(\d{1,9})$/.exec(id)?.[1] ?? 0);

/** Folds one event. */
export function evolvePostmortem(state: PostmortemState, event: PostmortemFact): PostmortemState {
  const { at, actor: by } = event;
  switch (event.type) {
    case 'postmortem.edited': {
      const { version, sections } = event.data;
      const edit: SectionEdit = { version, by, at };
      const edited = Object.keys(sections).map((name) => [name, edit] as const);
      const factors = sections.factors?.map(({ id }) => id) ?? state.factors;
      return {
        ...state,
        version,
        sections: { ...state.sections, ...Object.fromEntries(edited) },
        factors,
        factorsMade: Math.max(state.factorsMade, ...factors.map(numberOf)),
      };
    }
    case 'postmortem.status_changed':
      return { ...state, status: event.data.to, reviewers: event.data.reviewers ?? state.reviewers };
    case 'postmortem.review_given': {
      const { verdict, version, comment = null } = event.data;
      const others = state.reviews.filter((review) => whoOf(review.by) !== whoOf(by));
      return { ...state, reviews: [...others, { by, verdict, comment, version, at }] };
    }
    default:
      return assertNever(event);
  }
}

/** One human, whatever surface it was. */
const whoOf = ({ kind, id, person }: Actor): string => (person === undefined ? `${kind}/${id}` : `person/${person}`);

/** Who made the last edit; null: nobody. */
export const lastEditor = ({ sections, version }: PostmortemState): Actor | null =>
  Object.values(sections).find((edit) => edit.version === version)?.by ?? null;
