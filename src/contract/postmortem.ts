// A postmortem and its sections over the API.
import { z } from 'zod';
import {
  Factor,
  FactorType,
  LedgerRef,
  PostmortemStatus,
  ReviewVerdict,
  StoryPhase,
} from '../core/postmortem/story.ts';
import { ApiActionItem } from './action-item.ts';
import { ApiActor } from './actor.ts';

const maxText = 20_000;
const text = z.string().max(maxText);
const point = z.string().trim().min(1, 'must say something').max(4000);
const refs = z
  .array(z.strictObject({ stream: z.string().min(1).max(80), seq: z.int().min(1) }))
  .max(50)
  .default([])
  .describe('Entries of the ledger of this incident that show it');
const points = z.array(z.strictObject({ text: point, refs })).max(200);

/** The sections as people send them: those that are given replace what was there. */
export const WrittenPostmortem = z.strictObject({
  summary: text.optional().describe('For people who were not there; paragraphs are parted by empty lines'),
  impact: z.strictObject({ who: text, what: text, measured: text }).optional(),
  story: z
    .array(z.strictObject({ phase: StoryPhase, text: point, refs }))
    .max(300)
    .optional(),
  factors: z
    .array(
      z.strictObject({
        id: z.string().max(20).optional().describe('Of one that is there; a new one gets its own'),
        type: FactorType,
        text: point.describe('Never a person: what made it possible or likely'),
        refs,
      }),
    )
    .max(50)
    .optional(),
  surprise: text.optional().describe('Why we were surprised'),
  helped: points.optional(),
  notHelped: points.optional().describe('What we tried that did not help'),
  followUps: text.optional(),
  custom: z
    .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,39}$/, 'is no key of a section'), text)
    .optional()
    .describe('Sections of the template, by their key'),
});

const ref = LedgerRef.extend({ redacted: z.boolean().describe('What the entry said was taken out of the record') });
const shownPoint = z.object({ text: z.string(), refs: z.array(ref) });
const clock = z.object({
  at: z.string().nullable(),
  how: z.string().describe('How it is known'),
  ref: LedgerRef.nullable(),
});

/** A postmortem as it stands. */
export const ApiPostmortem = z.object({
  incident: z.object({ id: z.string(), number: z.int(), title: z.string(), severity: z.int(), status: z.string() }),
  status: PostmortemStatus,
  version: z.int().describe('Send it as `expectedVersion`; 0: nobody has edited it'),
  reviewers: z.array(z.string()).describe('Whom its author asked'),
  reviews: z.array(
    z.object({
      by: ApiActor,
      verdict: ReviewVerdict,
      comment: z.string().nullable(),
      version: z.int(),
      at: z.string(),
    }),
  ),
  sections: z.object({
    summary: z.string(),
    impact: z.object({ who: z.string(), what: z.string(), measured: z.string() }),
    story: z.array(shownPoint.extend({ phase: StoryPhase, at: z.string().nullable() })),
    factors: z.array(Factor.extend({ refs: z.array(ref) })),
    surprise: z.string(),
    helped: z.array(shownPoint),
    notHelped: z.array(shownPoint),
    followUps: z.string(),
    custom: z.record(z.string(), z.string()),
  }),
  edits: z
    .record(z.string(), z.object({ version: z.int(), by: ApiActor, at: z.string() }))
    .describe('By section, who wrote it last; one that is not here is a draft of the ledger'),
  template: z.array(z.object({ key: z.string(), title: z.string(), prompt: z.string() })),
  clocks: z.object({
    began: clock,
    detected: clock,
    firstAction: clock,
    told: clock,
    mitigated: clock,
    over: clock,
    closed: clock,
  }),
  counterfactuals: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      shorterMs: z.number(),
      wouldBeMs: z.number(),
      method: z.string(),
      refs: z.array(LedgerRef),
    }),
  ),
  actionItems: z.array(ApiActionItem),
  timeZone: z.string(),
  events: z.int().describe('Entries of the ledger that it was made from'),
});
export type ApiPostmortem = z.infer<typeof ApiPostmortem>;
