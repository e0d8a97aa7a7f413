// A postmortem and action items as the API answers them: chosen members, never the state itself.
import type { ApiActionItem } from '../../contract/action-item.ts';
import type { ApiPostmortem } from '../../contract/postmortem.ts';
import { overdueItems } from '../../core/action-item/state.ts';
import type { Postmortem } from '../../core/postmortem/model.ts';
import type { LedgerRef, StoryPoint } from '../../core/postmortem/story.ts';
import type { ActionItemRow } from '../../ports/follow-up.ts';

/** An action item; `today`: the day by which it is overdue or not. */
export function showActionItem(item: ActionItemRow, today: string): ApiActionItem {
  const { id, text, owner, due, factor, verify, status, reason, link, addedBy, addedAt, endedAt, incident } = item;
  const overdue = overdueItems([item], today).length > 0;
  const said = { id, text, owner, due, factor, verify, status, reason, link };
  return { ...said, overdue, addedBy, addedAt, endedAt, incident };
}

/** A postmortem. */
export function showPostmortem(postmortem: Postmortem, today: string): ApiPostmortem {
  const { incident, document, timeline } = postmortem;
  const { state, sections, clocks, counterfactuals, template, timeZone } = document;
  const redacted = new Set(postmortem.redacted);
  const at = new Map(timeline.map((entry) => [entry.seq, entry.at]));
  const ref = ({ stream, seq }: LedgerRef) => ({ stream, seq, redacted: redacted.has(seq) });
  const point = ({ text, refs }: StoryPoint) => ({ text, refs: refs.map(ref) });
  const { id, number, title, severity, status } = incident;
  return {
    incident: { id, number, title, severity, status },
    status: state.status,
    version: state.version,
    reviewers: [...state.reviewers],
    reviews: [...state.reviews],
    sections: {
      summary: sections.summary,
      impact: sections.impact,
      story: sections.story.map((entry) => ({
        ...point(entry),
        phase: entry.phase,
        at: at.get(entry.refs[0]?.seq ?? 0) ?? null,
      })),
      factors: sections.factors.map((factor) => ({ id: factor.id, type: factor.type, ...point(factor) })),
      surprise: sections.surprise,
      helped: sections.helped.map(point),
      notHelped: sections.notHelped.map(point),
      followUps: sections.followUps,
      custom: sections.custom,
    },
    edits: state.sections,
    template: template.sections.map(({ key, title: called, prompt }) => ({ key, title: called, prompt })),
    clocks,
    counterfactuals: counterfactuals.map((one) => ({ ...one, refs: [...one.refs] })),
    actionItems: document.actionItems.map((item) =>
      showActionItem({ ...item, incident: { id, number, title } }, today),
    ),
    timeZone,
    events: postmortem.record.events,
  };
}
