// Random histories of a run and those that it calls: workers that succeed, fail, vanish or come late; people who order anything at any
// time; time that passes.
import fc from 'fast-check';
import type { RunCommand } from '../../../src/core/run/decide.ts';
import type { Offer } from '../../../src/core/run/draft.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import { addMs } from '../../../src/core/time.ts';
import { answer, cem } from '../race/honest-people.ts';
import { RunFamily } from '../race/run-family.ts';
import { ana, ben } from './given.ts';
import type { RandomBook } from './random-playbooks.ts';

const common = ['look', 'succeed', 'approve', 'people'] as const;
const orders = ['retry', 'compensate', 'resume', 'done', 'signal', 'time', 'admit', 'pass'] as const;
const errors = ['transient', 'rate_limited', 'invalid', 'timeout', 'unknown_outcome', 'abandon', 'acted'] as const;
const rare = ['cancel', 'pause', 'deny', 'late', 'nonsense', 'halted', 'breaker_open'] as const;

/** Something that happens to one of the runs. */
export type Move = {
  readonly what: (typeof common)[number] | (typeof orders)[number] | (typeof errors)[number] | (typeof rare)[number];
  /** Chooses the run, and whatever else there is to choose. */
  readonly who: number;
  readonly pick: number;
  readonly random: number;
};

const move: fc.Arbitrary<Move> = fc.record({
  what: fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom<Move['what'][]>(...common) },
    { weight: 4, arbitrary: fc.constantFrom<Move['what'][]>(...orders) },
    { weight: 3, arbitrary: fc.constantFrom<Move['what'][]>(...errors) },
    { weight: 1, arbitrary: fc.constantFrom<Move['what'][]>(...rare) },
  ),
  who: fc.nat(4),
  pick: fc.nat(9),
  random: fc.double({ min: 0, max: 0.999, noNaN: true }),
});
/** Several histories, because a playbook takes longer to compile than a run of it to play. */
export const histories: fc.Arbitrary<readonly (readonly Move[])[]> = fc.array(
  fc.array(move, { maxLength: 40, size: 'max' }),
  { minLength: 1, maxLength: 4, size: 'max' },
);

const people = [ana, ben, cem];

/** A run of the playbook to which all this has happened. `seen` is told how things stand after each move. */
export function played(
  given: RandomBook,
  history: readonly Move[],
  seen: (family: RunFamily, move: Move) => void = () => undefined,
): RunFamily {
  const { book } = given;
  const family = new RunFamily(given);
  for (const move of history) {
    const { what, who, pick } = move;
    if (what === 'time') family.later(pick * 60_000);
    if (what === 'pass') family.passOn();
    if (what === 'people') answer(family);
    // The first run gets most of it.
    const members = family.runs;
    const { run } = members[who < 3 ? 0 : who % members.length] ?? {};
    const command = run && commandOf(run, move);
    if (!run || !command) {
      seen(family, move);
      continue;
    }
    const offer: Offer = {
      ...{ worker: `w${pick % 2}`, pool: pick > 6 ? 'gpu' : 'default', capacity: 1 + (pick % 3) },
      halted: (name) => what === 'halted' && (pick % 2 === 0 || name === book.name),
      breakerOpenUntil: () => (what === 'breaker_open' ? addMs(family.at, 60_000) : null),
    };
    family.give(run.runId, command, people[pick % 3] ?? ana, pick === 8 ? null : offer);
    seen(family, move);
  }
  return family;
}

function commandOf(run: RunState, { what, pick, random }: Move): RunCommand | null {
  const running = Object.entries(run.nodes).flatMap(([step, node]) =>
    node.status === 'running' ? [{ step, attempt: node.attempt, fence: node.fence, worker: node.worker }] : [],
  );
  const held = running[pick % Math.max(1, running.length)];
  const step = Object.keys(run.nodes)[pick];
  const asked = Object.values(run.approvals);
  const approvalId = (asked.find(({ status }) => status === 'open') ?? asked.at(-1))?.id ?? 'none';
  switch (what) {
    case 'look':
    case 'halted':
    case 'breaker_open':
      return { type: 'advance' };
    case 'admit':
      return { type: 'admit' };
    case 'signal':
      return { type: 'signal', name: pick > 1 ? 'go' : 'alert.resolved', data: pick };
    case 'succeed':
      return held ? { type: 'record_success', ...held, output: pick, artifacts: [] } : null;
    case 'acted':
      return held ? { type: 'record_acted', ...held, output: pick } : null;
    case 'abandon':
      return held ? { type: 'abandon', step: held.step, fence: held.fence, reason: 'gone' } : null;
    case 'late': {
      const late = { step: 's0', attempt: 1, fence: pick % 3, worker: 'w9' };
      return { type: 'record_success', ...late, output: null, artifacts: [] };
    }
    case 'nonsense':
      return { type: 'approve', approvalId: 'constructor', as: ['@sre'] };
    case 'approve':
    case 'deny':
      return { type: what, approvalId, as: pick < 9 ? ['@sre', '@lead'] : [] };
    case 'retry':
    case 'done':
      return { type: what, step: pick > 6 ? step : undefined };
    case 'compensate':
    case 'cancel':
    case 'pause':
    case 'resume':
      return { type: what };
    case 'transient':
    case 'rate_limited':
    case 'invalid':
    case 'timeout':
    case 'unknown_outcome': {
      const code = pick % 2 ? 'x' : 'probe_unclear';
      return held ? { type: 'record_failure', ...held, error: { class: what, code, message: 'x' }, random } : null;
    }
    case 'pass':
    case 'people':
    case 'time':
      return null;
  }
}
