// Exercises in digests: apart from what was meant, for whoever exercises chooses when. Pure.
import type { DrillFact } from './facts.ts';
import { type DigestSection, line, plural, section, sum, times } from './lines.ts';

/** The section about them. */
export const drillSection = (drills: readonly DrillFact[]): DigestSection =>
  section({ id: 'drills', title: 'Exercised' }, drills, {
    nameOf: ({ playbook }) => playbook,
    say: ({ runs, passed, failed, incident }, name) => {
      const parts = [
        passed > 0 ? `${passed} passed` : '',
        failed > 0 ? `${failed} failed` : '',
        runs > passed + failed ? `${runs - passed - failed} that nothing judges` : '',
      ].filter((part) => part !== '');
      return line(`${name} was exercised ${times(runs)}: ${parts.join(', ')}`, incident);
    },
    sayPrivate: (hidden) =>
      `${plural(
        sum(hidden, ({ runs }) => runs),
        'exercise',
      )} in private incidents`,
  });

/** Whether one of them went wrong, and so needs somebody. */
export const anyFailed = (drills: readonly DrillFact[]): boolean => drills.some(({ failed }) => failed > 0);
