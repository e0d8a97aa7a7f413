// `firebreak test`: finds the tests of playbooks, plays their cases, says what is not as expected. Needs no database; what the configuration does not allow fails them.
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import { actionTraits } from '../../actions/registry.ts';
import type { Alert } from '../../core/alert/alert.ts';
import { formatFault, type PlaybookFault } from '../../core/playbook/compile.ts';
import { matchTriggers } from '../../core/playbook/match.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import type { Case } from '../../core/playbook/test-document.ts';
import { type PlayedCase, playCase } from '../../core/run/play-case.ts';
import { filesUnder, isTestName } from '../../store/playbook/playbook-paths.ts';
import { locateTest } from '../../store/playbook/playbook-tests.ts';
import { textOf } from '../record/record.ts';
import { examples, jsonOption } from '../session/options.ts';
import { CliError, line, paint, print, printJson } from '../session/output.ts';
import { checkPlaybookFiles, playbookFolder } from './checked-playbooks.ts';
import { alertsIn, library } from './simulated-run.ts';

type Played = PlayedCase & { readonly file: string; readonly playbook: string; readonly case: string };

/** Adds `test [PATH...]`. */
export function addTest(program: Command): void {
  program
    .command('test')
    .description('play the tests of playbooks (NAME.test.yaml beside NAME.yaml, or in a folder tests/ there)')
    .argument('[paths...]', 'tests, playbooks, or folders of them (default: FIREBREAK_PLAYBOOKS)')
    .addOption(jsonOption())
    .addHelpText('after', examples('test', 'test playbooks/clear-cache.yaml', 'test --json'))
    .action((paths: readonly string[], { json }: { json?: boolean }) => {
      const files = (paths.length > 0 ? paths : [playbookFolder()]).flatMap(testsUnder);
      if (files.length === 0)
        throw new CliError('not_found', 'there are no tests; write one as NAME.test.yaml beside NAME.yaml');
      const faults: PlaybookFault[] = [];
      const played = [...new Set(files)].flatMap((file) => playFile(file, faults));
      const failed = played.filter(({ problems }) => problems.length > 0).length;
      process.exitCode = failed + faults.length > 0 ? 1 : 0;
      if (json) return printJson({ passed: played.length - failed, failed, cases: played, faults });
      for (const fault of faults) print(formatFault(fault));
      for (const { playbook, case: name, problems, events } of played) {
        const bad = problems.length > 0;
        print(`${bad ? paint('bad', 'FAIL') : paint('good', 'ok  ')}  ${playbook}: ${line(name)}`);
        for (const problem of problems) print(`      ${line(problem, 1000)}`);
        if (bad && events.length > 0) print(paint('dim', `      what happened: ${line(events.join(', '), 4000)}`));
      }
      print(
        `${played.length - failed} passed, ${failed} failed${faults.length > 0 ? `, ${faults.length} fault(s) in files` : ''}`,
      );
    });
}

/** The tests a path stands for: itself, those of a playbook, or those in a folder. */
function testsUnder(path: string): string[] {
  if (!existsSync(path)) throw new CliError('not_found', `there is no ${line(path)}`);
  if (statSync(path).isDirectory()) {
    const { files, faults } = filesUnder(path, isTestName);
    const [broken] = faults;
    if (broken) throw new CliError('unreadable', faults.map((fault) => `${fault.path} ${fault.message}`).join('\n'));
    return [...files];
  }
  if (isTestName(path)) return [path];
  const name = `${basename(path).replace(/\.ya?ml$/i, '')}.test.yaml`;
  const tests = [join(dirname(path), name), join(dirname(path), 'tests', name)].filter((file) => existsSync(file));
  if (tests.length === 0) throw new CliError('not_found', `${line(path)} has no test; write ${name} beside it`);
  return tests;
}

function playFile(path: string, faults: PlaybookFault[]): readonly Played[] {
  const test = locateTest(path);
  if (!test.ok) {
    faults.push(...test.error);
    return [];
  }
  const { file, document, playbookFile } = test.value;
  const checked = checkPlaybookFiles([playbookFile]);
  faults.push(
    ...checked.faults.filter(
      ({ file: known, message }) => !faults.some((one) => one.file === known && one.message === message),
    ),
  );
  const [playbook] = checked.playbooks;
  if (!playbook) return [];
  return document.cases.map((one) => ({
    file,
    playbook: playbook.name,
    case: one.name,
    ...playCase(playbook, one, { alert: alertOf(one, path, playbook), traits: actionTraits, library }),
  }));
}

function alertOf({ alertFile, alert }: Case, path: string, playbook: Playbook): Alert | null {
  if (alertFile === undefined) return null;
  const alerts = alertsIn(textOf(join(dirname(path), alertFile)), alert?.source ?? null);
  return alerts.find((candidate) => matchTriggers(playbook, candidate).outcome === 'starts') ?? alerts[0] ?? null;
}
