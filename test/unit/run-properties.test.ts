// Random playbooks, random histories: the invariants of the engine hold in all of them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunCommand } from '../../src/core/run/decide.ts';
import { owedPools, waitingFor, wakeAt } from '../../src/core/run/owed.ts';
import { isTerminal, isUndo } from '../../src/core/run/state.ts';
import { ana, ben, playbook, Story } from '../support/given.ts';

const stepText = fc.record({
  safe: fc.boolean(),
  risky: fc.boolean(),
  undo: fc.boolean(),
  free: fc.boolean(),
  onFailure: fc.constantFrom('stop', 'continue', 'compensate', 'escalate'),
});
const books = fc.array(stepText, { minLength: 1, maxLength: 5 }).map((steps) =>
  playbook(
    steps
      .map(({ safe, risky, undo, free, onFailure }, i) => {
        const action = safe
          ? 'uses: http.request, with: { url: "https://example.com" }'
          : 'uses: shell.run, with: { command: [/bin/true] }';
        const approval = risky ? ', risk: high, approval: { from: ["@sre"], expiresIn: 10m }' : '';
        const compensate = undo ? ', compensate: { uses: shell.run, with: { command: [/bin/undo] } }' : '';
        return `  - { id: s${i}, ${free ? 'needs: [], ' : ''}${action}${approval}${compensate}, onFailure: ${onFailure} }`;
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
      run.when(command, { actor: move.pick % 2 ? ana : ben, worker: move.pick === 7 ? null : `w${move.pick % 2}` });
  }
}

describe('in every history', () => {
  it('one attempt has one result, and nothing risky starts without its approval', () => {
    fc.assert(
      fc.property(books, moves, (book, history) => {
        const run = new Story(book);
        play(run, history);
        const results = new Set<string>();
        for (const [i, event] of run.events.entries()) {
          if ((event.type === 'step.succeeded' || event.type === 'step.retry_scheduled') && event.data.attempt > 0) {
            const key = `${event.data.step}/${event.data.attempt}`;
            expect(results.has(key)).toBe(false);
            results.add(key);
          }
          if (event.type !== 'step.started' || isUndo(event.data.step)) continue;
          const step = book.steps.find(({ id }) => id === event.data.step);
          if (!step?.approval) continue;
          const granted = run.events
            .slice(0, i)
            .find(
              (earlier) => earlier.type === 'approval.granted' && earlier.data.approvalId === event.data.approvalId,
            );
          expect(granted?.type === 'approval.granted' && granted.data.planDigest).toBe(event.data.planDigest);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('a run that has not ended owes work, runs, wakes by itself or names what it waits for', () => {
    fc.assert(
      fc.property(books, moves, (book, history) => {
        const run = new Story(book);
        play(run, [...history, { what: 'look', pick: 0, random: 0 }]);
        if (isTerminal(run.state.status)) return;
        const owes = owedPools(run.state, book, run.at).size > 0;
        expect(owes || wakeAt(run.state, book, run.at) !== null || waitingFor(run.state).length > 0).toBe(true);
        run.when({ type: 'advance' }, { capacity: 100 });
        expect([...owedPools(run.state, book, run.at)]).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it('an honest worker and people who answer bring every run to an end', () => {
    fc.assert(
      fc.property(books, moves, (book, history) => {
        const run = new Story(book);
        play(run, history);
        for (let i = 0; i < 200 && !isTerminal(run.state.status); i++) {
          if (run.state.paused) run.when({ type: 'resume' }, { actor: ana });
          run.when({ type: 'advance' });
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
      { numRuns: 1000 },
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
        expect(run.state.completed.filter(isUndo)).toEqual(reversible.reverse().map((key) => `${key}~undo`));
      }),
      { numRuns: 1500 },
    );
  });
});
