// A digest: what it says in sentences, section by section, whatever surface shows it. Pure.
import { assertNever } from '../result.ts';
import { dailySections } from './daily.ts';
import { anyFailed } from './drills.ts';
import type { DigestFacts, EndedRuns } from './facts.ts';
import { type DigestSection, plural } from './lines.ts';
import { monthlySections } from './monthly.ts';
import type { DigestKind, DigestSpan } from './span.ts';
import { weeklySections } from './weekly.ts';

/** A digest. No sections: it is quiet, and its headline is all there is to say. */
export type Digest = DigestSpan & {
  readonly kind: DigestKind;
  readonly headline: string;
  /** Those that have something to say. */
  readonly sections: readonly DigestSection[];
};

/** Makes it out of its facts. */
export function digestOf(facts: DigestFacts, span: DigestSpan): Digest {
  const sections = sectionsOf(facts).filter(({ lines, more }) => lines.length > 0 || more > 0);
  return {
    kind: facts.kind,
    ...span,
    headline: headlineOf(
      facts,
      sections.every(({ id }) => id === 'drills' && !hasFailedDrill(facts)),
    ),
    sections,
  };
}

/** An exercise that passed is said, and needs nobody. */
const hasFailedDrill = (facts: DigestFacts): boolean => facts.kind !== 'weekly' && anyFailed(facts.drills);

function sectionsOf(facts: DigestFacts): readonly DigestSection[] {
  switch (facts.kind) {
    case 'daily':
      return dailySections(facts);
    case 'weekly':
      return weeklySections(facts);
    case 'monthly':
      return monthlySections(facts);
    default:
      return assertNever(facts);
  }
}

function headlineOf(facts: DigestFacts, isQuiet: boolean): string {
  if (facts.kind === 'daily') return `${isQuiet ? 'Nothing needs attention. ' : ''}${endedInWords(facts.ended)}`;
  if (isQuiet)
    return facts.kind === 'weekly' ? 'Nothing is left over from this week.' : 'Nothing to review this month.';
  return facts.kind === 'weekly' ? 'What is left over from this week.' : 'What to review of this month.';
}

function endedInWords({ succeeded, failed, undone, undoFailed, cancelled }: EndedRuns): string {
  const all = succeeded + failed + undone + undoFailed + cancelled;
  if (all === 0) return 'No run ended.';
  const parts = [
    [succeeded, 'succeeded'],
    [failed, 'failed'],
    [undone, 'undone'],
    [undoFailed, 'could not be undone'],
    [cancelled, 'cancelled'],
  ] as const;
  const said = parts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : []));
  return succeeded === all
    ? `${plural(all, 'run')} ended, all of them well.`
    : `${plural(all, 'run')} ended: ${said.join(', ')}.`;
}
