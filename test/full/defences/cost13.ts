// Defences that what is kept for speed must not weaken: rules that have parts in common, grants, trust.
import type { Defence } from './defence.ts';

/** They. */
export const defences: readonly Defence[] = [
  {
    threat: 'a policy of one time zone is judged by the clock of another',
    defence: 'Rules share what they need of the time within one zone only.',
    file: 'src/core/policy/judge.ts',
    find: 'const key = `${timeZone} ${part.text}`;',
    replace: 'const key = part.text;',
    test: 'test/unit/policies.test.ts',
    title: 'is that of each rule alone',
  },
  {
    threat: 'a policy is passed over because another one does not hold',
    defence: 'A part that rules have in common is the same in each of them, its value included.',
    file: 'src/core/expression/surely-false.ts',
    find: 'return [preconditionOf(path, `${what} ${name} ${JSON.stringify(constant)}`, isFalse)];',
    replace: 'return [preconditionOf(path, `${what}`, isFalse)];',
    test: 'test/unit/policies.test.ts',
    title: 'is that of each rule alone',
  },
  {
    threat: 'a playbook that fails goes on being trusted',
    defence: 'Its runs are read again once another one has ended.',
    file: 'src/engine/trust/watch-trust.ts',
    find: 'key: JSON.stringify([mark, digest,',
    replace: 'key: JSON.stringify([digest,',
    test: 'test/unit/engine-trust.test.ts',
    title: 'only where one has ended since the last look',
  },
  {
    threat: 'a canary of a version whose inputs changed',
    defence: 'What starts of the live version do not fit is looked at before a canary takes any.',
    file: 'src/engine/playbooks/change-control.ts',
    find: "const misfits = to === 'canary' ? await misfitsOf(given, life, version) : [];",
    replace: 'const misfits: string[] = [];',
    test: 'test/unit/version-attacks.test.ts',
    title: 'a canary of a version',
  },
  {
    threat: 'a rollback to a version whose action is gone',
    defence: 'What a rollback leads to is compiled anew by what this process can do.',
    file: 'src/engine/playbooks/change-control.ts',
    find: 'const unusable = usable.ok ? null : usable.error;',
    replace: 'const unusable = usable.ok ? null : null;',
    test: 'test/unit/version-attacks.test.ts',
    title: 'a version whose action is gone',
  },
  {
    threat: 'the text of a version is exchanged in the database before it is promoted',
    defence: 'A promotion compiles the text that is kept, and takes no other digest.',
    file: 'src/engine/playbooks/gates.ts',
    find: 'if (playbookRef(compiled.value).digest !== digest)',
    replace: 'if (false)',
    test: 'test/unit/version-attacks.test.ts',
    title: 'whose text says something else by now',
  },
];
