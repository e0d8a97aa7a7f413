// The evaluator: which rules hold for what is about to happen, and what follows. Policies in the order of their names, rules as they are
// written. What cannot be evaluated denies. Pure.

import type { Precondition } from '../expression/surely-false.ts';
import type { Json, JsonObject } from '../json.ts';
import { compileExpression, type Expression, type Scope } from '../playbook/expression.ts';
import { timeIn } from './calendar.ts';
import { inputTypes, type PolicyInputs } from './inputs.ts';
import {
  type DemandedApproval,
  type Effect,
  emptyRulebook,
  type JudgedAt,
  type Rulebook,
  rulebookDigest,
  type Tightening,
} from './rulebook.ts';

/** Steps of CEL that one rule may cost; a hundredth of a second. */
export const maxRuleSteps = 10_000;
/** Rules of all policies together. */
export const maxRules = 500;

/** A rule that holds. `error`: it could not be evaluated, and so it denies. */
export type Hit = {
  readonly policy: string;
  readonly rule: string;
  readonly effect: Effect;
  readonly error?: string;
};

/** What was found. */
export type Judgement = {
  readonly hits: readonly Hit[];
  /** The inputs that the rules that hold have looked at, as they were. */
  readonly saw: JsonObject;
};

type CompiledRule = {
  readonly policy: string;
  readonly rule: string;
  readonly when: string;
  readonly effect: Effect;
  readonly timeZone: string;
  readonly roots: readonly string[];
  /** Parts without which it does not hold, by their places among those of all rules. */
  readonly needs: readonly number[];
  readonly run: Expression['run'];
};

/** A part that rules of one zone have in common: it is looked at once in a judgement, however many rules need it. */
type SharedPart = Precondition & { readonly timeZone: string };

/** A rule book that is ready to be asked. */
export type CompiledRulebook = {
  readonly digest: string;
  readonly book: Rulebook;
  readonly rules: { readonly [at in JudgedAt]: readonly CompiledRule[] };
  readonly needs: readonly SharedPart[];
  /** True: some rule looks at `history`, which then must be loaded. */
  readonly asksHistory: boolean;
};

const stages: readonly JudgedAt[] = ['start', 'step', 'order', 'policyChange'];

/** Compiles a rule book. @throws Error where a stored expression is broken: it was checked before it was stored */
export function compileRulebook(book: Rulebook): CompiledRulebook {
  const needs: SharedPart[] = [];
  const places = new Map<string, number>();
  const placeOf = (part: Precondition, timeZone: string): number => {
    const key = `${timeZone} ${part.text}`;
    const place = places.get(key) ?? needs.push({ ...part, timeZone }) - 1;
    places.set(key, place);
    return place;
  };
  const rulesAt = (at: JudgedAt) =>
    book.policies.flatMap(({ name, timeZone, rules }) =>
      rules
        .filter((rule) => rule.at.includes(at))
        .map(({ id, when, effect }): CompiledRule => {
          const compiled = compileExpression(when);
          if (!compiled.ok) throw new Error(`policy ${name}, rule ${id}: ${compiled.error}`);
          const isInput = (root: string) => Object.hasOwn(inputTypes[at], root);
          const roots = [...new Set(compiled.value.references.map(([root = '']) => root))];
          return {
            policy: name,
            rule: id,
            when,
            effect,
            timeZone,
            roots: roots.filter(isInput),
            needs: compiled.value.preconditions
              .filter((part) => part.roots.every(isInput))
              .map((part) => placeOf(part, timeZone)),
            run: compiled.value.run,
          };
        }),
    );
  const [start, step, order, policyChange] = stages.map(rulesAt) as [
    CompiledRule[],
    CompiledRule[],
    CompiledRule[],
    CompiledRule[],
  ];
  const all = [...start, ...step, ...order];
  return {
    digest: rulebookDigest(book),
    book,
    rules: { start, step, order, policyChange },
    needs,
    asksHistory: all.some(({ roots }) => roots.includes('history')),
  };
}

/** Nothing is ruled. */
export const noRulebook: CompiledRulebook = compileRulebook(emptyRulebook);

/** Which policies hold at an instant for these inputs; null: none does. `freezes`: the names of those that hold. */
export function judge(
  { rules, needs }: CompiledRulebook,
  at: JudgedAt,
  {
    inputs,
    instant,
    freezes,
  }: { readonly inputs: PolicyInputs; readonly instant: string; readonly freezes: readonly string[] },
): Judgement | null {
  const asked = rules[at];
  if (asked.length === 0) return null;
  const hits: Hit[] = [];
  const saw: { [name: string]: Json } = {};
  const known: { [name: string]: Json } = {};
  const inputOf = (name: string, zone: string): Json => {
    const key = name === 'time' ? `time ${zone}` : name;
    const value =
      known[key] ??
      (name === 'time'
        ? { ...timeIn(zone, instant), freezes: [...freezes], ...(inputs['time']?.() as JsonObject | undefined) }
        : (inputs[name]?.() ?? null));
    known[key] = value;
    return value;
  };
  // One for all rules of a zone: an expression sees only the names that it mentions.
  const scopes = new Map<string, { [name: string]: Json }>();
  const scopeWith = (roots: readonly string[], timeZone: string) => {
    const scope = scopes.get(timeZone) ?? {};
    scopes.set(timeZone, scope);
    for (const root of roots) if (!Object.hasOwn(scope, root)) scope[root] = inputOf(root, timeZone);
    return scope;
  };
  const lacking: (boolean | undefined)[] = [];
  const isLacking = (place: number): boolean => {
    const told = lacking[place];
    if (told !== undefined) return told;
    const { roots = [], timeZone = '', isFalse } = needs[place] ?? {};
    const is = isFalse?.(scopeWith(roots, timeZone)) ?? false;
    lacking[place] = is;
    return is;
  };
  for (const { policy, rule, effect, timeZone, roots, needs: own, run } of asked) {
    if (own.some(isLacking)) continue;
    const scope = scopeWith(roots, timeZone);
    const result = run(scope satisfies Scope, maxRuleSteps);
    const isSound = result.ok && typeof result.value === 'boolean';
    if (isSound && result.value === false) continue;
    for (const root of roots) saw[root === 'time' ? `time ${timeZone}` : root] = scope[root] ?? null;
    if (isSound) hits.push({ policy, rule, effect });
    else {
      const error = result.ok ? 'it yields neither true nor false' : result.error;
      hits.push({
        policy,
        rule,
        effect: { deny: `it cannot be judged (${error}), and what cannot be judged does not start` },
        error,
      });
    }
  }
  return hits.length === 0 ? null : { hits, saw };
}

/** Why the rules deny it, the first of them; null: they do not. */
export function denialOf(hits: readonly Hit[]): string | null {
  const found = hits.find(({ effect }) => effect.deny !== undefined);
  return found ? `policy ${found.policy} (${found.rule}) denies it: ${found.effect.deny}` : null;
}

/** All that the rules demand of an approval. */
export const demandsOf = (
  hits: readonly Hit[],
): { readonly ask: readonly DemandedApproval[]; readonly tighten: readonly Tightening[] } => ({
  ask: hits.flatMap(({ effect }) => effect.requireApproval ?? []),
  tighten: hits.flatMap(({ effect }) => effect.tighten ?? []),
});

/** What the rules that hold say, in one line each, for people. */
export const hitsInWords = (hits: readonly Pick<Hit, 'policy' | 'effect'>[]): readonly string[] => hits.map(hitInWords);

const hitInWords = ({ policy, effect }: Pick<Hit, 'policy' | 'effect'>): string =>
  `Policy ${policy} ${effectInWords(effect)}`;

/** What an effect does, as what a policy does. */
export function effectInWords({ deny, requireApproval: ask, tighten: stricter, note }: Effect): string {
  const parts: string[] = [];
  if (deny !== undefined) parts.push(`denies it: ${deny}`);
  if (ask) parts.push(`asks ${people(ask.quorum)} of ${ask.from.join(', ')}${more(ask)}`);
  if (stricter)
    parts.push(
      stricter.quorum === undefined
        ? `asks for more${more(stricter)}`
        : `asks ${people(stricter.quorum)}${more(stricter)}`,
    );
  if (note !== undefined) parts.push(`notes: ${note}`);
  return parts.join('; ');
}

const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const people = (n: number): string => `${words[n] ?? n} ${n === 1 ? 'person' : 'people'}`;

function more({ expiresInMs, excludeRequester, stepUp }: Tightening): string {
  const parts = [
    ...(expiresInMs === undefined ? [] : [`within ${Math.round(expiresInMs / 1000)}s`]),
    ...(excludeRequester ? ['not by whoever started it'] : []),
    ...(stepUp ? ['with a passkey'] : []),
  ];
  return parts.length > 0 ? `, ${parts.join(', ')}` : '';
}
