// What would have made an incident shorter, computed of its ledger, with the method beside each number. Only where it is over. Pure.
import type { Clocks } from './clocks.ts';
import { lasted } from './document-time.ts';
import type { Facts } from './facts.ts';
import { covered, type MsSpan, within, without } from './spans.ts';
import type { LedgerRef } from './story.ts';
import { type ApprovalWait, approvalWaits, type TrySpan, trySpans } from './waits.ts';

/** One of them: `if` something, so much shorter. Durations in milliseconds. */
export type Counterfactual = {
  readonly id: 'approval' | 'detection' | 'first_action' | 'retries' | 'queue';
  readonly text: string;
  readonly shorterMs: number;
  /** How long it would have lasted. */
  readonly wouldBeMs: number;
  readonly method: string;
  readonly refs: readonly LedgerRef[];
};

/** Less than this is not worth a sentence. */
const leastMs = 1000;
const maxRefs = 10;

type Case = Pick<Counterfactual, 'id' | 'method' | 'refs'> & { readonly had: string; readonly ms: number };

/** Computes them. They overlap in time: they are not to be added up. */
export function counterfactualsOf(facts: Facts, clocks: Clocks): readonly Counterfactual[] {
  const { began, over } = clocks;
  if (began.at === null || over.at === null) return [];
  const whole: MsSpan = { from: Date.parse(began.at), to: Date.parse(over.at) };
  const lastedMs = whole.to - whole.from;
  if (lastedMs <= 0) return [];
  const waits = approvalWaits(facts, whole.to);
  const tries = trySpans(facts, whole.to);
  const cases = [
    hadApprovalCome(waits, tries, whole),
    hadItBeenDetected(clocks),
    hadSomebodyActed(facts, clocks, waits),
    hadFirstTriesWorked(tries, whole),
    hadNothingQueued(facts, whole),
  ];
  return cases
    .filter((one) => one !== null)
    .filter(({ ms }) => ms >= leastMs && ms <= lastedMs)
    .map(({ id, had, ms, method, refs }) => ({
      id,
      text: `${had}: ${lasted(ms)} shorter (${lasted(lastedMs - ms)} instead of ${lasted(lastedMs)}).`,
      shorterMs: ms,
      wouldBeMs: lastedMs - ms,
      method,
      refs: refs.slice(0, maxRefs),
    }))
    .toSorted((a, b) => b.shorterMs - a.shorterMs);
}

function hadApprovalCome(waits: readonly ApprovalWait[], tries: readonly TrySpan[], whole: MsSpan): Case | null {
  const granted = waits.filter(({ outcome }) => outcome === 'granted');
  if (granted.length === 0) return null;
  const idle = without(within(granted, whole), within(tries, whole));
  return {
    id: 'approval',
    had: granted.length === 1 ? 'Had the approval come at once' : `Had the ${granted.length} approvals come at once`,
    ms: covered(idle),
    method:
      'The time in which a request that was granted waited and no step was at work, between the begin and the end; what follows is taken to last as long as it did.',
    refs: granted.flatMap(({ refs }) => refs),
  };
}

function hadItBeenDetected({ began, detected }: Clocks): Case | null {
  if (began.at === null || detected.at === null || began.ref === null) return null;
  return {
    id: 'detection',
    had: 'Had it been detected when it began',
    ms: Date.parse(detected.at) - Date.parse(began.at),
    method:
      'The time from the alert’s own start to the opening of the incident; everything after it is taken to last as long as it did.',
    refs: detected.ref === null ? [began.ref] : [detected.ref, began.ref],
  };
}

/** The first step is late where nothing waited for an approval before it. */
function hadSomebodyActed(
  facts: Facts,
  { detected, firstAction, over }: Clocks,
  waits: readonly ApprovalWait[],
): Case | null {
  if (detected.at === null || firstAction.at === null || firstAction.ref === null || over.at === null) return null;
  const gap: MsSpan = { from: Date.parse(detected.at), to: Math.min(Date.parse(firstAction.at), Date.parse(over.at)) };
  const [step] = facts.of('step.started');
  if (!step || gap.to <= gap.from) return null;
  return {
    id: 'first_action',
    had: 'Had the first step begun when it was detected',
    ms: covered(without([gap], waits)),
    method:
      'The time from the opening to the first step of a playbook, without what waited for an approval; everything after it is taken to last as long as it did.',
    refs: [firstAction.ref],
  };
}

function hadFirstTriesWorked(tries: readonly TrySpan[], whole: MsSpan): Case | null {
  const spent: MsSpan[] = [];
  const refs: LedgerRef[] = [];
  const byTry = new Map(tries.map((one) => [`${one.runId} ${one.step} ${one.attempt}`, one]));
  for (const one of tries) {
    if (one.outcome !== 'retried') continue;
    const next = byTry.get(`${one.runId} ${one.step} ${one.attempt + 1}`);
    if (!next) continue;
    spent.push({ from: one.from, to: next.from });
    refs.push(...one.refs);
  }
  if (spent.length === 0) return null;
  return {
    id: 'retries',
    had:
      spent.length === 1 ? 'Had the step worked that was tried again' : `Had ${spent.length} tries that failed worked`,
    ms: covered(within(spent, whole)),
    method: 'The time from the start of each try that failed to the start of the next one, overlaps counted once.',
    refs,
  };
}

function hadNothingQueued(facts: Facts, whole: MsSpan): Case | null {
  const started = new Map(facts.of('run.started').map((fact) => [fact.event.data.runId, fact]));
  const admitted = facts.of('run.admitted').flatMap((fact) => {
    const start = started.get(fact.event.data.runId);
    return start ? [{ from: Date.parse(start.stored.at), to: Date.parse(fact.stored.at), fact }] : [];
  });
  if (admitted.length === 0) return null;
  return {
    id: 'queue',
    had: 'Had no run waited for another one',
    ms: covered(within(admitted, whole)),
    method: 'The time from the start of each run that queued behind another to the moment it began.',
    refs: admitted.map(({ fact: { stored } }) => ({ stream: stored.streamId, seq: stored.seq })),
  };
}
