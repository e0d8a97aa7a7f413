// `firebreak register --check`: what the playbooks in force lack that a production playbook may not lack, with the place in the file. Needs
// no database.
import { basename, dirname, join } from 'node:path';
import { actionTraits } from '../../actions/registry.ts';
import { formatFault, type PlaybookFault } from '../../core/playbook/compile.ts';
import { readinessGaps } from '../../core/playbook/readiness.ts';
import { type Case, readTest } from '../../core/playbook/test-document.ts';
import { type LoadedPlaybook, loadPlaybooks, readYamlText } from '../../store/playbook/playbook-files.ts';
import { paint, print, printJson } from '../session/output.ts';
import { playbookFolder } from './checked-playbooks.ts';

/** Every gap of the playbooks in force, and every fault of those that cannot be used. */
export function readinessOf(folder: string): {
  readonly playbooks: readonly string[];
  readonly gaps: readonly PlaybookFault[];
} {
  const { playbooks, faults } = loadPlaybooks([folder], actionTraits);
  const gaps = playbooks.flatMap((loaded) => {
    const { playbook, text, file } = loaded;
    return readinessGaps({ playbook, text, file, testsFailures: testsFailures(loaded) }, actionTraits);
  });
  return { playbooks: playbooks.map(({ playbook: { name } }) => name), gaps: [...faults, ...gaps] };
}

/** Says what is missing; whether anything is. */
export function checkReadiness({ json }: { readonly json?: boolean }): boolean {
  const { playbooks, gaps } = readinessOf(playbookFolder());
  if (json) printJson({ playbooks, gaps });
  else {
    for (const gap of gaps) print(formatFault(gap));
    if (gaps.length === 0) print(paint('good', `${playbooks.length} playbook(s) lack nothing`));
  }
  return gaps.length > 0;
}

/** Whether a test beside the playbook, or in `tests/` there, plays something that goes wrong. */
function testsFailures({ file }: Pick<LoadedPlaybook, 'file'>): boolean {
  const name = `${basename(file).replace(/\.ya?ml$/i, '')}.test.yaml`;
  return [join(dirname(file), name), join(dirname(file), 'tests', name)].some((path) => {
    const text = readYamlText(path);
    const test = text.ok ? readTest(text.value, path) : null;
    return test?.ok === true && test.value.cases.some(goesWrong);
  });
}

function goesWrong({ results, approvals, orders, expect }: Case): boolean {
  const answers = Object.values(results).flat();
  return (
    answers.some((answer) => 'fails' in answer || 'lost' in answer) ||
    Object.values(approvals).some((answer) => answer !== 'approve') ||
    orders.some(({ order }) => order === 'cancel') ||
    (expect.outcome !== undefined && expect.outcome !== 'succeeded' && expect.outcome !== 'running')
  );
}
