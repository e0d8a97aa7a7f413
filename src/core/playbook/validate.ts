// What a playbook must make sense of across its fields: graph, references, approvals, inputs of actions. Reports, never throws.
import type { Json } from '../json.ts';
import { type ActionCatalog, kindOf } from './action-traits.ts';
import { compileExpression, type Reference } from './expression.ts';
import { checkInput, patternFault } from './match.ts';
import { schemaFault } from './output-schema.ts';
import { type ActionCall, allSteps, type InputSpec, type Playbook, type Step } from './playbook.ts';
import { nearest } from './suggest.ts';
import { compileTemplate } from './template.ts';
import { validateDrill } from './validate-drill.ts';
import { validateSchedule } from './validate-schedule.ts';

type Fault = { readonly path: readonly PropertyKey[]; readonly message: string };
type Report = (path: readonly PropertyKey[], message: string) => void;

/** Every fault of a compiled playbook, by the path in the file it came from. */
export function validate(playbook: Playbook, catalog: ActionCatalog): readonly Fault[] {
  const faults: Fault[] = [];
  const report: Report = (path, message) => faults.push({ path, message });
  const seen = new Set<string>();
  for (const part of ['steps', 'finally'] as const) {
    const ids = playbook[part].map(({ id }) => id);
    playbook[part].forEach((step, i) => {
      if (seen.has(step.id)) report([part, i, 'id'], `the id \`${step.id}\` is used twice; every step needs its own`);
      seen.add(step.id);
      step.needs.forEach((id, j) => {
        if (!ids.includes(id))
          report([part, i, 'needs', j], `needs \`${id}\`, but there is no such step${nearest(id, ids)}`);
      });
    });
    const cycle = findCycle(playbook[part]);
    if (cycle) {
      report(
        [part, ids.indexOf(cycle[0] ?? ''), 'needs'],
        `the steps need each other in a circle: ${cycle.join(' -> ')}`,
      );
      return faults;
    }
  }
  if (playbook.slo?.withinSla !== undefined && playbook.sla === null)
    report(['slo', 'withinSla'], 'there is no SLA to keep; add `sla: { completeWithin: 30m }`, or take this out');
  playbook.triggers.forEach(({ when }, i) => {
    if (when !== null) expression(report, ['triggers', i, 'when'], when, (path) => unknownRoot(path, ['alert']));
  });
  for (const [name, spec] of Object.entries(playbook.inputs)) {
    const { from } = spec;
    if (from !== null) expression(report, ['inputs', name, 'from'], from, (path) => unknownRoot(path, ['alert']));
    checkInputSpec(report, ['inputs', name], spec);
  }
  validateSchedule(report, playbook);
  validateDrill(report, playbook);
  for (const field of ['concurrency', 'cooldown'] as const) {
    const key = playbook[field]?.key;
    // Keys are made before there is a run or, for the first alert, an incident.
    const known = (path: Reference) =>
      unknownRoot(path, ['alert', 'inputs']) ?? unknownReference(path, playbook, new Set(), []);
    if (key !== undefined) checkTemplate(report, [field, 'key'], key, known, false);
  }
  const byId = new Map(playbook.steps.map((step) => [step.id, step]));
  playbook.steps.forEach((step, i) =>
    validateStep(report, ['steps', i], step, ancestors(byId, step.id), playbook, catalog),
  );
  // At the end any step may have run or not; an expression can ask for its status.
  playbook.finally.forEach((step, i) => {
    const before = new Set([...byId.keys(), ...playbook.finally.slice(0, i).map(({ id }) => id)]);
    validateStep(report, ['finally', i], step, before, playbook, catalog);
    if (step.compensate)
      report(['finally', i, 'compensate'], 'a final step is never undone; take `compensate` out, or move the step');
  });
  for (const [name, cel] of Object.entries(playbook.outputs))
    expression(report, ['outputs', name], cel, (path) => unknownReference(path, playbook, new Set(byId.keys()), []));
  return faults;
}

function checkInputSpec(report: Report, at: readonly PropertyKey[], spec: InputSpec): void {
  if (spec.pattern !== null) {
    const problem = patternFault(spec.pattern);
    if (problem !== null) {
      report([...at, 'pattern'], problem);
      return;
    }
  }
  if (spec.default === null) return;
  const value = checkInput(spec, spec.default);
  if (!value.ok) report([...at, 'default'], `the default ${value.error}`);
}

function validateStep(
  report: Report,
  at: readonly PropertyKey[],
  step: Step,
  before: ReadonlySet<string>,
  playbook: Playbook,
  catalog: ActionCatalog,
): void {
  const item = step.forEach ? ['item', 'index'] : [];
  const known = (extra: readonly string[], steps: ReadonlySet<string>) => (path: Reference) =>
    unknownReference(path, playbook, steps, [...extra, ...item]);
  if (step.forEach) {
    const { items, share } = step.forEach;
    for (const cel of [items, ...(share ? [share.of] : [])])
      expression(report, [...at, 'forEach'], cel, (path) => unknownReference(path, playbook, before, []));
  }
  if (step.outputSchema) {
    const problem = schemaFault(step.outputSchema);
    if (problem !== null) report([...at, 'output', 'schema'], problem);
  }
  const self = new Set([...before, step.id]);
  if (step.if !== null) expression(report, [...at, 'if'], step.if, known([], before));
  if (step.target !== null) checkTemplate(report, [...at, 'target'], step.target, known([], before), false);
  checkCall(report, at, step, known([], before), catalog);
  if (step.compensate) checkCall(report, [...at, 'compensate'], step.compensate, known(['output'], self), catalog);
  step.capture.forEach(({ from }, i) =>
    expression(report, [...at, 'capture', i, 'from'], from, known(['output'], before)),
  );
  const { verify } = step;
  if (!verify) return;
  expression(report, [...at, 'verify', 'until'], verify.until, known(['output'], before));
  if (verify.uses === null && step.replay !== 'safe')
    report(
      [...at, 'verify'],
      `would repeat ${step.uses}, which is not safe to repeat; give verify its own \`uses\` and \`with\``,
    );
  if (verify.uses !== null)
    checkWith(report, [...at, 'verify', 'with'], verify.uses, verify.with, known([], before), catalog);
}

function checkCall(
  report: Report,
  at: readonly PropertyKey[],
  call: ActionCall,
  unknown: (path: Reference) => string | null,
  catalog: ActionCatalog,
): void {
  if (call.risk === 'high' && !call.approval)
    report([...at, 'risk'], 'a high-risk step needs `approval: { from: [...] }`: name who may approve it');
  if (kindOf(catalog, call) === 'gate' && !call.approval)
    report([...at, 'uses'], 'an approval step needs `approval: { from: [...] }`');
  if (call.replay === 'probe' && catalog.get(call.uses)?.probes?.(call.with) !== true)
    report(
      [...at, 'replay'],
      `${call.uses} cannot be probed as it is written here; give it a \`probe\`, or choose safe or ask`,
    );
  checkWith(report, [...at, 'with'], call.uses, call.with, unknown, catalog);
}

function checkWith(
  report: Report,
  at: readonly PropertyKey[],
  uses: string,
  input: Json,
  unknown: (path: Reference) => string | null,
  catalog: ActionCatalog,
): void {
  if (!checkTemplate(report, at, input, unknown, true)) return;
  for (const { path, message } of catalog.get(uses)?.checkInput(input) ?? []) {
    // What an expression will yield is known only at run time; the action checks it again then.
    if (isDynamic(input, path)) continue;
    report([...at, ...path], `${uses}: ${path.join('.') || 'with'}: ${message}`);
  }
}

function isDynamic(tree: Json, path: readonly (string | number)[]): boolean {
  let value: Json | undefined = tree;
  for (const key of path) {
    if (typeof value === 'string') break;
    value = value !== null && typeof value === 'object' ? (value as { [key: string]: Json })[key] : undefined;
  }
  return typeof value === 'string' && value.includes('${{');
}

function checkTemplate(
  report: Report,
  at: readonly PropertyKey[],
  tree: Json,
  unknown: (path: Reference) => string | null,
  secrets: boolean,
): boolean {
  const template = compileTemplate(tree);
  if (!template.ok) {
    for (const { path, message } of template.error) report([...at, ...path], message);
    return false;
  }
  const problems = template.value.references.map(unknown).filter((problem) => problem !== null);
  for (const problem of new Set(problems)) report(at, problem);
  if (!secrets && template.value.secrets.length > 0) report(at, 'secrets may be used only inside `with`');
  return problems.length === 0;
}

function expression(
  report: Report,
  at: readonly PropertyKey[],
  text: string,
  unknown: (path: Reference) => string | null,
): void {
  const compiled = compileExpression(text);
  if (!compiled.ok) report(at, compiled.error);
  else for (const problem of new Set(compiled.value.references.map(unknown))) if (problem !== null) report(at, problem);
}

/** Names that CEL itself knows, as in `type(output.body) == string`. */
const celTypes = ['bool', 'bytes', 'double', 'int', 'list', 'map', 'null_type', 'string', 'type', 'uint'];

function unknownRoot([root = '']: Reference, roots: readonly string[]): string | null {
  return roots.includes(root) || celTypes.includes(root)
    ? null
    : `\`${root}\` is not known here; what is known: ${roots.join(', ')}`;
}

function unknownReference(
  path: Reference,
  playbook: Playbook,
  before: ReadonlySet<string>,
  extra: readonly string[],
): string | null {
  const [root = '', name] = path;
  if (root === 'secrets') return 'secrets may be used only as `${' + '{ secrets.name }}` inside `with`';
  if (root === 'inputs' && name !== undefined && !Object.hasOwn(playbook.inputs, name))
    return `inputs.${name} is not defined${nearest(name, Object.keys(playbook.inputs))}; add it under \`inputs\``;
  if (root === 'env' && name !== undefined && !playbook.env.includes(name))
    return `env.${name} is not declared; add it under \`env\``;
  if (root === 'steps' && name !== undefined && !before.has(name)) {
    const ids = allSteps(playbook).map(({ id }) => id);
    return ids.includes(name)
      ? `steps.${name} has not run for certain at this point; add \`${name}\` to \`needs\``
      : `steps.${name}: there is no such step${nearest(name, ids)}`;
  }
  return unknownRoot(path, ['alert', 'incident', 'inputs', 'steps', 'run', 'env', ...extra]);
}

/** Ids of the steps that have ended for certain before a step starts. */
function ancestors(steps: ReadonlyMap<string, Step>, id: string): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [...(steps.get(id)?.needs ?? [])];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    queue.push(...(steps.get(next)?.needs ?? []));
  }
  return found;
}

function findCycle(steps: readonly Step[]): readonly string[] | null {
  const done = new Set<string>();
  const walk = (id: string, path: readonly string[]): readonly string[] | null => {
    const start = path.indexOf(id);
    if (start >= 0) return [...path.slice(start), id];
    if (done.has(id)) return null;
    for (const need of steps.find((step) => step.id === id)?.needs ?? []) {
      const cycle = walk(need, [...path, id]);
      if (cycle) return cycle;
    }
    done.add(id);
    return null;
  };
  for (const { id } of steps) {
    const cycle = walk(id, []);
    if (cycle) return cycle;
  }
  return null;
}
