// The story of an incident: people's words that refer to entries of its ledger. Schemas and types only; what is in the ledger is never changed by it.
import { z } from 'zod';

/** One entry of a ledger, by its stream and its place in it. */
export const LedgerRef = z.object({ stream: z.string(), seq: z.number() });
export type LedgerRef = z.infer<typeof LedgerRef>;

/** Words about what happened, and the entries that show it. */
export const StoryPoint = z.object({ text: z.string(), refs: z.array(LedgerRef) });
export type StoryPoint = z.infer<typeof StoryPoint>;

/** The phases of an incident, in order. */
export const StoryPhase = z.enum(['detection', 'diagnosis', 'action', 'recovery']);
export type StoryPhase = z.infer<typeof StoryPhase>;

/** One entry of the story. */
export const StoryEntry = StoryPoint.extend({ phase: StoryPhase });
export type StoryEntry = z.infer<typeof StoryEntry>;

/** What a factor is about. There is none for people, for people are no cause: what they saw, had and were asked to do is. */
export const FactorType = z.enum([
  'change',
  'configuration',
  'capacity',
  'dependency',
  'design',
  'software_fault',
  'monitoring',
  'tooling',
  'procedure',
  'documentation',
  'outside',
]);
export type FactorType = z.infer<typeof FactorType>;

/** What contributed. `id` (`f1`) is for action items that address it. */
export const Factor = StoryPoint.extend({ id: z.string(), type: FactorType });
export type Factor = z.infer<typeof Factor>;

/** Who was hit, by what, and how that was measured. */
export const StoryImpact = z.object({ who: z.string(), what: z.string(), measured: z.string() });
export type StoryImpact = z.infer<typeof StoryImpact>;

/** What people write. `custom`: sections of the template, by their key. */
export const StorySections = z.object({
  summary: z.string().optional(),
  impact: StoryImpact.optional(),
  story: z.array(StoryEntry).optional(),
  factors: z.array(Factor).optional(),
  surprise: z.string().optional(),
  helped: z.array(StoryPoint).optional(),
  notHelped: z.array(StoryPoint).optional(),
  followUps: z.string().optional(),
  custom: z.record(z.string(), z.string()).optional(),
});
export type StorySections = z.infer<typeof StorySections>;

/** Every section, with or without words in it. */
export type WholeStory = { readonly [K in keyof StorySections]-?: Exclude<StorySections[K], undefined> };

/** Names of the sections that people write. */
export type StorySectionName = keyof StorySections;

/** All of them. */
export const storySectionNames: readonly StorySectionName[] = StorySections.keyof().options;

/** Where a postmortem stands. */
export const PostmortemStatus = z.enum(['draft', 'in_review', 'reviewed']);
export type PostmortemStatus = z.infer<typeof PostmortemStatus>;

/** What a reviewer says of it. */
export const ReviewVerdict = z.enum(['approves', 'wants_changes']);
export type ReviewVerdict = z.infer<typeof ReviewVerdict>;
