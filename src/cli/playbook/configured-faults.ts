// What of a playbook cannot work in this installation: commands and hosts that nothing allows, and secrets, roles, variables, sources
// and playbooks that there are not. Looks at the playbook as it is written; changes nothing.
import type { ConfigFileContent } from '../../config/file.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { kindOf } from '../../core/playbook/action-traits.ts';
import type { PlaybookFault } from '../../core/playbook/compile.ts';
import { parseYaml } from '../../core/playbook/parse-yaml.ts';
import type { ActionCall, Playbook, Step } from '../../core/playbook/playbook.ts';
import { nearest } from '../../core/playbook/suggest.ts';
import { compileTemplate } from '../../core/playbook/template.ts';
import { sources } from '../../sources/registry.ts';
import type { Action } from '../../spi/action.ts';
import type { LoadedPlaybook } from '../../store/playbook/playbook-files.ts';

/** This installation, as far as it decides what can work. */
export type WhatIsThere = {
  readonly file: Pick<ConfigFileContent, 'secretNames' | 'roles' | 'oncall' | 'env'>;
  readonly actions: ReadonlyMap<string, Action>;
  /** Names of the playbooks that steps may call. */
  readonly playbooks: ReadonlySet<string>;
};

type Path = readonly PropertyKey[];
type Report = (path: Path, message: string) => void;

/** Every such fault, each with its place. */
export function configuredFaults(loaded: LoadedPlaybook, installation: WhatIsThere): readonly PlaybookFault[] {
  const { source } = parseYaml(loaded.text);
  const faults: PlaybookFault[] = [];
  const report: Report = (path, message) => {
    faults.push({ file: loaded.file, ...(source?.placeOf(path) ?? { line: 1, col: 1 }), message });
  };
  const { playbook } = loaded;
  checkNames(report, playbook, installation);
  playbook.schedule?.forEach(({ approval }, i) => {
    checkDeciders(report, ['schedule', i, 'approval', 'from'], approval?.from ?? [], installation);
  });
  for (const part of ['steps', 'finally'] as const)
    playbook[part].forEach((step, i) => checkStep(report, [part, i], step, installation));
  return faults.sort((a, b) => a.line - b.line || a.col - b.col);
}

function checkNames(report: Report, { triggers, env }: Playbook, { file }: WhatIsThere): void {
  const known = [...sources.keys()];
  triggers.forEach(({ source }, i) => {
    if (source !== '*' && !sources.has(source))
      report(
        ['triggers', i, 'source'],
        `there is no source \`${source}\`${nearest(source, known)}; there are ${known.join(', ')}, or "*" for any`,
      );
  });
  env.forEach((name, i) => {
    if (!file.env.includes(name))
      report(
        ['env', i],
        `the configuration does not let playbooks read ${name}${nearest(name, file.env)}; add it to \`env:\` in firebreak.yaml`,
      );
  });
}

function checkStep(report: Report, at: Path, step: Step, installation: WhatIsThere): void {
  checkCall(report, at, step, installation);
  if (step.compensate) checkCall(report, [...at, 'compensate'], step.compensate, installation);
  const { verify } = step;
  if (verify?.uses)
    checkInput(report, [...at, 'verify', 'with'], { uses: verify.uses, with: verify.with }, installation);
}

function checkCall(report: Report, at: Path, call: ActionCall, installation: WhatIsThere): void {
  checkInput(report, [...at, 'with'], call, installation);
  for (const field of ['from', 'escalate'] as const)
    checkDeciders(report, [...at, 'approval', field], call.approval?.[field] ?? [], installation);
}

function checkDeciders(report: Report, at: Path, names: readonly string[], { file }: WhatIsThere): void {
  const rotations = file.oncall.map(({ name }) => `oncall:${name}`);
  const known = [...Object.keys(file.roles), ...rotations];
  names.forEach((name, i) => {
    const role = name.slice(1);
    if (!name.startsWith('@') || known.includes(role)) return;
    report(
      [...at, i],
      `there is no role \`${role}\`, so nobody could decide${nearest(role, known)}; add it to \`roles:\` in firebreak.yaml`,
    );
  });
}

function checkInput(
  report: Report,
  at: Path,
  { uses, with: input }: Pick<ActionCall, 'uses' | 'with'>,
  { file, actions, playbooks }: WhatIsThere,
): void {
  for (const { path, message } of actions.get(uses)?.refuses?.(input) ?? []) report([...at, ...path], message);
  const template = compileTemplate(input);
  for (const name of new Set(template.ok ? template.value.secrets : []))
    if (!file.secretNames.includes(name))
      report(
        secretPlace(input, name, at),
        `there is no secret \`${name}\`${nearest(name, file.secretNames)}; add it to \`secrets:\` in firebreak.yaml`,
      );
  const kind = kindOf(actions, { uses });
  if (kind !== 'playbook') return;
  const called = (input as JsonObject | null)?.playbook;
  if (typeof called === 'string' && !called.includes('${{') && !playbooks.has(called))
    report([...at, 'playbook'], `there is no playbook \`${called}\`${nearest(called, [...playbooks])}`);
}

/** Where in an input a secret stands. */
function secretPlace(tree: Json, name: string, at: Path): Path {
  if (typeof tree === 'string' || tree === null || typeof tree !== 'object') return at;
  const entries: readonly (readonly [string | number, Json])[] = Array.isArray(tree)
    ? tree.map((item: Json, i) => [i, item] as const)
    : Object.entries(tree);
  const holder = entries.find(([, item]) => JSON.stringify(item).includes(`secrets.${name}`));
  return holder ? secretPlace(holder[1], name, [...at, holder[0]]) : at;
}
