// Defences of expressions and of playbook files. They need no database and no process.
import type { Defence } from './defence.ts';

const bounds = 'test/unit/expression-bounds.test.ts';

/** What keeps an expression within its budget, and what keeps a failure from being read as a no. */
export const defences: readonly Defence[] = [
  {
    threat: 'an expression that costs too much',
    defence: 'An evaluation ends once its steps are used up.',
    file: 'src/core/expression/meter.ts',
    find: 'left -= steps;',
    replace: '',
    test: bounds,
    title: 'a range without end',
  },
  {
    threat: 'a pattern that stands for many',
    defence: 'A pattern costs what it can grow to.',
    file: 'src/core/expression/functions/text.ts',
    find: 'spend(stepsOfText((this.length + 1) * weightOf(pattern)));',
    replace: 'weightOf(pattern);',
    test: bounds,
    title: 'a pattern that stands for many',
  },
  {
    threat: 'a range without end',
    defence: 'A range is paid for before it is made.',
    file: 'src/core/expression/functions/lists.ts',
    find: '  spend(Number(length));\n',
    replace: '',
    test: bounds,
    title: 'a range without end',
  },
  {
    threat: 'an expression that costs too much',
    defence: 'An evaluation that was ended says so, whatever else failed in it and whatever `||` makes of its end.',
    file: 'src/core/playbook/expression.ts',
    find: 'if (isOverspent()) return err(tooMuch());',
    replace: '',
    test: bounds,
    title: 'also where',
  },
  {
    threat: 'a trigger that cannot be evaluated',
    defence: 'An error of a trigger is no silent no.',
    file: 'src/core/playbook/match.ts',
    find: "return reasons.length > 0 ? { outcome: 'unclear', reasons } : { outcome: 'other' };",
    replace: "return { outcome: 'other' };",
    test: 'test/unit/configured-faults.test.ts',
    title: 'is neither a yes nor a no',
  },
  {
    threat: 'a number that changes in silence',
    defence: 'A number that cannot be kept exactly is refused.',
    file: 'src/core/playbook/parse-yaml.ts',
    find: 'return isKept ? null : ',
    replace: 'return isKept || true ? null : ',
    test: 'test/unit/yaml-as-written.test.ts',
  },
];
