// Playbooks from a folder: every file compiled, every fault reported. Keeps nothing.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ActionCatalog } from '../../core/playbook/action-traits.ts';
import { compilePlaybook, type PlaybookFault } from '../../core/playbook/compile.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';

/** What a folder holds: the playbooks that compile, with their text, and the faults of the others. */
export type LoadedPlaybooks = {
  readonly playbooks: readonly { readonly playbook: Playbook; readonly text: string }[];
  readonly faults: readonly PlaybookFault[];
};

function filesUnder(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.'))
    .flatMap((entry) =>
      entry.isDirectory()
        ? filesUnder(join(path, entry.name))
        : /(?<!\.test)\.ya?ml$/.test(entry.name)
          ? [join(path, entry.name)]
          : [],
    )
    .sort();
}

/** Loads every `.yaml` under the given files and folders, tests (`.test.yaml`) excepted. A path that is not there is a fault. */
export function loadPlaybooks(paths: readonly string[], catalog: ActionCatalog): LoadedPlaybooks {
  const playbooks: { playbook: Playbook; text: string }[] = [];
  const faults: PlaybookFault[] = [];
  for (const path of paths) {
    let files: string[];
    try {
      files = filesUnder(path);
    } catch (error) {
      faults.push({ file: path, line: 1, col: 1, message: `cannot be read: ${(error as Error).message}` });
      continue;
    }
    for (const file of files) {
      const name = relative(process.cwd(), file) || file;
      const text = readFileSync(file, 'utf8');
      const compiled = compilePlaybook(text, name, catalog);
      if (!compiled.ok) faults.push(...compiled.error);
      else if (playbooks.some(({ playbook }) => playbook.name === compiled.value.name))
        faults.push({
          file: name,
          line: 1,
          col: 1,
          message: `the name \`${compiled.value.name}\` is used by another playbook`,
        });
      else playbooks.push({ playbook: compiled.value, text });
    }
  }
  return { playbooks, faults };
}

/** Playbooks by name. */
export function catalogOf(playbooks: LoadedPlaybooks['playbooks']): PlaybookCatalog {
  const byName = new Map(playbooks.map(({ playbook }) => [playbook.name, playbook]));
  return { all: () => [...byName.values()], byName: (name) => byName.get(name) };
}
