// A change of the rules: recorded once, whatever process sees it first, and only if the rules before let it through. Pure.

import type { Actor } from '../actor.ts';
import { canonicalJson } from '../json.ts';
import { freezesAt } from '../policy/freeze.ts';
import type { PolicyInputs } from '../policy/inputs.ts';
import { type CompiledRulebook, denialOf, hitsInWords, judge } from '../policy/judge.ts';
import { emptyRulebook, type Rulebook } from '../policy/rulebook.ts';
import type { SystemEvent } from './events.ts';
import type { RulebookChange } from './rulebook-events.ts';
import type { SystemState } from './state.ts';

/** A process has found other rules than those that are recorded. */
export type ChangeRulebook = {
  readonly type: 'change_rulebook';
  /** Those that are recorded; null: none are, or they are not kept. */
  readonly before: CompiledRulebook | null;
  readonly after: CompiledRulebook;
  /** Where they come from, such as a folder. */
  readonly source: string;
};

/** What differs between two rule books, by name. */
function changeOf(before: Rulebook, after: Rulebook): RulebookChange {
  const [old, now] = [partsOf(before), partsOf(after)];
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    changed: [...now].filter(([name, text]) => old.has(name) && old.get(name) !== text).map(([name]) => name),
  };
}

const partsOf = ({ policies, freezes, environments }: Rulebook): ReadonlyMap<string, string> =>
  new Map(
    [
      ...policies.map((one) => [`policy ${one.name}`, one] as const),
      ...freezes.map((one) => [`freeze ${one.name}`, one] as const),
      ...environments.map((one) => [`environment ${one.name}`, one] as const),
    ].map(([name, part]) => [name, canonicalJson(part)] as const),
  );

/** Why the rules before refuse others; null: they do not. And what they say of them. */
function judgeChange(
  { before, after }: Pick<ChangeRulebook, 'before' | 'after'>,
  { at, actor }: { readonly at: string; readonly actor: Actor },
): { readonly denied: string | null; readonly says: readonly string[] } {
  if (before === null) return { denied: null, says: [] };
  const { added, removed, changed } = changeOf(before.book, after.book);
  const inputs: PolicyInputs = {
    principal: () => ({
      kind: actor.kind,
      id: actor.id,
      name: actor.name ?? '',
      via: actor.via ?? '',
      person: actor.person ?? '',
    }),
    environment: () => '',
    change: () => ({
      added: [...added],
      removed: [...removed],
      changed: [...changed],
      from: before.digest,
      to: after.digest,
    }),
  };
  const found = judge(before, 'policyChange', { inputs, instant: at, freezes: freezesAt(before.book, at) });
  return found ? { denied: denialOf(found.hits), says: hitsInWords(found.hits) } : { denied: null, says: [] };
}

/** What a change records; nothing where it is recorded. */
export function decideRulebook(
  state: SystemState,
  { before, after, source }: ChangeRulebook,
  given: { readonly at: string; readonly actor: Actor },
): readonly SystemEvent[] {
  const from = state.rulebook?.digest ?? null;
  const to = after.digest;
  if (from === to) return [];
  const { denied, says } = judgeChange({ before, after }, given);
  if (denied !== null && from !== null)
    return state.rulebook?.refused === to
      ? []
      : [{ type: 'rulebook.refused', data: { from, to, source, reason: denied } }];
  const change = changeOf(before?.book ?? emptyRulebook, after.book);
  return [{ type: 'rulebook.changed', data: { from, to, source, ...change, says: [...says] } }];
}
