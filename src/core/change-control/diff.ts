// What differs between two versions of a playbook, in words for people, with what makes it more dangerous or less guarded told apart. Pure.
import { canonicalJson, type Json } from '../json.ts';
import { type ActionCall, type ApprovalRule, allSteps, type Playbook, type Step } from '../playbook/playbook.ts';

/** One difference. `grave`: a higher risk, or an approval that asks less than before. */
export type PlaybookChange = {
  /** The step it is about; null: the playbook as a whole. */
  readonly step: string | null;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly text: string;
  readonly grave: boolean;
};

const risks = ['low', 'medium', 'high'];
const maxShown = 200;

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : canonicalJson((value ?? null) as Json);
  return text.length <= maxShown ? text : `${text.slice(0, maxShown).toWellFormed()}…`;
}

const same = (a: unknown, b: unknown) => canonicalJson((a ?? null) as Json) === canonicalJson((b ?? null) as Json);

/** The differences from one version to another: first of the playbook, then step by step in the order of the new one. */
export function diffPlaybooks(before: Playbook, after: Playbook): readonly PlaybookChange[] {
  const [old, now] = [allSteps(before), allSteps(after)];
  const idsOf = (steps: readonly Step[]) => new Map(steps.map((step) => [step.id, step]));
  const [oldById, nowById] = [idsOf(old), idsOf(now)];
  return [
    ...diffWhole(before, after),
    ...now.flatMap((step) => {
      const known = oldById.get(step.id);
      return known ? diffStep(known, step) : addedStep(step);
    }),
    ...old.filter(({ id }) => !nowById.has(id)).map(removedStep),
  ];
}

/** Ids of steps that are new, gone or otherwise than before, and of those that wait for one. */
export function touchedSteps(before: Playbook, after: Playbook): ReadonlySet<string> {
  const touched = new Set(diffPlaybooks(before, after).flatMap(({ step }) => step ?? []));
  for (const playbook of [before, after])
    for (let grew = true; grew; ) {
      grew = false;
      for (const { id, needs } of allSteps(playbook))
        if (!touched.has(id) && needs.some((other) => touched.has(other))) {
          touched.add(id);
          grew = true;
        }
    }
  return touched;
}

const ofSteps: ReadonlySet<string> = new Set(['steps', 'finally', 'name', 'apiVersion']);

function diffWhole(before: Playbook, after: Playbook): readonly PlaybookChange[] {
  const [old, now]: { readonly [key: string]: unknown }[] = [before, after];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !ofSteps.has(key));
  return keys.flatMap((key): PlaybookChange[] => {
    const [was, is] = [old?.[key], now?.[key]];
    if (same(was, is)) return [];
    const grave = key === 'maxTargets' && !(typeof is === 'number' && (typeof was !== 'number' || is <= was));
    return [{ step: null, kind: 'changed', text: `${key}: ${shown(was)} -> ${shown(is)}`, grave }];
  });
}

const describe = ({ uses, risk, approval }: ActionCall) =>
  `${uses}, risk ${risk}${approval ? `, approval by ${approval.quorum} of ${approval.from.join(', ')}` : ''}`;

function addedStep(step: Step): readonly PlaybookChange[] {
  const grave = step.risk === 'high' || (step.risk === 'medium' && step.approval === null);
  return [{ step: step.id, kind: 'added', text: `added: ${describe(step)}`, grave }];
}

function removedStep(step: Step): PlaybookChange {
  // A step that asks people, and nothing else, is a guard of those after it.
  return { step: step.id, kind: 'removed', text: `removed: ${describe(step)}`, grave: step.approval !== null };
}

function diffStep(before: Step, after: Step): readonly PlaybookChange[] {
  const [old, now]: { readonly [key: string]: unknown }[] = [before, after];
  const keys = Object.keys(now ?? {}).concat(Object.keys(old ?? {}).filter((key) => !Object.hasOwn(now ?? {}, key)));
  return keys.flatMap((key): PlaybookChange[] => {
    const [was, is] = [old?.[key], now?.[key]];
    if (same(was, is)) return [];
    if (key === 'approval') return [approvalChange(after.id, '', before, after)];
    if (key === 'compensate') return [...compensationChanges(before, after)];
    const grave = key === 'risk' && risks.indexOf(after.risk) > risks.indexOf(before.risk);
    return [{ step: after.id, kind: 'changed', text: `${key}: ${shown(was)} -> ${shown(is)}`, grave }];
  });
}

function compensationChanges({ compensate: was }: Step, { id, compensate: is }: Step): readonly PlaybookChange[] {
  if (!was && is) return [{ step: id, kind: 'changed', text: `undo added: ${describe(is)}`, grave: false }];
  if (was && !is) return [{ step: id, kind: 'changed', text: `undo removed: ${describe(was)}`, grave: true }];
  if (!was || !is) return [];
  const [old, now]: { readonly [key: string]: unknown }[] = [was, is];
  return Object.keys(now ?? {}).flatMap((key): PlaybookChange[] => {
    if (same(old?.[key], now?.[key])) return [];
    if (key === 'approval') return [approvalChange(id, 'undo ', was, is)];
    const grave = key === 'risk' && risks.indexOf(is.risk) > risks.indexOf(was.risk);
    return [{ step: id, kind: 'changed', text: `undo ${key}: ${shown(old?.[key])} -> ${shown(now?.[key])}`, grave }];
  });
}

function approvalChange(step: string, what: string, before: ActionCall, after: ActionCall): PlaybookChange {
  const loosened = loosenings(before.approval, after.approval);
  const how = loosened.length > 0 ? ` (loosened: ${loosened.join(', ')})` : '';
  const text = `${what}approval: ${shown(before.approval)} -> ${shown(after.approval)}${how}`;
  return { step, kind: 'changed', text, grave: loosened.length > 0 };
}

/** In which ways a rule asks less than the one before. A rule that has members this does not know counts as loosened where one is gone. */
function loosenings(before: ApprovalRule | null, after: ApprovalRule | null): readonly string[] {
  if (before === null) return [];
  if (after === null) return ['nobody is asked'];
  const more = after.from.concat(after.escalate).filter((who) => !before.from.concat(before.escalate).includes(who));
  const known = new Set(['from', 'quorum', 'expiresInMs', 'escalate', 'excludeRequester']);
  const now: { readonly [key: string]: unknown } = after;
  const others = Object.entries(before).filter(([key, value]) => !known.has(key) && !same(value, now[key]));
  return [
    ...(after.quorum < before.quorum ? [`${after.quorum} instead of ${before.quorum} must agree`] : []),
    ...(more.length > 0 ? [`${more.join(', ')} may decide too`] : []),
    ...(before.excludeRequester && !after.excludeRequester ? ['whoever starts it may approve it'] : []),
    ...(after.expiresInMs > before.expiresInMs ? ['it stands for longer'] : []),
    ...others.map(([key]) => `${key} is otherwise`),
  ];
}
