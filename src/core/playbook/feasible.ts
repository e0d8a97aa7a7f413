// What a playbook can be seen to do wrong in a run before there is one: expressions that cannot be evaluated or yield what does not
// fit, and inputs that no alert can give. Works on a playbook whose shape and references are in order. Reports, never throws.
import { alertType } from '../alert/when-fault.ts';
import { checkExpression, type Types } from '../expression/check.ts';
import {
  anything,
  canBe,
  isNumber,
  kindInWords,
  ofKind,
  record,
  typeOfSchema,
  type ValueKind,
  type ValueType,
} from '../expression/types.ts';
import type { Json, JsonObject } from '../json.ts';
import type { ActionCatalog } from './action-traits.ts';
import { compileExpression } from './expression.ts';
import { allSteps, type InputSpec, type Playbook, type Step } from './playbook.ts';
import { compileTemplate } from './template.ts';

type Path = readonly PropertyKey[];
type Fault = { readonly path: Path; readonly message: string };
type Report = (path: Path, message: string) => void;

const text = ofKind('string');
const runType = record({ id: text, startedAt: text, playbook: text, version: text });
const incidentType = record({ id: text, number: ofKind('int'), title: text, severity: ofKind('int') });
const inputKinds = { string: 'string', number: 'number', boolean: 'bool' } as const;

/** Names of the playbook; one that it does not have is told where references are checked. */
const named = (members: readonly (readonly [string, ValueType])[]): ValueType => ({
  kind: 'map',
  members: Object.fromEntries(members),
  open: true,
});

/** Every such fault, by the path in the file. */
export function findInfeasible(playbook: Playbook, catalog: ActionCatalog): readonly Fault[] {
  const faults: Fault[] = [];
  const report: Report = (path, message) => faults.push({ path, message });
  const inputs = named(Object.entries(playbook.inputs).map(([name, { type }]) => [name, ofKind(inputKinds[type])]));
  const ofAlert: Types = { alert: alertType };
  playbook.triggers.forEach(({ when }, i) => {
    if (when !== null) expectKind(report, ['triggers', i, 'when'], when, { types: ofAlert, wanted: 'bool' });
  });
  for (const [name, spec] of Object.entries(playbook.inputs))
    checkInput(report, name, spec, { ofAlert, isTriggered: playbook.triggers.length > 0 });
  for (const field of ['concurrency', 'cooldown'] as const)
    checkTexts(report, [field, 'key'], playbook[field]?.key ?? '', { ...ofAlert, inputs });
  const outputs = new Map(allSteps(playbook).map((step) => [step.id, outputOf(step, catalog)]));
  const steps = named([...outputs].map(([id, output]) => [id, record({ status: text, output })]));
  const env = { kind: 'map' as const, item: text };
  const types: Types = { ...ofAlert, inputs, steps, env, incident: incidentType, run: runType };
  for (const part of ['steps', 'finally'] as const)
    playbook[part].forEach((step, i) => checkStep(report, [part, i], step, { types, catalog }));
  for (const [name, cel] of Object.entries(playbook.outputs)) typeOf(report, ['outputs', name], cel, types);
  return faults;
}

/** What is known of a step's output: what its action says, and where that says nothing, what the step says. */
function outputOf(step: Step, catalog: ActionCatalog): ValueType {
  if (step.forEach) return anything;
  const own = typeOfSchema(catalog.get(step.uses)?.outputShape);
  const declared = typeOfSchema(step.outputSchema ?? undefined);
  if (own.kind === 'any') return declared;
  const { members } = own;
  if (!members || !declared.members) return own;
  const refined = Object.entries(members).map(([name, type]) => [
    name,
    type.kind === 'any' ? (declared.members?.[name] ?? type) : type,
  ]);
  return record(Object.fromEntries(refined));
}

function checkInput(
  report: Report,
  name: string,
  spec: InputSpec,
  { ofAlert, isTriggered }: { readonly ofAlert: Types; readonly isTriggered: boolean },
): void {
  const at = ['inputs', name];
  if (spec.from !== null) {
    const { kind } = typeOf(report, [...at, 'from'], spec.from, ofAlert);
    const fits: { readonly [type in InputSpec['type']]: readonly ValueKind[] } = {
      string: ['any', 'string', 'bool', 'int', 'uint', 'number', 'double', 'timestamp', 'duration', 'bytes', 'null'],
      number: ['any', 'string', 'int', 'uint', 'number', 'double', 'null'],
      boolean: ['any', 'string', 'bool', 'null'],
    };
    if (!fits[spec.type].includes(kind))
      report([...at, 'from'], `gives ${kindInWords[kind]}, but the input is a ${spec.type}`);
    return;
  }
  if (isTriggered && spec.required && spec.default === null)
    report(
      at,
      'no alert can give it, so no alert can start this playbook: add `from:`, a `default:` or `required: false`',
    );
}

type Scope = { readonly types: Types; readonly catalog: ActionCatalog };

function checkStep(report: Report, at: Path, step: Step, { types, catalog }: Scope): void {
  const ofItem: Types = step.forEach
    ? { ...types, item: itemsOf(report, [...at, 'forEach'], step.forEach.items, types), index: ofKind('int') }
    : types;
  if (step.forEach?.share) sizeOf(report, [...at, 'forEach', 'share', 'of'], step.forEach.share.of, types);
  const output = outputOf(step, catalog);
  const ofOutput = { ...ofItem, output: step.forEach ? anything : output };
  if (step.if !== null) expectKind(report, [...at, 'if'], step.if, { types: ofItem, wanted: 'bool' });
  if (step.target !== null) checkTexts(report, [...at, 'target'], step.target, ofItem);
  checkWith(report, [...at, 'with'], { uses: step.uses, input: step.with, types: ofItem, catalog });
  if (step.compensate) {
    const { uses, with: input } = step.compensate;
    checkWith(report, [...at, 'compensate', 'with'], { uses, input, types: ofOutput, catalog });
  }
  step.capture.forEach(({ from }, i) => {
    typeOf(report, [...at, 'capture', i, 'from'], from, ofOutput);
  });
  const { verify } = step;
  if (!verify) return;
  const seen = verify.uses === null ? ofOutput.output : typeOfSchema(catalog.get(verify.uses)?.outputShape);
  expectKind(report, [...at, 'verify', 'until'], verify.until, { types: { ...ofItem, output: seen }, wanted: 'bool' });
  if (verify.uses !== null)
    checkWith(report, [...at, 'verify', 'with'], { uses: verify.uses, input: verify.with, types: ofItem, catalog });
}

function itemsOf(report: Report, at: Path, items: string, types: Types): ValueType {
  return expectKind(report, at, items, { types, wanted: 'list' }).item ?? anything;
}

function sizeOf(report: Report, at: Path, of: string, types: Types): void {
  const { kind } = typeOf(report, at, of, types);
  if (!(['list', 'number'] as const).some((wanted) => canBe(kind, wanted)))
    report(at, `yields ${kindInWords[kind]}, but must yield a list or a number`);
}

/** What an expression yields. What is no expression at all is told elsewhere. */
function typeOf(report: Report, at: Path, cel: string, types: Types): ValueType {
  const compiled = compileExpression(cel);
  if (!compiled.ok) return anything;
  const { type, faults } = checkExpression(compiled.value.tree, types);
  for (const fault of faults) report(at, fault);
  if (type.optional !== true) return type;
  report(at, 'yields an optional; end it with orValue(...)');
  return anything;
}

function expectKind(
  report: Report,
  at: Path,
  cel: string,
  { types, wanted }: { readonly types: Types; readonly wanted: ValueKind },
): ValueType {
  const type = typeOf(report, at, cel, types);
  if (!canBe(type.kind, wanted)) report(at, `yields ${kindInWords[type.kind]}, but must yield ${kindInWords[wanted]}`);
  return type;
}

/** The kind of each text with expressions in a tree, by its place, and what is wrong with those. */
function checkTexts(report: Report, at: Path, tree: Json, types: Types): readonly Leaf[] {
  if (typeof tree === 'string') return leaf(report, at, tree, types);
  if (tree === null || typeof tree !== 'object') return [];
  const entries: readonly (readonly [string | number, Json])[] = Array.isArray(tree)
    ? tree.map((item: Json, i) => [i, item] as const)
    : Object.entries(tree);
  return entries.flatMap(([key, item]) => checkTexts(report, [...at, key], item, types));
}

type Leaf = { readonly at: Path; readonly kind: ValueKind };

function leaf(report: Report, at: Path, tree: string, types: Types): readonly Leaf[] {
  const template = compileTemplate(tree);
  if (!template.ok || template.value.root.kind !== 'text') return [];
  const { parts, whole } = template.value.root;
  const kinds = parts.map((part) => {
    if (typeof part === 'string' || 'secret' in part) return 'string';
    return typeOf(report, at, part.text, types).kind;
  });
  return [{ at, kind: whole ? (kinds[0] ?? 'any') : 'string' }];
}

const samples: { readonly [kind in ValueKind]?: Json } = {
  number: 1,
  int: 1,
  uint: 1,
  double: 1,
  string: 'x',
  bool: true,
  list: [],
  map: {},
  null: null,
};

/** Whether what expressions yield is of the kind that the action takes, tried with a sample of that kind. */
function checkWith(
  report: Report,
  at: Path,
  { uses, input, types, catalog }: Scope & { readonly uses: string; readonly input: Json },
): void {
  const leaves = checkTexts(report, at, input, types).filter(({ kind }) => samples[kind] !== undefined);
  if (leaves.length === 0) return;
  const tried = leaves.reduce(
    (tree, { at: path, kind }) => replaced(tree, path.slice(at.length), samples[kind] ?? null),
    input,
  );
  const places = new Map(leaves.map((found) => [found.at.slice(at.length).map(String).join('.'), found]));
  for (const { path, message } of catalog.get(uses)?.checkInput(tried) ?? []) {
    const found = places.get(path.map(String).join('.'));
    if (!found || !/\bexpected\b.*\breceived\b/.test(message)) continue;
    const advice = isNumber(found.kind) || found.kind === 'bool' ? '; write string(...) around it for a text' : '';
    report(
      found.at,
      `${uses}: ${path.join('.')}: the expression yields ${kindInWords[found.kind]}: ${message}${advice}`,
    );
  }
}

function replaced(tree: Json, [key, ...rest]: Path, value: Json): Json {
  if (key === undefined || tree === null || typeof tree !== 'object') return value;
  if (Array.isArray(tree)) return tree.map((item: Json, i) => (i === Number(key) ? replaced(item, rest, value) : item));
  const object = tree as JsonObject;
  return Object.fromEntries(
    Object.entries(object).map(([name, member]) => [name, name === key ? replaced(member, rest, value) : member]),
  );
}
