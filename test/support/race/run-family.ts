// A run and the runs that it calls, in memory and without an engine: commands in, events folded, orders passed on. Every event is
// held against the rules of run-watch.ts as it comes.
import type { Actor, Recorded, RunEvent } from '../../../src/core/events.ts';
import { type Playbook, playbookRef } from '../../../src/core/playbook/playbook.ts';
import { decide, type RunCommand } from '../../../src/core/run/decide.ts';
import type { Offer } from '../../../src/core/run/draft.ts';
import { compensable } from '../../../src/core/run/flow.ts';
import { startedEvent } from '../../../src/core/run/started.ts';
import { doneKey, isTerminal, isUndo, type RunState, type Timed } from '../../../src/core/run/state.ts';
import { addMs } from '../../../src/core/time.ts';
import { watchRun } from '../engine/run-watch.ts';
import { actions, ana, start } from '../given/given.ts';
import type { RandomBook } from '../given/random-playbooks.ts';

/** Firebreak itself. */
const system: Actor = { kind: 'system', id: 'firebreak' };

type Member = { readonly book: Playbook; readonly watch: ReturnType<typeof watchRun> };

/** The runs of one incident that began with one. Time moves only when it is told to. */
export class RunFamily {
  readonly members = new Map<string, Member>();
  readonly first = 'run_00000000000000000000000000';
  /** Everything that happened, in order. */
  readonly recorded: Timed<Recorded<RunEvent>>[] = [];
  at = start;
  readonly #library: RandomBook['library'];

  constructor({ book, library, rest }: RandomBook) {
    this.#library = library;
    const incident = { id: 'inc_1', number: 1, title: 't', severity: 1 };
    const given = { runId: this.first, incident, playbook: book, trigger: { type: 'manual' as const }, inputs: {} };
    this.#open(startedEvent({ ...given, alert: null, actor: ana, at: start, env: {}, ...rest }), book);
  }

  get runs(): readonly { readonly run: RunState; readonly book: Playbook }[] {
    return [...this.members.values()].map(({ watch, book }) => ({ run: watch.state, book }));
  }

  get ended(): boolean {
    return this.runs.every(({ run }) => isTerminal(run.status));
  }

  #open(event: ReturnType<typeof startedEvent>, book: Playbook): void {
    this.recorded.push({ ...event, at: this.at });
    this.members.set(event.data.runId, { book, watch: watchRun(book, { ...event, at: this.at }) });
  }

  #member(runId: string): Member {
    const member = this.members.get(runId);
    if (!member) throw new Error(`there is no run ${runId}`);
    return member;
  }

  /** Gives a command; answers how many events it led to, or null if it was refused. */
  give(runId: string, command: RunCommand, actor: Actor = system, offer: Offer | null = null): number | null {
    const { book, watch } = this.#member(runId);
    const decision = decide(watch.state, command, {
      ...{ at: this.at, actor, playbook: book, traits: actions, offer, library: this.#library },
      spareRunId: `run_called${this.members.size}`,
      children: (id) => {
        const child = this.members.get(id);
        return child && { run: child.watch.state, playbook: child.book };
      },
    });
    if (!decision.ok) return null;
    for (const event of decision.value.events) {
      if (event.data.runId === runId) {
        if (event.type === 'step.started' && offer?.halted?.(book.name)) throw new Error('it starts while halted');
        this.recorded.push({ ...event, at: this.at });
        watch.see({ ...event, at: this.at });
        if (event.type === 'step.succeeded' && isUndo(event.data.step)) this.#nothingLeft(runId, event.data.step);
      } else if (event.type === 'run.started') this.#openCalled(event.data.playbook.digest, event);
    }
    return decision.value.events.length;
  }

  #openCalled(digest: string, event: Extract<ReturnType<typeof startedEvent>, { type: 'run.started' }>): void {
    const book = this.#library(event.data.playbook.name);
    if (!book || playbookRef(book).digest !== digest) throw new Error(`no playbook for ${event.data.runId}`);
    this.#open(event, book);
  }

  /** A step that is undone leaves nothing of the runs that it called. */
  #nothingLeft(runId: string, undo: string): void {
    for (const { run, book } of this.runs) {
      const { trigger } = run;
      if (trigger.type !== 'run' || trigger.runId !== runId || trigger.step !== doneKey(undo)) continue;
      const left = compensable(run, book);
      if (!isTerminal(run.status) || left.length > 0)
        throw new Error(`${undo} is over, but ${run.runId} is ${run.status} and has left: ${left.join(', ')}`);
    }
  }

  /** Orders for called runs, as the engine passes them on. */
  passOn(): number {
    let moved = 0;
    for (const { run } of this.runs)
      for (const [step, node] of Object.entries(run.nodes)) {
        if (node.status !== 'delegated') continue;
        if (isUndo(step)) moved += this.give(node.childRunId, { type: 'compensate' }) ?? 0;
        else if (run.status === 'cancelling') moved += this.give(node.childRunId, { type: 'cancel' }) ?? 0;
      }
    return moved;
  }

  /** Everything that workers with endless room can start is started, everything that follows by itself follows. */
  settle(): number {
    let total = 0;
    for (let moved = 1; moved > 0; total += moved) {
      moved = this.passOn();
      for (const runId of [...this.members.keys()])
        for (const pool of ['default', 'gpu'])
          moved += this.give(runId, { type: 'advance' }, system, { worker: 'w1', pool, capacity: 100 }) ?? 0;
      if (total > 10_000) throw new Error('it never comes to rest');
    }
    return total;
  }

  later(ms: number): void {
    this.at = addMs(this.at, ms);
  }
}
