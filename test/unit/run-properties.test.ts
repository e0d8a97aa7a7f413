// Random playbooks, random histories: the invariants of the engine hold in all of them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunCommand } from '../../src/core/run/decide.ts';
import { evolve, startRun } from '../../src/core/run/evolve.ts';
import { owedPools, waitingFor, wakeAt } from '../../src/core/run/owed.ts';
import { isTerminal, isUndo, type RunState } from '../../src/core/run/state.ts';
import { addMs } from '../../src/core/time.ts';
import { ana, ben, playbook, Story, start } from '../support/given.ts';

const url = 'url: "https://example.com"';
const stepText = fc.record({
  safe: fc.boolean(),
  risky: fc.boolean(),
  undo: fc.boolean(),
  free: fc.boolean(),
  gpu: fc.boolean(),
  kind: fc.constantFrom('call', 'call', 'call', 'timer', 'skip'),
  verified: fc.boolean(),
  askUndo: fc.boolean(),
  onFailure: fc.constantFrom('stop', 'continue', 'compensate', 'escalate'),
});
const books = fc.array(stepText, { minLength: 1, maxLength: 5 }).map((steps) =>
  playbook(
    steps
      .map(({ safe, risky, undo, free, gpu, kind, verified, askUndo, onFailure }, i) => {
        const call = safe ? `uses: http.request, with: { ${url} }` : 'uses: shell.run, with: { command: [/bin/true] }';
        const action = kind === 'timer' ? 'uses: wait, with: { for: 3m }' : call;
        const rule = 'risk: high, approval: { from: ["@sre"], expiresIn: 10m }';
        const parts = [
          ...[`id: s${i}`, action, `onFailure: ${onFailure}`],
          ...(free ? ['needs: []'] : []),
          ...(gpu ? ['runsOn: gpu'] : []),
          ...(risky ? [rule] : []),
          ...(kind === 'skip' ? ['if: "1 > 2"'] : []),
          ...(verified && kind === 'call' ? [`verify: { uses: http.request, with: { ${url} }, until: "true" }`] : []),
          ...(undo
            ? [`compensate: { uses: shell.run, with: { command: [/bin/undo] }${askUndo ? `, ${rule}` : ''} }`]
            : []),
        ];
        return `  - { ${parts.join(', ')} }`;
      })
      .join('\n'),
  ),
);

type Move = { readonly what: string; readonly pick: number; readonly random: number };
const moves = fc.array(
  fc.record({
    what: fc.constantFrom(
      'look',
      'look',
      'succeed',
      'succeed',
      'succeed',
      'transient',
      'invalid',
      'timeout',
      'abandon',
      'late',
      'acted',
      'nonsense',
      'approve',
      'approve',
      'deny',
      'retry',
      'compensate',
      'cancel',
      'pause',
      'resume',
      'done',
      'time',
    ),
    pick: fc.nat(9),
    random: fc.double({ min: 0, max: 0.999, noNaN: true }),
  }),
  { maxLength: 40 },
);

/** The state that a run begins with, folded anew. */
function opening({ book, state }: Story): RunState {
  const { runId, incidentId, playbook, trigger, inputs, env, alert, incident } = state;
  const data = { runId, incidentId, playbook, trigger, inputs, env, alert, incident };
  const steps = book.steps.map(({ id }) => id);
  const deadlineAt = addMs(start, book.timeoutMs);
  return startRun({ type: 'run.started', data: { ...data, steps, deadlineAt }, at: start, actor: ana });
}

function commandOf(run: Story, { what, pick, random }: Move): RunCommand | null {
  const running = Object.entries(run.state.nodes).flatMap(([step, node]) =>
    node.status === 'running' ? [{ step, attempt: node.attempt, fence: node.fence, worker: node.worker }] : [],
  );
  const held = running[pick % Math.max(1, running.length)];
  const open = Object.values(run.state.approvals).at(-1)?.id ?? 'none';
  switch (what) {
    case 'look':
      return { type: 'advance' };
    case 'succeed':
      return held ? { type: 'record_success', ...held, output: pick, artifacts: [] } : null;
    case 'transient':
    case 'invalid':
    case 'timeout':
      return held ? { type: 'record_failure', ...held, error: { class: what, code: 'x', message: 'x' }, random } : null;
    case 'acted':
      return held ? { type: 'record_acted', ...held, output: pick } : null;
    case 'nonsense':
      return { type: 'approve', approvalId: 'constructor', as: ['@sre'] };
    case 'abandon':
      return held ? { type: 'abandon', step: held.step, fence: held.fence, reason: 'gone' } : null;
    case 'late':
      return {
        type: 'record_success',
        step: 's0',
        attempt: 1,
        fence: pick % 3,
        worker: 'w9',
        output: null,
        artifacts: [],
      };
    case 'approve':
    case 'deny':
      return { type: what, approvalId: open, as: pick < 8 ? ['@sre'] : [] };
    case 'retry':
    case 'compensate':
    case 'cancel':
    case 'pause':
    case 'resume':
    case 'done':
      return { type: what };
    default:
      return null;
  }
}

function play(run: Story, history: readonly Move[]): void {
  for (const move of history) {
    if (move.what === 'time') run.later(move.pick * 60_000);
    const command = commandOf(run, move);
    if (command)
      run.when(command, {
        actor: move.pick % 2 ? ana : ben,
        worker: move.pick === 7 ? null : `w${move.pick % 2}`,
        pool: move.pick > 4 ? 'gpu' : 'default',
        capacity: 1 + (move.pick % 3),
      });
  }
}

/** Everything that workers with endless room can start is started. */
function settle(run: Story): void {
  const moved = (pool: string) => run.when({ type: 'advance' }, { pool, capacity: 100 }).length > 0;
  while (moved('default') || moved('gpu'));
}

describe('in every history', () => {
  it('one attempt has one result, and nothing risky starts without its approval', () => {
    fc.assert(
      fc.property(books, moves, (book, history) => {
        const run = new Story(book);
        play(run, history);
        const results = new Set<string>();
        let undoing = false;
        let before = opening(run);
        for (const event of run.events) {
          if (
            /^step\.(succeeded|failed|retry_scheduled)$/.test(event.type) &&
            'attempt' in event.data &&
            event.data.attempt > 0
          ) {
            const key = `${event.data.step}/${event.data.attempt}`;
            expect(results).not.toContain(key);
            results.add(key);
          }
          if (event.type === 'step.started') {
            const { step: key, approvalId, planDigest } = event.data;
            expect(isUndo(key)).toBe(undoing);
            const step = book.steps.find(({ id }) => id === key.replace('~undo', ''));
            const node = before.nodes[key];
            const verifying = node?.status === 'ready' && node.acted !== null;
            if ((isUndo(key) ? step?.compensate : step)?.approval && !verifying) {
              const approval = before.approvals[approvalId ?? ''];
              expect(approval).toMatchObject({ status: 'granted', step: key, planDigest });
              expect(approval?.approvals.length).toBeGreaterThanOrEqual(approval?.rule.quorum ?? 1);
              expect(event.at <= (approval?.validUntil ?? '')).toBe(true);
            }
          }
          if (event.type === 'run.compensation_started') undoing = true;
          before = evolve(before, event);
        }
        expect(JSON.parse(JSON.stringify(before))).toEqual(JSON.parse(JSON.stringify(run.state)));
        if (!isTerminal(run.state.status)) return;
        expect(Object.values(run.state.nodes).filter(({ status }) => status === 'running')).toEqual([]);
        expect(Object.values(run.state.approvals).filter(({ status }) => status === 'open')).toEqual([]);
      }),
      { numRuns: 800 },
    );
  });

  it('a run that has not ended owes work, runs, wakes by itself or names what it waits for', () => {
    fc.assert(
      fc.property(books, moves, (book, history) => {
        const run = new Story(book);
        play(run, [...history, { what: 'look', pick: 0, random: 0 }]);
        if (isTerminal(run.state.status)) return;
        expect(waitingFor(run.state)).not.toEqual([]);
        settle(run);
        if (isTerminal(run.state.status)) return;
        expect([...owedPools(run.state, book, run.at)]).toEqual([]);
        expect(waitingFor(run.state)).not.toEqual([]);
        const next = wakeAt(run.state, book, run.at);
        if (next === null) return;
        // A wake-up lies ahead and is worth waking for: nothing is woken in vain, or for ever.
        expect(next > run.at).toBe(true);
        run.at = next;
        const did = run.events.length;
        settle(run);
        expect(run.events.length).toBeGreaterThan(did);
      }),
      { numRuns: 800 },
    );
  });

  it('an honest worker and people who answer bring every run to an end', () => {
    fc.assert(
      fc.property(books, moves, (book, history) => {
        const run = new Story(book);
        play(run, history);
        for (let i = 0; i < 200 && !isTerminal(run.state.status); i++) {
          if (run.state.paused) run.when({ type: 'resume' }, { actor: ana });
          settle(run);
          for (const [step, node] of Object.entries(run.state.nodes)) {
            if (node.status === 'running') run.succeed(step);
            else if (node.status === 'awaiting_approval') run.approve(ana);
            else if (node.status === 'unknown') run.when({ type: 'done', step }, { actor: ana });
            else if (node.status === 'failed' && run.state.status === 'running')
              run.when({ type: 'retry', step }, { actor: ana });
          }
          run.later(30_000);
        }
        expect(isTerminal(run.state.status)).toBe(true);
      }),
      { numRuns: 800 },
    );
  });

  it('compensation undoes exactly the completed, reversible steps, the latest first', () => {
    fc.assert(
      fc.property(books, moves, (book, history) => {
        const run = new Story(book);
        play(run, history);
        if (run.state.status !== 'compensated') return;
        const reversible = run.state.completed.filter(
          (key) => !isUndo(key) && book.steps.find(({ id }) => id === key)?.compensate,
        );
        const undone = run.state.completed.filter(isUndo);
        expect(undone.toSorted()).toEqual(reversible.map((key) => `${key}~undo`).toSorted());
        // The latest first, among what was known to be done when the turn came.
        let before = opening(run);
        for (const event of run.events) {
          if (
            event.type === 'step.started' &&
            isUndo(event.data.step) &&
            before.nodes[event.data.step]?.attempts === 0
          ) {
            const left = before.completed.filter(
              (key) => reversible.includes(key) && !before.completed.includes(`${key}~undo`),
            );
            expect(event.data.step).toBe(`${left.at(-1)}~undo`);
          }
          before = evolve(before, event);
        }
      }),
      { numRuns: 800 },
    );
  });
});
