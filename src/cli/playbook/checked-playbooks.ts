// Playbooks as every command sees them that says whether they can work: with what would go wrong in a run, and with what this
// installation lacks. Changes nothing.
import { existsSync } from 'node:fs';
import { actionTraits, createActions } from '../../actions/registry.ts';
import { type Config, environment, readConfig } from '../../config/environment.ts';
import { partSettings } from '../../config/parts.ts';
import type { ApprovalPolicies } from '../../core/approval/document.ts';
import { namesOfNobody } from '../../core/authority/nobody.ts';
import { formatFault, type PlaybookFault } from '../../core/playbook/compile.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import { policyDoubts } from '../../core/policy/doubts.ts';
import { type AlwaysDenied, alwaysDenied } from '../../core/run/always-denied.ts';
import { readRulebook } from '../../rulebook.ts';
import { type LoadedPlaybook, loadPlaybooks, shownPath } from '../../store/playbook/playbook-files.ts';
import { filesUnder, isPlaybookName } from '../../store/playbook/playbook-paths.ts';
import { configuredFaults, type WhatIsThere } from './configured-faults.ts';

/** What was found. */
export type CheckedPlaybooks = {
  /** Those without any fault. */
  readonly playbooks: readonly Playbook[];
  readonly faults: readonly PlaybookFault[];
  /** What of the configuration stands for nobody; no fault of a playbook. */
  readonly warnings: readonly string[];
  /** Why the configuration could not be asked; empty if it was, or if there is none. */
  readonly unasked: readonly string[];
};

/** Where the playbooks are; this must be known even where other settings, such as secrets, are not there. */
export function playbookFolder(): string {
  const config = readConfig(environment(), false, 'if_there');
  return config.ok ? config.value.playbooks : (environment().FIREBREAK_PLAYBOOKS ?? './playbooks');
}

/** Loads and checks playbooks: those that are named, each of which must hold some, or those in force, of which there may be none yet. */
export function checkPlaybookFiles(named: readonly string[], config = configuration()): CheckedPlaybooks {
  const paths = named.length > 0 ? named : [playbookFolder()];
  const loaded = loadPlaybooks(paths, actionTraits, policiesOf(config));
  const { installation, unasked } = installationOf(config, loaded.playbooks);
  const doubtful = loaded.playbooks.map((one) => ({
    playbook: one.playbook,
    faults: [...one.doubts, ...(installation ? configuredFaults(one, installation) : [])],
  }));
  const faults = [...loaded.faults, ...doubtful.flatMap((one) => one.faults)];
  for (const path of named) {
    const found = filesUnder(path, isPlaybookName);
    if (found.files.length + found.faults.length === 0)
      faults.push({ file: shownPath(path), line: 1, col: 1, message: noPlaybook });
  }
  const playbooks = doubtful.flatMap((one) => (one.faults.length === 0 ? [one.playbook] : []));
  const warnings = config?.ok ? warningsOf(config.value, playbooks) : [];
  return { playbooks, faults, warnings, unasked };
}

/** What of the configuration, and of its policies, stands for nobody; and what the policies let nobody do. */
function warningsOf(config: Config, playbooks: readonly Playbook[]): readonly string[] {
  const rules = readRulebook(config);
  return [
    ...namesOfNobody(config.file).map(({ found, advice }) => `${found}; ${advice}`),
    ...(rules.ok ? policyDoubts(rules.value, config.file) : []),
    ...(rules.ok ? playbooks.flatMap((one) => alwaysDenied(one, rules.value)).map(deniedInWords) : []),
  ];
}

/** One sentence. */
export const deniedInWords = ({ playbook, step, reason }: AlwaysDenied): string =>
  `${step === null ? `the start of ${playbook}` : `the step ${step} of ${playbook}`} never goes on: ${reason}`;

const noPlaybook =
  'holds no playbook: write one as NAME.yaml there (`deploy/examples/playbooks` holds four to copy from), or name another folder';

/** Faults as lines. */
export const faultLines = (faults: readonly PlaybookFault[]): string => faults.map(formatFault).join('\n');

/** The approval policies that playbooks may name; none where the configuration cannot be read. */
export const policiesOf = (config = configuration()): ApprovalPolicies =>
  config?.ok ? config.value.file.approvals : {};

/** The configuration; null: there is none, and so nothing is known of this installation. */
function configuration(): ReturnType<typeof readConfig> | null {
  const isThere = environment().FIREBREAK_CONFIG !== undefined || existsSync('./firebreak.yaml');
  return isThere ? readConfig(environment(), false, 'if_there') : null;
}

function installationOf(
  config: ReturnType<typeof readConfig> | null,
  loaded: readonly LoadedPlaybook[],
): { readonly installation: WhatIsThere | null; readonly unasked: readonly string[] } {
  if (config === null) return { installation: null, unasked: [] };
  if (!config.ok) return { installation: null, unasked: config.error };
  const parts = partSettings(config.value);
  if (!parts.ok) return { installation: null, unasked: parts.error };
  const actions = createActions(parts.value.actions);
  return { installation: { file: config.value.file, actions, playbooks: namesOf(config.value, loaded) }, unasked: [] };
}

/** A step may call what is being looked at, and what is in force. */
function namesOf({ playbooks: folder, file }: Config, loaded: readonly LoadedPlaybook[]): ReadonlySet<string> {
  const inForce = existsSync(folder) ? loadPlaybooks([folder], actionTraits, file.approvals).playbooks : [];
  return new Set([...loaded, ...inForce].map(({ playbook }) => playbook.name));
}
