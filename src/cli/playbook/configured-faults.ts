// What of a playbook cannot work in this installation: commands and hosts that nothing allows, and secrets, roles, variables, sources
// and playbooks that there are not. Looks at the playbook as it is written; changes nothing.
import type { ConfigFileContent } from '../../config/file.ts';
import { roleOf } from '../../core/authority/membership.ts';
import { isEmpty } from '../../core/authority/nobody.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { kindOf } from '../../core/playbook/action-traits.ts';
import type { PlaybookFault } from '../../core/playbook/compile.ts';
import { parseYaml } from '../../core/playbook/parse-yaml.ts';
import type { ActionCall, ApprovalRule, Playbook, Step } from '../../core/playbook/playbook.ts';
import { nearest } from '../../core/playbook/suggest.ts';
import { compileTemplate } from '../../core/playbook/template.ts';
import { sources } from '../../sources/registry.ts';
import type { Action } from '../../spi/action.ts';
import type { LoadedPlaybook } from '../../store/playbook/playbook-files.ts';

/** This installation, as far as it decides what can work. */
export type WhatIsThere = {
  readonly file: Pick<ConfigFileContent, 'secretNames' | 'roles' | 'oncall' | 'env' | 'webhooks'>;
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
  const { approval } = call;
  if (approval) checkRule(report, [...at, 'approval'], approval, installation);
}

/** Every place of a rule that names deciders. Of a policy the place is its name. */
function checkRule(report: Report, at: Path, rule: ApprovalRule, installation: WhatIsThere): void {
  const { thresholds, ladder = [], fallback = [], policy } = rule;
  const place = (...path: Path): Path => (policy === undefined ? [...at, ...path] : [...at, 'policy']);
  const check = (path: Path, names: readonly string[]) => checkDeciders(report, path, names, installation);
  if (thresholds === undefined) check(place('from'), rule.from);
  check(place('escalate'), rule.escalate);
  check(place('fallback'), fallback);
  const isAnyOf = (thresholds?.length ?? 0) > 1;
  thresholds?.forEach(({ factors }, t) => {
    factors.forEach(({ n, of }, f) => {
      const factor = place(...(isAnyOf ? ['anyOf', t] : []), 'allOf', f);
      check([...factor, ...(policy === undefined ? ['of'] : [])], of);
      checkMembers(report, factor, { n, of }, installation);
    });
  });
  if (thresholds === undefined) checkMembers(report, place('quorum'), { n: rule.quorum, of: rule.from }, installation);
  ladder.forEach(({ to, notify }, i) => {
    check(place('ladder', i, 'to'), to);
    const known = installation.file.webhooks.map(({ name }) => name);
    if (notify !== undefined && !known.includes(notify))
      report(
        place('ladder', i, 'to', 'webhook'),
        `there is no webhook \`${notify}\`${nearest(notify, known)}; add it to \`webhooks:\` in firebreak.yaml`,
      );
  });
}

/** More votes than the members of its roles, where all of them are listed in the configuration. */
function checkMembers(
  report: Report,
  at: Path,
  { n, of }: { readonly n: number; readonly of: readonly string[] },
  { file }: WhatIsThere,
): void {
  const members = new Set<string>();
  for (const name of of) {
    const role = name.startsWith('@') ? roleOf(name, file.roles) : undefined;
    if (name === 'everyone' || (name.startsWith('@') && !role)) return;
    if (!role) members.add(name);
    else if (role.groups.length + (role.oncall ?? []).length > 0) return;
    else for (const member of [...role.users, ...role.people, ...role.tokens]) members.add(member);
  }
  if (members.size > 0 && n > members.size)
    report(at, `asks for ${n} of ${of.join(', ')}, in which there are ${members.size}: nobody could ever approve it`);
}

function checkDeciders(report: Report, at: Path, names: readonly string[], { file }: WhatIsThere): void {
  const rotations = file.oncall.map(({ name }) => `oncall:${name}`);
  const known = [...Object.keys(file.roles), ...rotations];
  names.forEach((name, i) => {
    const role = name.slice(1);
    if (!name.startsWith('@')) return;
    const found = roleOf(name, file.roles);
    if (found && isEmpty(found))
      report(
        [...at, i],
        `the role \`${role}\` has nobody, so nobody could decide; list somebody under \`roles:\` in firebreak.yaml`,
      );
    if (known.includes(role)) return;
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
