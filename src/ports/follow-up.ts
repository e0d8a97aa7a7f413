// What can be asked for after an incident: its postmortem and its action items. Each answers a refusal as a value, and is durable when it answers.
import type { ItemWords } from '../core/action-item/command.ts';
import type { ItemLink } from '../core/action-item/events.ts';
import type { ActionItem } from '../core/action-item/state.ts';
import type { Caller } from '../core/authority/principal.ts';
import type { IncidentState } from '../core/incident/state.ts';
import type { WrittenSections } from '../core/postmortem/command.ts';
import type { Postmortem } from '../core/postmortem/model.ts';
import type { PostmortemStatus, ReviewVerdict } from '../core/postmortem/story.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Result } from '../core/result.ts';

type OnIncident<T> = (asked: Caller & { incidentId: string } & T) => Promise<Result<IncidentState, Refusal>>;

/** What can be asked for. All of it needs the right `respond`. */
export type FollowUpOperations = {
  /** Replaces the sections that are given. Somebody who did not see the last edit is refused, with what was edited since. */
  readonly editPostmortem: OnIncident<{ expectedVersion: number; sections: WrittenSections }>;
  /** `in_review` fixes the drafts as they stand; `reviewed` needs the approvals that the settings demand. */
  readonly setPostmortemStatus: OnIncident<{
    to: PostmortemStatus;
    expectedVersion?: number | undefined;
    reviewers?: readonly string[] | undefined;
    reason?: string | undefined;
  }>;
  readonly reviewPostmortem: OnIncident<{
    verdict: ReviewVerdict;
    comment?: string | undefined;
    expectedVersion: number;
  }>;
  /** Its id is `7-2` for the second one of incident #7. */
  readonly addActionItem: OnIncident<ItemWords & { text: string }>;
  /** null takes away what was there. */
  readonly changeActionItem: OnIncident<
    ItemWords & { id: string; text?: string | undefined; link?: ItemLink | null | undefined }
  >;
  readonly endActionItem: OnIncident<{ id: string; outcome: 'done' | 'dropped'; reason?: string | undefined }>;
  readonly reopenActionItem: OnIncident<{ id: string; reason?: string | undefined }>;
  readonly removeActionItem: OnIncident<{ id: string; reason?: string | undefined }>;
};

/** Reads the postmortem of an incident as it stands; null: there is no such incident. */
export type ReadPostmortem = (incidentId: string) => Promise<Postmortem | null>;

/** An action item, and the incident it came from. */
export type ActionItemRow = ActionItem & {
  readonly incident: { readonly id: string; readonly number: number; readonly title: string };
};
