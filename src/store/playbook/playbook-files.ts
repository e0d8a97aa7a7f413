// Playbooks from files and folders: every file compiled, every fault reported. Keeps nothing.
import { readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import type { ApprovalPolicies } from '../../core/approval/document.ts';
import { decodeText } from '../../core/decode-text.ts';
import type { ActionCatalog } from '../../core/playbook/action-traits.ts';
import { type PlaybookFault, readPlaybook } from '../../core/playbook/compile.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import { err, type Result } from '../../core/result.ts';
import type { PlaybookCatalog } from '../../ports/ledger.ts';
import { filesUnder, isPlaybookName, isTestName } from './playbook-paths.ts';

/** One playbook that can be used. */
export type LoadedPlaybook = {
  readonly playbook: Playbook;
  readonly text: string;
  readonly file: string;
  /** What can be seen to go wrong in a run. */
  readonly doubts: readonly PlaybookFault[];
};

/** What a folder holds: the playbooks that compile, and the faults of the others. */
export type LoadedPlaybooks = {
  readonly playbooks: readonly LoadedPlaybook[];
  readonly faults: readonly PlaybookFault[];
};

/** A file that is larger holds no playbook; what the YAML may have is bounded elsewhere. */
const maxBytes = 4 * 1024 * 1024;

/** The text of a YAML file. */
export function readYamlText(file: string): Result<string, string> {
  try {
    if (statSync(file).size > maxBytes) return err(`the file is larger than ${maxBytes / 1024 / 1024} MiB`);
    return decodeText(readFileSync(file));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return err(code === 'EACCES' ? 'may not be read by this user' : `cannot be read: ${message}`);
  }
}

/** How a file is named to people: as seen from where they are. */
export const shownPath = (file: string): string => relative(process.cwd(), file) || file;

/**
 * Loads every playbook under the given files and folders, tests (`.test.yaml`) excepted. Whatever is not there, or cannot be read, is a
 * fault.
 */
export function loadPlaybooks(
  paths: readonly string[],
  catalog: ActionCatalog,
  policies: ApprovalPolicies = {},
): LoadedPlaybooks {
  const playbooks: LoadedPlaybook[] = [];
  const faults: PlaybookFault[] = [];
  const seen = new Set<string>();
  const faultOf = (file: string, message: string) => faults.push({ file, line: 1, col: 1, message });
  for (const path of paths) {
    const found = filesUnder(path, isPlaybookName);
    for (const { path: place, message } of found.faults) faultOf(shownPath(place), message);
    for (const file of found.files.filter((name) => !seen.has(name))) {
      seen.add(file);
      const name = shownPath(file);
      if (isTestName(file)) {
        faultOf(name, 'is a test of a playbook; `firebreak test` plays it');
        continue;
      }
      const text = readYamlText(file);
      const read = text.ok ? readPlaybook(text.value, name, catalog, policies) : null;
      if (!text.ok) faultOf(name, text.error);
      if (!text.ok || !read) continue;
      faults.push(...read.faults);
      const { playbook, doubts } = read;
      // What goes wrong in a run of a playbook that cannot even start is told with the rest.
      if (!playbook) faults.push(...doubts);
      else if (playbooks.some((other) => other.playbook.name === playbook.name))
        faultOf(name, `the name \`${playbook.name}\` is used by another playbook`);
      else playbooks.push({ playbook, text: text.value, file: name, doubts });
    }
  }
  return { playbooks, faults };
}

/** The playbooks in force, which others can take the place of while the process runs. */
export type LiveCatalog = PlaybookCatalog & { readonly replace: (playbooks: readonly Playbook[]) => void };

/** Playbooks by name, as these are until others take their place. */
export function catalogOf(playbooks: readonly Playbook[]): LiveCatalog {
  let byName = new Map(playbooks.map((playbook) => [playbook.name, playbook]));
  return {
    all: () => [...byName.values()],
    byName: (name) => byName.get(name),
    replace(others) {
      byName = new Map(others.map((playbook) => [playbook.name, playbook]));
    },
  };
}
