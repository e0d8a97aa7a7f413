// `validate` and `schema`: playbooks as files. Needs no database; where there is a configuration, what it does not allow is a fault.
import { Argument, type Command } from 'commander';
import { configJsonSchema } from '../../config/json-schema.ts';
import { formatFault } from '../../core/playbook/compile.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import { playbookJsonSchema } from '../../core/playbook/schema.ts';
import { policyJsonSchema } from '../../core/policy/document.ts';
import { scheduleInWords } from '../../core/schedule/words.ts';
import { examples, jsonOption } from '../session/options.ts';
import { line, paint, print, printJson, say } from '../session/output.ts';
import { checkPlaybookFiles } from './checked-playbooks.ts';

/** The schedules of playbooks, each in words. */
const schedulesOf = (playbooks: readonly Playbook[]) =>
  playbooks.flatMap(({ name: playbook, schedule = [] }) =>
    schedule.map((entry) => ({ playbook, schedule: entry.name, words: scheduleInWords(entry) })),
  );

const scheduleLines = (playbooks: readonly Playbook[]) =>
  schedulesOf(playbooks).map(
    ({ playbook, schedule, words }) => `${line(playbook)}/${line(schedule)}: ${line(words, 500)}`,
  );

const schemas = { playbook: playbookJsonSchema, config: configJsonSchema, policy: policyJsonSchema };

/** Adds `validate [PATH...]` and `schema`. */
export function addPlaybooks(program: Command): void {
  program
    .command('validate')
    .description('check playbooks; every fault as file:line:col  message')
    .argument('[paths...]', 'files and folders (default: FIREBREAK_PLAYBOOKS)')
    .addOption(jsonOption())
    .addHelpText('after', examples('validate', 'validate playbooks/restart-service.yaml --json'))
    .action((paths: readonly string[], { json }: { json?: boolean }) => {
      const checked = checkPlaybookFiles(paths);
      const { playbooks, faults, warnings, unasked } = checked;
      if (json)
        printJson({ valid: playbooks.map(({ name }) => name), faults, warnings, schedules: schedulesOf(playbooks) });
      else {
        for (const fault of faults) print(formatFault(fault));
        if (faults.length === 0) print(paint('good', `${playbooks.length} playbook(s) are valid`));
        for (const text of scheduleLines(playbooks)) print(text);
        for (const text of warnings) say(`warning: ${line(text)}`);
        for (const reason of unasked) say(`what the configuration allows was not checked: ${reason}`);
      }
      process.exitCode = faults.length > 0 ? 1 : 0;
    });

  program
    .command('schema')
    .description('JSON Schema of playbooks, policies or firebreak.yaml, for editors')
    .addArgument(new Argument('[what]', 'of what').choices(Object.keys(schemas)).default('playbook'))
    .addOption(jsonOption())
    .addHelpText('after', examples('schema > playbook.schema.json', 'schema config > firebreak.schema.json'))
    .action((what: keyof typeof schemas) => print(JSON.stringify(schemas[what](), null, 2)));
}
