// Policies and freezes in words. Pure.
import type { ApiFreezes, ApiPolicies } from '../../contract/rules.ts';
import { type ShownState, states } from './states.ts';

type ApiFreeze = ApiFreezes['items'][number];
type ApiRule = ApiPolicies['items'][number]['rules'][number];

/** How a freeze stands. */
export const freezeState = ({ holds, startsAt }: Pick<ApiFreeze, 'holds' | 'startsAt'>): ShownState =>
  holds ? states.frozen : startsAt === null ? states.over : states.scheduled;

const concern: readonly ShownState[] = [states.frozen, states.scheduled, states.over];

/** Those that hold first, then what comes, the soonest first. */
export const inOrderOfConcern = (freezes: readonly ApiFreeze[]): readonly ApiFreeze[] =>
  freezes.toSorted(
    (a, b) =>
      concern.indexOf(freezeState(a)) - concern.indexOf(freezeState(b)) ||
      (a.startsAt ?? '').localeCompare(b.startsAt ?? '') ||
      a.name.localeCompare(b.name),
  );

const risks: { readonly [risk: string]: string } = {
  low: 'every step',
  medium: 'steps of medium and high risk',
  high: 'steps of high risk',
};

/** What it holds: `Holds steps of high risk of payments-*, in production.` */
export function heldWords({ risk, environments, playbooks }: Pick<ApiFreeze, 'risk' | 'environments' | 'playbooks'>) {
  const of = playbooks === null || playbooks.includes('*') ? '' : ` of ${playbooks.join(' or ')}`;
  const where = environments === null ? '' : `, in ${environments.join(' or ')}`;
  return `Holds ${risks[risk] ?? risk}${of}${where}.`;
}

/** What becomes of it in the meantime: `@lead may let it through. Undoing goes on.` */
export function meantimeWords({ then, asks, undo }: Pick<ApiFreeze, 'then' | 'asks' | 'undo'>): string {
  const meantime = then === 'ask' ? `${asks.join(', ')} may let it through.` : 'It waits until the freeze is over.';
  return `${meantime} ${undo === 'allow' ? 'Undoing goes on.' : 'Undoing waits too.'}`;
}

const moments: { readonly [at: string]: string } = {
  start: 'before a run starts',
  step: 'before a step acts',
  order: 'when people give an order',
  policyChange: 'when the rules change',
};

/** When a rule is asked. */
export const askedWords = ({ at }: Pick<ApiRule, 'at'>): string =>
  at.map((moment) => moments[moment] ?? moment).join(', ');

/** What it does, as a sentence. */
export const effectSentence = ({ effect }: Pick<ApiRule, 'effect'>): string =>
  `${effect.charAt(0).toUpperCase()}${effect.slice(1)}`;
