// `firebreak backup` and `restore`: the whole database into one file, and out of it again. Holds no rule.
import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { programVersion } from '../../platform/version.ts';
import { backUp, restore } from '../../store/backup/backup.ts';
import { BackupFileError } from '../../store/backup/backup-file.ts';
import { NotEmptyError } from '../../store/backup/load.ts';
import { withTables } from '../session/database.ts';
import { examples, jsonOption } from '../session/options.ts';
import { CliError, line, print, printJson, say, withProgress } from '../session/output.ts';
import { configured, logOf } from '../session/settings.ts';

type Json = { readonly json?: boolean };

/** Adds `backup` and `restore FILE`. */
export function addBackup(program: Command): void {
  program
    .command('backup')
    .description('write all that the database holds at this moment into one file; Firebreak may go on meanwhile')
    .option('--out <file>', 'where to; default: firebreak-TIME.backup here')
    .addOption(jsonOption())
    .addHelpText('after', examples('backup', 'backup --out /srv/backups/firebreak.backup'))
    .action(writeIt);
  program
    .command('restore')
    .description('make a database from a backup: there must be none yet, or an empty one')
    .argument('<file>', 'what `backup` wrote')
    .addOption(
      new Option('--any-key', 'also without the key that vouches for the record: its incidents can then only be read'),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('restore firebreak.backup', 'FIREBREAK_DATA_DIR=./restored npx firebreak restore f.backup'),
    )
    .action(readIt);
}

async function writeIt({ out, json }: Json & { readonly out?: string }): Promise<void> {
  const madeAt = new Date().toISOString();
  const file = out ?? `firebreak-${madeAt.replace(/[-:]|\.\d+/g, '')}.backup`;
  if (existsSync(file)) throw new CliError('exists', `${file} is there already; name another with --out`);
  const written = await withProgress('backing up', () =>
    withTables((database) => backUp(database, { file, madeAt, program: programVersion })),
  );
  if (json) return printJson({ file, ...written });
  print(`Backed up ${written.rows} rows to ${line(file)}.`);
  say(
    'Keep with it, but not beside it: the key of the record (signing-key.pem of the data directory), playbooks, configuration.',
  );
}

async function readIt(file: string, { anyKey, json }: Json & { readonly anyKey?: boolean }): Promise<void> {
  const config = configured();
  const { head, end } = await withProgress('restoring', () =>
    restore(config, logOf(config), { file, anyKey: anyKey === true }).catch(refused),
  );
  if (json) return printJson({ file, madeAt: head.madeAt, program: head.program, rows: end.rows });
  print(`Restored ${end.rows} rows of ${head.madeAt}.`);
  say('Next: `firebreak audit verify`, then `firebreak serve`. Alerts that came after that time are not in it.');
}

function refused(error: unknown): never {
  if (error instanceof BackupFileError) throw new CliError('backup', error.message);
  if (error instanceof NotEmptyError) throw new CliError('not_empty', error.message);
  throw error;
}
