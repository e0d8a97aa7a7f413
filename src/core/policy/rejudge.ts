// What other rules would have said of something that was judged: of its start, step or order, by the inputs that were recorded. Pure.
import type { Json } from '../json.ts';
import { type CompiledRulebook, hitsInWords, judge } from './judge.ts';
import type { JudgedFact } from './policy-events.ts';

/** What came of it. `unknown`: rules that hold now, or not, by inputs that were not recorded. */
export type Rejudged =
  | { readonly outcome: 'same' }
  | { readonly outcome: 'differs'; readonly before: readonly string[]; readonly after: readonly string[] }
  | { readonly outcome: 'unknown'; readonly missing: readonly string[] };

/** The name of a rule with what it says, by which it is known in another rule book. */
export const ruleKey = (rule: { readonly policy: string; readonly rule: string; readonly when: string }): string =>
  JSON.stringify([rule.policy, rule.rule, rule.when]);

/**
 * Judges once more what was judged at an instant; freezes stay as they were. `stood`: rules of the book that judged then, by `ruleKey`: one
 * that is the same now and did not hold then does not hold now.
 */
export function rejudge(
  rules: CompiledRulebook,
  { fact, at, stood }: { readonly fact: JudgedFact; readonly at: string; readonly stood: ReadonlySet<string> },
): Rejudged {
  const { judgedAt, saw } = fact;
  const known = new Map<string, Json>([['environment', fact.environment ?? '']]);
  for (const [name, value] of Object.entries(saw))
    if (!name.startsWith('time ') && !isDigest(value)) known.set(name, value);
  const held = new Set(fact.rules.map(({ policy, rule }) => JSON.stringify([policy, rule])));
  const missing = new Set<string>();
  const asked = rules.rules[judgedAt].filter((one) => {
    const { policy, rule, when, roots } = one;
    if (stood.has(ruleKey({ policy, rule, when })) && !held.has(JSON.stringify([policy, rule]))) return false;
    const absent = roots.filter((root) => root !== 'time' && !known.has(root));
    for (const root of absent) missing.add(root);
    return absent.length === 0;
  });
  const inputs = Object.fromEntries([...known].map(([name, value]) => [name, () => value]));
  const freezes = fact.freezes.map(({ name }) => name);
  const found = judge({ ...rules, rules: { ...rules.rules, [judgedAt]: asked } }, judgedAt, {
    inputs,
    instant: at,
    freezes,
  });
  const [before, after] = [hitsInWords(fact.rules), hitsInWords(found?.hits ?? [])];
  if (JSON.stringify([...before].sort()) !== JSON.stringify([...after].sort())) {
    // What held then may hold still, by what was not recorded.
    const isLost = before.some((text) => !after.includes(text));
    if (missing.size === 0 || !isLost) return { outcome: 'differs', before, after };
  }
  return missing.size === 0 ? { outcome: 'same' } : { outcome: 'unknown', missing: [...missing].sort() };
}

/** What was too large to be recorded is there by its digest alone. */
const isDigest = (value: Json): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).join() === 'digest';
