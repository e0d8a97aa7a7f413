// From a policy file to a policy: every fault at once, each with its place. What the rules of several policies mean together is in
// doubts.ts. Pure.
import type { z } from 'zod';
import { checkExpression } from '../expression/check.ts';
import { canBe, kindInWords } from '../expression/types.ts';
import { compileExpression } from '../playbook/expression.ts';
import { parseYaml, type YamlSource } from '../playbook/parse-yaml.ts';
import { type PlaceFault, quoteAdvice, withoutExtensions } from '../playbook/read-document.ts';
import { nearest } from '../playbook/suggest.ts';
import type { DemandDocument } from './document.ts';
import { type PolicyCase, PolicyDocument, PolicyTests } from './document.ts';
import { inputTypes } from './inputs.ts';
import type { DemandedApproval, Effect, JudgedAt, Policy, Tightening } from './rulebook.ts';

/** A test with its place. */
export type PlacedCase = { readonly test: PolicyCase; readonly line: number; readonly col: number };

/** A policy file as it was read; `policy`: null if it cannot be used. */
export type ReadPolicy = {
  readonly policy: Policy | null;
  readonly tests: readonly PlacedCase[];
  readonly faults: readonly PlaceFault[];
  readonly placeOf: (path: readonly PropertyKey[]) => { readonly line: number; readonly col: number };
};

type At = (path: readonly PropertyKey[], message: string) => PlaceFault;

/** Reads a policy file. */
export function readPolicy(text: string): ReadPolicy {
  const { source, faults } = parseYaml(text);
  if (!source) return { policy: null, tests: [], faults, placeOf: () => ({ line: 1, col: 1 }) };
  const { placeOf } = source;
  const at: At = (path, message) => ({ ...placeOf(path), message });
  const parsed = PolicyDocument.safeParse(withoutExtensions(source.data));
  if (!parsed.success) return { policy: null, tests: [], faults: shapeFaults(parsed.error, source, at), placeOf };
  const document = parsed.data;
  const found = [...repeatedIds(document, at), ...document.rules.flatMap((rule, i) => expressionFaults(rule, i, at))];
  const tests = (document.tests ?? []).map((test, i) => ({ test, ...placeOf(['tests', i, 'name']) }));
  return { policy: found.length > 0 ? null : policyOf(document), tests, faults: found, placeOf };
}

/** Reads a file of tests. */
export function readPolicyTests(text: string): Pick<ReadPolicy, 'tests' | 'faults'> {
  const { source, faults } = parseYaml(text);
  if (!source) return { tests: [], faults };
  const at: At = (path, message) => ({ ...source.placeOf(path), message });
  const parsed = PolicyTests.safeParse(withoutExtensions(source.data));
  if (!parsed.success) return { tests: [], faults: shapeFaults(parsed.error, source, at) };
  return { tests: parsed.data.tests.map((test, i) => ({ test, ...source.placeOf(['tests', i, 'name']) })), faults: [] };
}

function shapeFaults(error: z.ZodError, source: YamlSource, at: At): readonly PlaceFault[] {
  return error.issues.flatMap((issue) => {
    const field = issue.path.map(String).join('.');
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => {
        const known = ['apiVersion', 'name', 'description', 'timeZone', 'rules', 'tests', 'id', 'at', 'when', 'effect'];
        const effects = ['deny', 'requireApproval', 'tighten', 'note', 'quorum', 'expiresIn', 'stepUp', 'from'];
        const hint = /^(allow|permit|skip|bypass|loosen)/i.test(key)
          ? '; a policy cannot allow anything'
          : nearest(key, known.concat(effects));
        return at([...issue.path, key], `unknown key \`${key}\`${field ? ` in ${field}` : ''}${hint}`);
      });
    return [
      at(issue.path, `${field || 'the file'}: ${issue.message}${quoteAdvice(issue.path, issue.message, source)}`),
    ];
  });
}

function repeatedIds({ rules }: PolicyDocument, at: At): readonly PlaceFault[] {
  return rules.flatMap(({ id }, i) =>
    rules.findIndex((other) => other.id === id) === i ? [] : [at(['rules', i, 'id'], `the id \`${id}\` is used twice`)],
  );
}

/** What is wrong with the condition of a rule, for each time at which it is asked. */
function expressionFaults(rule: PolicyDocument['rules'][number], index: number, at: At): readonly PlaceFault[] {
  const place = ['rules', index, 'when'] as const;
  const compiled = compileExpression(textOf(rule.when));
  if (!compiled.ok) return [at(place, compiled.error)];
  const messages = stagesOf(rule.at).flatMap((stage) => {
    const types = inputTypes[stage];
    const unknown = [...new Set(compiled.value.references.map(([root = '']) => root))]
      .filter((root) => !Object.hasOwn(types, root))
      .map(
        (root) =>
          `there is no \`${root}\` at ${stage}${nearest(root, Object.keys(types))}; there is ${Object.keys(types).join(', ')}`,
      );
    const { type, faults } = checkExpression(compiled.value.tree, types);
    const wrong = canBe(type.kind, 'bool') ? [] : [`it yields ${kindInWords[type.kind]}; it must be true or false`];
    return [...unknown, ...faults, ...wrong];
  });
  const effects = stagesOf(rule.at).flatMap((stage) => misplacedEffects(stage, rule.effect));
  return [
    ...[...new Set(messages)].map((message) => at(place, message)),
    ...[...new Set(effects)].map((message) => at(['rules', index, 'effect'], message)),
  ];
}

/** Effects that cannot be had at some times: nobody is asked about an order or a change of policies. */
function misplacedEffects(stage: JudgedAt, effect: PolicyDocument['rules'][number]['effect']): readonly string[] {
  if (stage === 'step' || stage === 'start') return [];
  return (['requireApproval', 'tighten'] as const)
    .filter((name) => effect[name] !== undefined)
    .map((name) => `\`${name}\` has no effect at ${stage}: nobody is asked then; write deny or note`);
}

const textOf = (when: string | boolean | undefined): string =>
  when === undefined
    ? 'true'
    : String(when)
        .replace(/^\$\{\{(.*)\}\}$/s, '$1')
        .trim();

const stagesOf = (at: readonly JudgedAt[] | undefined): readonly JudgedAt[] => at ?? ['step'];

function policyOf({ name, description, timeZone, rules }: PolicyDocument): Policy {
  return {
    name,
    description: description ?? '',
    timeZone: timeZone ?? 'UTC',
    rules: rules.map(({ id, at, when, effect }) => ({
      id,
      at: [...new Set(stagesOf(at))],
      when: textOf(when),
      effect: effectOf(effect),
    })),
  };
}

function effectOf({ deny, requireApproval, tighten, note }: PolicyDocument['rules'][number]['effect']): Effect {
  return {
    ...(deny !== undefined && { deny }),
    ...(requireApproval && { requireApproval: demandOf(requireApproval) }),
    ...(tighten && { tighten: stricterOf(tighten) }),
    ...(note !== undefined && { note }),
  };
}

/** People who must agree, as a file says it. */
export const demandOf = ({ from, quorum = 1, ...stricter }: z.output<typeof DemandDocument>): DemandedApproval => ({
  from,
  quorum,
  ...stricterOf(stricter),
});

type Stricter = Partial<Omit<z.output<typeof DemandDocument>, 'from'>>;

function stricterOf({ quorum, expiresIn, excludeRequester, stepUp }: Stricter): Tightening {
  return {
    ...(quorum !== undefined && { quorum }),
    ...(expiresIn !== undefined && { expiresInMs: expiresIn }),
    ...(excludeRequester && { excludeRequester }),
    ...(stepUp && { stepUp }),
  };
}
