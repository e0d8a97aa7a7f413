// Policies from a folder: every file read, every fault reported; the tests beside them. A folder that cannot be read is a fault. Keeps nothing.
import { basename } from 'node:path';
import type { PlaybookFault } from '../../core/playbook/compile.ts';
import { maxRules } from '../../core/policy/judge.ts';
import { type PlacedCase, readPolicy, readPolicyTests } from '../../core/policy/read-policy.ts';
import type { Policy } from '../../core/policy/rulebook.ts';
import { readYamlText, shownPath } from '../playbook/playbook-files.ts';
import { filesUnder, isPlaybookName, isTestName } from '../playbook/playbook-paths.ts';

/** A test of a policy with where it stands. */
type PolicyTest = PlacedCase & { readonly file: string; readonly policy: string };

/** One policy with its file. */
type LoadedPolicy = {
  readonly policy: Policy;
  /** As it is named to people. */
  readonly file: string;
  readonly path: string;
  readonly placeOf: ReturnType<typeof readPolicy>['placeOf'];
};

/** What a folder holds. `policies`: in the order of their names. */
export type LoadedPolicies = {
  readonly policies: readonly LoadedPolicy[];
  readonly tests: readonly PolicyTest[];
  readonly faults: readonly PlaybookFault[];
};

/** Loads the policies of files and folders. `NAME.test.yaml` holds tests of the policy in NAME.yaml. */
export function loadPolicies(paths: readonly string[]): LoadedPolicies {
  const policies: LoadedPolicy[] = [];
  const tests: PolicyTest[] = [];
  const faults: PlaybookFault[] = [];
  const ofFile = new Map<string, string>();
  const files = paths.flatMap((path) => {
    const found = filesUnder(path, isPlaybookName);
    for (const { path: place, message } of found.faults)
      faults.push({ file: shownPath(place), line: 1, col: 1, message });
    const beside = filesUnder(path, isTestName);
    return [...new Set([...found.files, ...beside.files])];
  });
  for (const path of files.filter((one) => !isTestName(one))) {
    const file = shownPath(path);
    const text = readYamlText(path);
    if (!text.ok) {
      faults.push({ file, line: 1, col: 1, message: text.error });
      continue;
    }
    const read = readPolicy(text.value);
    faults.push(...read.faults.map((fault) => ({ file, ...fault })));
    if (!read.policy) continue;
    const { name } = read.policy;
    const other = policies.find(({ policy }) => policy.name === name);
    if (other)
      faults.push({ file, ...read.placeOf(['name']), message: `the name \`${name}\` is used in ${other.file} too` });
    else policies.push({ policy: read.policy, file, path, placeOf: read.placeOf });
    ofFile.set(stem(path), name);
    tests.push(...read.tests.map((test) => ({ ...test, file, policy: name })));
  }
  for (const path of files.filter(isTestName)) {
    const file = shownPath(path);
    const text = readYamlText(path);
    const policy = ofFile.get(stem(path));
    const read = text.ok
      ? readPolicyTests(text.value)
      : { tests: [], faults: [{ line: 1, col: 1, message: text.error }] };
    faults.push(...read.faults.map((fault) => ({ file, ...fault })));
    if (policy === undefined)
      faults.push({ file, line: 1, col: 1, message: `there is no policy ${basename(stem(path))}.yaml beside it` });
    else tests.push(...read.tests.map((test) => ({ ...test, file, policy })));
  }
  const rules = policies.reduce((sum, { policy }) => sum + policy.rules.length, 0);
  const [first] = policies;
  if (rules > maxRules && first)
    faults.push({
      file: first.file,
      line: 1,
      col: 1,
      message: `the policies have ${rules} rules; ${maxRules} are allowed at most`,
    });
  const inOrder = [...policies].sort((a, b) => (a.policy.name < b.policy.name ? -1 : 1));
  return { policies: inOrder, tests, faults };
}

const stem = (path: string): string => path.replace(/(?:\.test)?\.ya?ml$/i, '');
