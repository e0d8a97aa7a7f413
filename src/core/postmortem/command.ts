// What people ask of a postmortem. Types only.
import type { Factor, PostmortemStatus, ReviewVerdict, StorySections } from './story.ts';

/** Sections as their writer sends them: a new factor has no id yet. */
export type WrittenSections = Omit<StorySections, 'factors'> & {
  readonly factors?: readonly (Omit<Factor, 'id'> & { readonly id?: string | undefined })[] | undefined;
};

/** What people ask of a postmortem. `expectedVersion`: the one they looked at. */
export type PostmortemCommand =
  | {
      readonly type: 'edit_postmortem';
      readonly expectedVersion: number;
      readonly sections: WrittenSections;
      /** Names of people who may have had to do with the incident: none of them is a factor. */
      readonly names: readonly string[];
    }
  | {
      readonly type: 'set_postmortem_status';
      readonly to: PostmortemStatus;
      readonly expectedVersion?: number | undefined;
      readonly reviewers?: readonly string[] | undefined;
      readonly reason?: string | undefined;
      /** What the ledger suggests: sections that nobody wrote are fixed as they stand when it goes to its reviewers. */
      readonly drafts: StorySections;
    }
  | {
      readonly type: 'review_postmortem';
      readonly verdict: ReviewVerdict;
      readonly comment?: string | undefined;
      readonly expectedVersion: number;
    };
