// Plays one test of a policy: what it gives over what is usual, judged by that policy alone, held against what it expects. Pure.
import type { Json, JsonObject } from '../json.ts';
import { nearest } from '../playbook/suggest.ts';
import type { PolicyCase } from './document.ts';
import type { PolicyInputs } from './inputs.ts';
import { inputTypes } from './inputs.ts';
import { type CompiledRulebook, compileRulebook, denialOf, effectInWords, judge } from './judge.ts';
import { demandOf } from './read-policy.ts';
import { emptyRulebook, type Policy } from './rulebook.ts';

const runs: JsonObject = {
  runs: 0,
  failures: 0,
  lastSuccessAt: '',
  succeeded: false,
  minutesSinceSuccess: 1_000_000_000,
};

/** What a test need not say. */
const usual: JsonObject = {
  principal: { kind: 'user', id: 'U0ANA', name: 'ana', via: 'slack', person: 'ana' },
  environment: '',
  playbook: {
    name: 'test',
    version: '1.0.0',
    digest: 'sha256:0',
    class: 'important',
    stage: 'live',
    labels: {},
    owner: { product: 'p', technical: 't', escalation: '@lead' },
  },
  plan: { steps: [], risk: 'medium', actions: [] },
  inputs: {},
  trigger: { type: 'manual', drill: false },
  incident: { id: 'inc_0', number: 1, title: 'test', severity: 3 },
  target: '',
  history: { playbook: runs, target: runs },
  step: {
    id: 'a',
    action: 'an.action',
    risk: 'medium',
    undo: false,
    reversible: false,
    approval: false,
    round: 1,
    with: {},
  },
  order: { type: 'retry', step: '', reason: '' },
  change: { added: [], removed: [], changed: [], from: 'sha256:0', to: 'sha256:1' },
};

/** The instant of a test that names none: a Wednesday at noon, UTC. */
const usualInstant = '2026-03-04T12:00:00.000Z';

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Members of members too; lists and single values are taken as they are given. */
function over(base: Json | undefined, given: Json): Json {
  if (!isObject(base) || !isObject(given)) return given;
  return {
    ...base,
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [name, over(base[name], value)])),
  };
}

/** What is not as expected, a line each; none: the test passes. */
export function playCase(policy: Policy, { at = 'step', given = {}, expect }: PolicyCase): readonly string[] {
  const known = [...Object.keys(inputTypes[at]), 'time'];
  const strange = Object.keys(given).filter((name) => !known.includes(name));
  if (strange.length > 0)
    return strange.map((name) => `given: there is no \`${name}\` at ${at}${nearest(name, known)}`);
  const time = isObject(given['time']) ? given['time'] : {};
  const instant =
    typeof time['at'] === 'string' && !Number.isNaN(Date.parse(time['at']))
      ? new Date(time['at']).toISOString()
      : usualInstant;
  const inputs: PolicyInputs = {
    ...Object.fromEntries(
      Object.keys(inputTypes[at]).map((name) => [name, () => over(usual[name], given[name] ?? {}) ?? null]),
    ),
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [name, () => over(usual[name], value)])),
    time: () => time,
  };
  const rules: CompiledRulebook = compileRulebook({ ...emptyRulebook, policies: [policy] });
  const found = judge(rules, at, { inputs: withPlain(inputs, given), instant, freezes: [] });
  const hits = found?.hits ?? [];
  const denied = denialOf(hits);
  const said = hits.map(({ rule, effect }) => `${rule}: ${effectInWords(effect)}`).join('; ') || 'nothing holds';
  const problems: string[] = [];
  const wrong = (what: string) => void problems.push(`${what}; found: ${said}`);
  if (expect.none && hits.length > 0) wrong('expected that nothing holds');
  const words: readonly (readonly ['deny' | 'note', string | boolean | undefined, readonly string[]])[] = [
    ['deny', expect.deny, denied === null ? [] : [denied]],
    ['note', expect.note, hits.flatMap(({ effect }) => effect.note ?? [])],
  ];
  for (const [name, wanted, texts] of words) {
    if (wanted === undefined) continue;
    const fits = typeof wanted === 'string' ? texts.some((text) => text.includes(wanted)) : texts.length > 0 === wanted;
    if (!fits) wrong(`expected ${name}: ${String(wanted)}`);
  }
  for (const name of ['requireApproval', 'tighten'] as const) {
    const wanted = expect[name];
    if (wanted === undefined) continue;
    const effects = hits.flatMap(({ effect }) => effect[name] ?? []);
    const fits =
      typeof wanted === 'boolean' ? effects.length > 0 === wanted : effects.some((effect) => holds(effect, wanted));
    if (!fits) wrong(`expected ${name}: ${JSON.stringify(wanted)}`);
  }
  if (expect.rules && expect.rules.join() !== hits.map(({ rule }) => rule).join())
    wrong(`expected the rules ${expect.rules.join(', ')}`);
  return problems;
}

/** Values that are no objects stand as they are given, or as usual. */
const withPlain = (inputs: PolicyInputs, given: JsonObject): PolicyInputs => ({
  ...inputs,
  ...Object.fromEntries(['environment', 'target'].map((name) => [name, () => given[name] ?? usual[name] ?? ''])),
});

/** Whether an effect has all that is expected of it. */
function holds(effect: object, wanted: object): boolean {
  const { from, ...rest } = demandOf({ from: ['?'], ...wanted });
  const has = new Map<string, unknown>(Object.entries(effect));
  const asked = Object.entries(rest).filter(([name]) =>
    name === 'expiresInMs' ? 'expiresIn' in wanted : name in wanted,
  );
  const names = from.every(
    (name) => name === '?' || (has.get('from') as readonly string[] | undefined)?.includes(name),
  );
  return names && asked.every(([name, value]) => has.get(name) === value);
}
