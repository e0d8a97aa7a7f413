// Sentences of what policies and freezes said, and of a change of them. Plain text.
import type { JudgedFact } from '../policy/policy-events.ts';

/** What was found, in a sentence. */
export function sentenceOfJudged({ judgedAt, node, says, rulebook }: JudgedFact): string {
  const what = judgedAt === 'start' ? 'the start of the run' : judgedAt === 'order' ? 'an order' : `step ${node ?? ''}`;
  return `Rules over ${what}: ${says.join('; ')} (rule book ${rulebook.slice(0, 19)})`;
}
