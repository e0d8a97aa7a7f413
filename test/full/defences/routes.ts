// Defences of routes, silences, windows, inhibition and the times that they name.
import type { Defence } from './defence.ts';

const where = 'test/unit/alert-where.test.ts';
const times = 'test/unit/alert-times.test.ts';
const suppression = 'test/unit/alert-suppression.test.ts';

/** They need no database and no process. */
export const defences: readonly Defence[] = [
  {
    threat: 'a pattern that takes for ever',
    defence: 'Patterns that repeat without measure are refused when they are read.',
    file: 'src/core/alert/matcher.ts',
    find: "  if (weight > maxWeight) return err('the pattern repeats so much that matching it would take too long');\n",
    replace: '',
    test: where,
    title: 'refuses patterns that repeat without measure',
  },
  {
    threat: 'a slip in a condition keeps alerts quiet',
    defence: 'What cannot be evaluated is unclear and never a no.',
    file: 'src/core/alert/where.ts',
    find: "if (!value.ok) return { outcome: 'unclear', fault: value.error };",
    replace: "if (!value.ok) return { outcome: 'differs' };",
    test: where,
    title: 'is unclear and never a no',
  },
  {
    threat: 'a silence that silences everything',
    defence: 'A silence whose condition asks for nothing is refused.',
    file: 'src/core/alert/silence.ts',
    find: '  (where) => !matchesNothing(where),',
    replace: '  () => true,',
    test: suppression,
    title: 'where it would silence everything',
  },
  {
    threat: 'alerts that inhibit each other, and nobody is told',
    defence: 'An alert that fits both sides of a rule is not inhibited by another that does.',
    file: 'src/core/alert/inhibition.ts',
    find: '(isSource ? undefined : first(found.twoSided))',
    replace: 'first(found.twoSided)',
    test: suppression,
    title: 'lets no alert that fits both sides be muted by itself',
  },
  {
    threat: 'a resolved alert goes on to inhibit',
    defence: 'A resolved alert is taken out of the index.',
    file: 'src/core/alert/inhibition.ts',
    find: "    if (alert.status === 'resolved') return [];\n",
    replace: '',
    test: suppression,
    title: 'follows alerts that change, resolve or are removed',
  },
  {
    threat: 'trap 11: a window that is an hour off after the change of the clock',
    defence: 'Times of day are counted with the offset that holds at that instant.',
    file: 'src/core/alert/local-time.ts',
    find: '    if (after === offset) continue;',
    replace: '    if (after === offset || at > 0) continue;',
    test: times,
    title: 'trap 11',
  },
  {
    threat: 'an imported route sends alerts elsewhere',
    defence: 'Only a route without continue ends the search on its level.',
    file: 'src/core/alert/route.ts',
    find: '    if (!node.continue) break;',
    replace: '    break;',
    test: 'test/unit/alert-routes.test.ts',
    title: 'with `continue` lets others on its level be found',
  },
];
