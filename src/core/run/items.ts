// The items of a `forEach`: how many there may be, when no further one is begun, and how their step ends. How one item goes on is in
// advance-node.ts, which of them are at work in flow.ts. Pure.
import { evaluateItems, evaluateSize } from '../playbook/plan.ts';
import type { Step } from '../playbook/playbook.ts';
import { ok } from '../result.ts';
import type { RunDraft } from './draft.ts';
import { hasBegun, isOver, isStopped, itemKeys } from './flow.ts';
import { failBeforeStart, succeed } from './node-ends.ts';
import { nodeOf } from './state.ts';

const runOf = (draft: RunDraft) => ({ runId: draft.state.runId });

/** Items a list may have; more is a mistake of the playbook, not a plan. */
const maxItems = 1000;

/** Opens the items of a `forEach`; when all of them are over, or too many have failed, its own end. */
export function enterItems(draft: RunDraft, step: Step): void {
  const key = step.id;
  if (draft.state.expansions[key] === undefined && !openItems(draft, step)) return;
  const nodes = itemKeys(draft.state, key).map((item) => [item, nodeOf(draft.state, item)] as const);
  const left = nodes.filter(([, node]) => !isOver(node)).map(([item]) => item);
  const stopped = isStopped(draft.state, step);
  if (left.length > 0 && (!stopped || left.some((item) => hasBegun(nodeOf(draft.state, item))))) return;
  const failed = nodes.filter(([, { status }]) => status === 'failed').map(([item]) => item);
  if (failed.length > 0) {
    withdraw(draft, left);
    const untried = left.length > 0 ? `; stopped before the other ${left.length}` : '';
    const message = `${failed.length} of ${nodes.length} items failed: ${failed.slice(0, 10).join(', ')}${untried}`;
    return failBeforeStart(draft, key, 'invalid', 'items_failed', message);
  }
  succeed(
    draft,
    key,
    nodes.map(([, node]) => (node.status === 'succeeded' ? node.output : null)),
    0,
  );
}

/** Records the items of a step; false: they are none, or more than may be touched, and the step has failed. */
function openItems(draft: RunDraft, { id: step, forEach }: Step): boolean {
  if (!forEach) return false;
  const items = evaluateItems(forEach.items, draft.state);
  const size = forEach.share ? evaluateSize(forEach.share.of, draft.state) : ok(null);
  if (!items.ok || !size.ok) {
    failBeforeStart(draft, step, 'invalid', 'render_failed', !items.ok ? items.error : !size.ok ? size.error : '');
    return false;
  }
  const refused = tooMany(draft, forEach, { items: items.value.length, group: size.value });
  if (refused !== null) {
    failBeforeStart(draft, step, 'denied', 'too_many_targets', refused);
    return false;
  }
  draft.record({ type: 'step.expanded', data: { ...runOf(draft), step, items: [...items.value] } });
  return true;
}

/** Why so many items are more than one run may touch; null: they are not. `group`: how many its group has. */
function tooMany(
  draft: RunDraft,
  { share }: NonNullable<Step['forEach']>,
  { items, group }: { readonly items: number; readonly group: number | null },
): string | null {
  const limit = Math.min(maxItems, draft.playbook.maxTargets ?? maxItems);
  if (items > limit) return `the list has ${items} items, but one run may touch ${limit} at most`;
  return share && group !== null && items * 100 > group * share.atMostPercent
    ? `the list has ${items} items of a group of ${group}, but one run may touch ${share.atMostPercent}% of it at most`
    : null;
}

/** Withdraws what is asked about items that are not begun any more. */
function withdraw(draft: RunDraft, items: readonly string[]): void {
  for (const { id: approvalId, step, status } of Object.values(draft.state.approvals))
    if (status === 'open' && items.includes(step)) {
      const reason = 'too many other items failed';
      draft.record({ type: 'approval.voided', data: { ...runOf(draft), step, approvalId, reason } });
    }
}
