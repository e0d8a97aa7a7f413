// Facts about the versions of one playbook: registered, promoted, taken back. Dotted past tense; a type may gain optional fields, never lose
// or rename one.
import { z } from 'zod';
import { eventSchema } from '../event-schema.ts';
import { PlaybookRef } from '../playbook/playbook.ts';

/** How far a version has come: nobody but one that is live, or a canary for its share, does anything. */
export const Stage = z.enum(['draft', 'shadow', 'canary', 'live', 'retired']);
export type Stage = z.infer<typeof Stage>;

/** Which part of the triggers a canary takes: a share of the incidents, of all or of those whose input has one of these values. */
export const CanaryPart = z.object({
  /** Percent of the incidents, by a hash of their id. */
  share: z.number().int().min(1).max(100),
  /** Only where this input has one of these values; absent: everywhere. */
  only: z.object({ input: z.string(), values: z.array(z.string()).min(1) }).exactOptional(),
});
export type CanaryPart = z.infer<typeof CanaryPart>;

/** What a version had shown when it was promoted. */
export const PromotionProof = z.object({
  /** Cases of its tests; all passed. */
  tests: z.number(),
  /** Recorded runs it was played against, how many went another way, and of how many of these the changed steps are no reason. */
  replay: z.object({ runs: z.number(), different: z.number(), unexplained: z.number() }),
  /** Why what is unexplained is right, in words of whoever promoted it. */
  explained: z.string().exactOptional(),
});
export type PromotionProof = z.infer<typeof PromotionProof>;

const about = { playbook: PlaybookRef };
const why = { reason: z.string() };

/** Facts of a playbook's own stream. */
export const PlaybookLifeEvent = z.discriminatedUnion('type', [
  /**
   * A version is known from here on; whoever registers it is its author. By Firebreak itself: it was found in the folder, and nobody has
   * answered for it. Once more by a person: who does from now on.
   */
  eventSchema('playbook.registered', {
    ...about,
    /** Its file, as the process named it. */
    path: z.string(),
    /** The digest that had the same version number before: only where the folder alone decides. */
    sameNumberAs: z.string().exactOptional(),
  }),
  /** `folder`: it came into force by being in the folder, which nobody had to agree to. */
  eventSchema('playbook.promoted', {
    ...about,
    ...why,
    from: Stage,
    to: z.enum(['shadow', 'canary', 'live']),
    canary: CanaryPart.exactOptional(),
    proof: PromotionProof.exactOptional(),
    folder: z.literal(true).exactOptional(),
  }),
  /** An earlier version is live again. `from`: the one that was until then; null: none was. */
  eventSchema('playbook.rolled_back', { ...about, ...why, from: PlaybookRef.nullable() }),
  /** It is used for nothing new any more. `folder`: its file is gone. */
  eventSchema('playbook.retired', { ...about, ...why, from: Stage, folder: z.literal(true).exactOptional() }),
  /** Firebreak itself took it back. */
  eventSchema('playbook.demoted', { ...about, ...why, from: Stage, to: z.literal('draft') }),
]);
export type PlaybookLifeEvent = z.infer<typeof PlaybookLifeEvent>;
