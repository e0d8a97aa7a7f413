// The postmortem as people read and edit it: their words where they wrote, the draft of the ledger where they did not. Pure.

import { isActionItemEvent } from '../action-item/events.ts';
import type { ActionItem } from '../action-item/state.ts';
import { evolveActionItems, noActionItems } from '../action-item/state.ts';
import { type Clocks, clocksOf } from './clocks.ts';
import { type Counterfactual, counterfactualsOf } from './counterfactuals.ts';
import { documentTime } from './document-time.ts';
import { draftHelped, draftImpact, draftNotHelped, draftSummary, type SummaryParts } from './draft-points.ts';
import { draftStory } from './draft-story.ts';
import { isPostmortemEvent } from './events.ts';
import type { Facts } from './facts.ts';
import { type Names, namesOf } from './names.ts';
import { evolvePostmortem, type PostmortemState, untouchedPostmortem } from './state.ts';
import type { StorySections, WholeStory } from './story.ts';
import { defaultTemplate, type PostmortemTemplate } from './template.ts';

/** What documents are made with; all of it has a default. */
export type DocumentOptions = {
  /** IANA name; documents show times in it. */
  readonly timeZone?: string | undefined;
  readonly template?: PostmortemTemplate | undefined;
  /** Names of people by their ids, as the configuration has them. */
  readonly people?: ReadonlyMap<string, string> | undefined;
  /** Whether a step only looks; absent: told by its input. */
  readonly reads?: ((step: { readonly uses: string; readonly with: unknown }) => boolean) | undefined;
};

/** A postmortem as it stands. */
export type PostmortemDocument = {
  readonly state: PostmortemState;
  /** Every section, drafts included. */
  readonly sections: WholeStory;
  readonly template: PostmortemTemplate;
  readonly clocks: Clocks;
  readonly counterfactuals: readonly Counterfactual[];
  readonly actionItems: readonly ActionItem[];
  readonly timeZone: string;
};

/** A GET or HEAD looks, and so does what has an address and says nothing else. */
export function looksByInput({ with: input }: { readonly with: unknown }): boolean {
  if (typeof input !== 'object' || input === null || !('url' in input)) return false;
  const method = 'method' in input && typeof input.method === 'string' ? input.method.toUpperCase() : 'GET';
  return method === 'GET' || method === 'HEAD';
}

/** Builds the document; null if the stream does not begin with an incident. */
export function toDocument(
  facts: Facts,
  options: DocumentOptions = {},
): { readonly document: PostmortemDocument; readonly names: Names } | null {
  const clocks = clocksOf(facts);
  if (clocks === null) return null;
  const { timeZone = 'UTC', template = defaultTemplate, reads = looksByInput, people = new Map() } = options;
  const time = documentTime(timeZone);
  const names = namesOf(facts, people, time);
  const { state, written, actionItems } = foldWritten(facts);
  const drafts = draftsOf({ facts, names, reads, clocks, time });
  const document = {
    state,
    sections: {
      summary: written.summary ?? drafts.summary,
      impact: written.impact ?? drafts.impact,
      story: written.story ?? drafts.story,
      factors: written.factors ?? drafts.factors,
      surprise: written.surprise ?? drafts.surprise,
      helped: written.helped ?? drafts.helped,
      notHelped: written.notHelped ?? drafts.notHelped,
      followUps: written.followUps ?? drafts.followUps,
      custom: written.custom ?? drafts.custom,
    },
    template,
    clocks,
    counterfactuals: counterfactualsOf(facts, clocks),
    actionItems,
    timeZone,
  };
  return { document, names };
}

/** What the ledger suggests for every section; empty where it knows nothing. */
function draftsOf(parts: SummaryParts): WholeStory {
  return {
    summary: draftSummary(parts),
    impact: draftImpact(parts),
    story: draftStory(parts),
    factors: [],
    surprise: '',
    helped: draftHelped(parts),
    notHelped: draftNotHelped(parts),
    followUps: '',
    custom: {},
  };
}

type Written = {
  readonly state: PostmortemState;
  readonly written: StorySections;
  readonly actionItems: readonly ActionItem[];
};

/** What people wrote, section by section the last of it. */
function foldWritten(facts: Facts): Written {
  let state = untouchedPostmortem;
  let items = noActionItems;
  let written: StorySections = {};
  for (const { stored, event } of facts.every) {
    const { at, actor } = stored;
    if (isActionItemEvent(event)) items = evolveActionItems(items, { ...event, at, actor });
    if (!isPostmortemEvent(event)) continue;
    state = evolvePostmortem(state, { ...event, at, actor });
    if (event.type === 'postmortem.edited') {
      const { custom, ...sections } = event.data.sections;
      written = { ...written, ...sections };
      if (custom !== undefined) written = { ...written, custom: { ...written.custom, ...custom } };
    }
  }
  return { state, written, actionItems: Object.values(items.items) };
}

/** What would be taken into the record when it goes to its reviewers: drafts that say something, of sections that nobody wrote. */
export function draftsToAdopt({ state, sections }: PostmortemDocument): StorySections {
  const { summary, impact, story, helped, notHelped } = sections;
  const drafts = { summary, impact, story, helped, notHelped };
  return Object.fromEntries(Object.entries(drafts).filter(([name]) => !state.sections[name]));
}
