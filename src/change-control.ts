// The adapters of change control in one process: the folder of playbooks with its tests, and what of the configuration can be read anew.
// Holds no rule.
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from './config/environment.ts';
import type { Alert } from './core/alert/alert.ts';
import { canonicalJson } from './core/json.ts';
import { compilePlaybook, formatFault } from './core/playbook/compile.ts';
import { matchTriggers } from './core/playbook/match.ts';
import type { Playbook } from './core/playbook/playbook.ts';
import { err, ok, type Result } from './core/result.ts';
import { playCase } from './core/run/play-case.ts';
import type { ChangeControlPorts, FolderPlaybook, PlayedTests, Reloadable } from './ports/change-control.ts';
import { readRulebook, sourceOfRules } from './rulebook.ts';
import { readAlerts } from './sources/alerts-in.ts';
import type { Action } from './spi/action.ts';
import type { Store } from './store/open.ts';
import { type LiveCatalog, type LoadedPlaybooks, loadPlaybooks } from './store/playbook/playbook-files.ts';
import { filesUnder, isPlaybookName, isTestName } from './store/playbook/playbook-paths.ts';
import { locateTest } from './store/playbook/playbook-tests.ts';

/** What of a process change control is made of. */
type Parts = {
  readonly config: Config;
  readonly actions: ReadonlyMap<string, Action>;
  readonly catalog: LiveCatalog;
  readonly store: Pick<Store, 'versions' | 'playbookHistory' | 'recordedRuns' | 'trials'>;
};

/** Loaded playbooks as change control takes them. */
export const inFolder = (playbooks: LoadedPlaybooks['playbooks']): readonly FolderPlaybook[] =>
  playbooks.map(({ playbook, text, file }) => ({ playbook, text, path: file }));

/** Makes the adapters. */
export function changeControlPorts({ config, actions, catalog, store }: Parts): ChangeControlPorts {
  return {
    mode: config.file.changeControl,
    replace: catalog.replace,
    versions: store.versions,
    history: store.playbookHistory,
    recordedRuns: store.recordedRuns,
    trials: store.trials,
    compile(text, path) {
      const compiled = compilePlaybook(text, path, actions, config.file.approvals);
      return compiled.ok ? compiled : err(compiled.error.map(formatFault));
    },
    readFolder() {
      // A rule that a playbook names is part of it: it is read anew with the rules that stand there now.
      const file = config.readFileAgain();
      if (!file.ok) return file;
      const { playbooks, faults } = loadPlaybooks([config.playbooks], actions, file.value.approvals);
      return faults.length > 0 ? err(faults.map(formatFault)) : ok(inFolder(playbooks));
    },
    playTests: (playbook) => playTests(playbook, { folder: config.playbooks, actions, library: catalog.byName }),
    readRules() {
      const file = config.readFileAgain();
      if (!file.ok) return file;
      const book = readRulebook({ policies: config.policies, file: file.value });
      return book.ok ? ok({ book: book.value, source: sourceOfRules(config) }) : book;
    },
    reloadables: [reloadableFile(config)],
  };
}

/** Plays the tests that a folder has for a playbook, by this version of it. */
function playTests(
  playbook: Playbook,
  given: {
    readonly folder: string;
    readonly actions: ReadonlyMap<string, Action>;
    readonly library: LiveCatalog['byName'];
  },
): PlayedTests {
  const problems: string[] = [];
  let cases = 0;
  for (const path of filesUnder(given.folder, isTestName).files) {
    const test = locateTest(path);
    // Which playbook a test is about that cannot be read, nobody knows: `firebreak test` says what is wrong with it.
    if (!test.ok) continue;
    const { document, playbookFile } = test.value;
    const [own] = loadPlaybooks([playbookFile], given.actions).playbooks;
    if (own?.playbook.name !== playbook.name) continue;
    for (const one of document.cases) {
      cases += 1;
      const alert = alertOf(one, path, playbook);
      const found = alert.ok
        ? playCase(playbook, one, { alert: alert.value, traits: given.actions, library: given.library }).problems
        : [alert.error];
      problems.push(...found.map((problem) => `${one.name}: ${problem}`));
    }
  }
  return { cases, problems };
}

function alertOf(
  {
    alertFile,
    alert,
  }: { readonly alertFile?: string | undefined; readonly alert?: { source?: string | undefined } | undefined },
  path: string,
  playbook: Playbook,
): Result<Alert | null, string> {
  if (alertFile === undefined) return ok(null);
  const file = join(dirname(path), alertFile);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return err(`${alertFile} cannot be read: ${(error as Error).message}`);
  }
  const alerts = readAlerts(text, alert?.source ?? null);
  if (!alerts.ok) return alerts;
  const started = alerts.value.find((candidate) => matchTriggers(playbook, candidate).outcome === 'starts');
  return ok(started ?? alerts.value[0] ?? null);
}

/** Sections of firebreak.yaml that a reload takes into use; all others need a new start. */
const taken = ['roles', 'access', 'approvals'] as const;

/** The configuration as far as it can be read anew: roles, access, approval policies and the silences of the file. */
function reloadableFile(config: Config): Reloadable {
  const { file } = config;
  return {
    name: 'configuration',
    read() {
      const again = config.readFileAgain();
      if (!again.ok) return again;
      const next = again.value;
      return ok(() => {
        for (const secret of next.knownSecrets) config.known.learn(secret);
        const changes: string[] = [];
        for (const section of taken) if (replaced(file[section], next[section])) changes.push(`${section} changed`);
        if (canonicalJson(file.alerts.silences) !== canonicalJson(next.alerts.silences)) {
          replaceMembers(file.alerts, { ...file.alerts, silences: next.alerts.silences });
          changes.push('silences changed');
        }
        return changes;
      });
    },
  };
}

function replaced(before: object, after: object): boolean {
  if (canonicalJson(before) === canonicalJson(after)) return false;
  replaceMembers(before, after);
  return true;
}

/**
 * Gives an object the members of another one. Whoever was given the object at the start goes on holding it, and reads it anew with every
 * question, so that it takes the place of the old one everywhere at once.
 */
function replaceMembers(target: object, source: object): void {
  for (const name of Object.keys(target)) if (!Object.hasOwn(source, name)) Reflect.deleteProperty(target, name);
  Object.assign(target, source);
}

/** What of a configuration is watched. */
type Watched = Pick<Config, 'playbooks' | 'policies' | 'configFile'>;

/**
 * Looks whether the folders of playbooks and of policies or the configuration file are otherwise than at the last look, and then has all of it
 * read anew. What has changed between two looks is waited for: it is read once it has stood still.
 */
export function watchFiles(config: Watched, reload: () => Promise<void>): () => Promise<void> {
  let loaded = seenNow(config);
  let last = loaded;
  return async (): Promise<void> => {
    const now = seenNow(config);
    const hasSettled = now === last;
    last = now;
    if (now === loaded || !hasSettled) return;
    loaded = now;
    await reload();
  };
}

/** What can be seen of the files without reading them. */
function seenNow({ playbooks, policies, configFile }: Watched): string {
  const rules = policies === null ? [] : filesUnder(policies, isPlaybookName).files;
  const files = [configFile, ...filesUnder(playbooks, isPlaybookName).files, ...rules];
  return JSON.stringify(
    files.map((file) => {
      const about = statSync(file, { throwIfNoEntry: false });
      return [file, about?.mtimeMs ?? null, about?.size ?? null, about?.ino ?? null];
    }),
  );
}
