// What is found outside about a request and recorded by Firebreak itself: the answer of a check, that an endpoint was told, that a group has
// nobody who may decide. A request that is over takes none of it, and nothing is said twice. Pure.
import { type GateAnswer, judge } from '../approval/gate.ts';
import { calledRungs } from '../approval/ladder.ts';
import type { Refusal } from '../refusal.ts';
import { assertNever } from '../result.ts';
import { grantIfMet, tie } from './decide-approval.ts';
import type { RunDraft } from './draft.ts';
import { findApproval } from './state.ts';

/** Something found outside. */
export type OutsideFinding = { readonly approvalId: string } & (
  | { readonly type: 'record_gate'; readonly gate: string; readonly answer: GateAnswer }
  | {
      readonly type: 'record_notice';
      readonly rung: number;
      readonly delivered: boolean;
      readonly status: number | null;
      readonly message: string | null;
    }
  /** `empty`: groups of the rule in which nobody may decide. */
  | { readonly type: 'fall_back'; readonly empty: readonly string[] }
);

/** Records it, as far as it is news. */
export function recordOutside(draft: RunDraft, finding: OutsideFinding): Refusal | null {
  const approval = findApproval(draft.state, finding.approvalId);
  if (approval?.status !== 'open' || draft.at >= approval.expiresAt) return null;
  const node = tie(draft, approval);
  switch (finding.type) {
    case 'record_gate': {
      const gate = approval.rule.gates?.find(({ name }) => name === finding.gate);
      if (!gate) return null;
      const { status, bodyDigest } = finding.answer;
      const { passed, message } = judge(gate, finding.answer);
      const last = approval.gates?.[gate.name];
      // The same answer, said again and again, is no news.
      if (last && passed === last.passed && last.status === status && last.message === message) return null;
      const because = message === null ? {} : { message: message.slice(0, 500) };
      draft.record({
        type: 'approval.gate_answered',
        data: { ...node, gate: gate.name, passed, status, bodyDigest, ...because },
      });
      grantIfMet(draft, approval.id);
      return null;
    }
    case 'record_notice': {
      const { rung, delivered, status, message } = finding;
      const notify = approval.rule.ladder?.[rung - 1]?.notify;
      if (notify === undefined || rung > calledRungs(approval)) return null;
      if (approval.notes?.some((note) => note.type === 'notified' && note.rung === rung)) return null;
      const because = message === null ? {} : { message: message.slice(0, 500) };
      draft.record({ type: 'approval.notified', data: { ...node, rung, notify, delivered, status, ...because } });
      return null;
    }
    case 'fall_back': {
      const { fallback } = approval.rule;
      if (!fallback || approval.fallenBackTo || finding.empty.length === 0) return null;
      draft.record({ type: 'approval.fell_back', data: { ...node, to: [...fallback], empty: [...finding.empty] } });
      return null;
    }
    default:
      return assertNever(finding);
  }
}
