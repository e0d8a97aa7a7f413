// `validate` and `schema`: playbooks as files. Needs no database and no settings: a playbook means the same whatever they are.
import type { Command } from 'commander';
import { actionTraits } from '../../actions/registry.ts';
import { environment, readConfig } from '../../config/environment.ts';
import { formatFault } from '../../core/playbook/compile.ts';
import { playbookJsonSchema } from '../../core/playbook/schema.ts';
import { loadPlaybooks } from '../../store/playbook/playbook-files.ts';
import { examples, jsonOption } from '../session/options.ts';
import { paint, print, printJson } from '../session/output.ts';

/** Where the playbooks are; this must be known even where other settings, such as secrets, are not there. */
export function playbookFolder(): string {
  const config = readConfig(environment());
  return config.ok ? config.value.playbooks : (environment().FIREBREAK_PLAYBOOKS ?? './playbooks');
}

/** Adds `validate [PATH...]` and `schema`. */
export function addPlaybooks(program: Command): void {
  program
    .command('validate')
    .description('check playbooks; every fault as file:line:col  message')
    .argument('[paths...]', 'files and folders (default: FIREBREAK_PLAYBOOKS)')
    .addOption(jsonOption())
    .addHelpText('after', examples('validate', 'validate playbooks/restart-service.yaml --json'))
    .action((paths: readonly string[], { json }: { json?: boolean }) => {
      const { playbooks, faults } = loadPlaybooks(paths.length > 0 ? paths : [playbookFolder()], actionTraits);
      if (json) printJson({ valid: playbooks.map(({ playbook }) => playbook.name), faults });
      else {
        for (const fault of faults) print(formatFault(fault));
        if (faults.length === 0) print(paint('good', `${playbooks.length} playbook(s) are valid`));
      }
      process.exitCode = faults.length > 0 ? 1 : 0;
    });

  program
    .command('schema')
    .description('JSON Schema of playbooks, for editors')
    .addOption(jsonOption())
    .addHelpText('after', examples('schema > playbook.schema.json'))
    .action(() => print(JSON.stringify(playbookJsonSchema(), null, 2)));
}
