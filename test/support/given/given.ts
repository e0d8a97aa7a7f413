// Given events, when a command, then events or a refusal: the language of the rule tests. Folds as production does.

import { expect } from 'vitest';
import { ActionSettings, createActions } from '../../../src/actions/registry.ts';
import type { People } from '../../../src/core/authority/membership.ts';
import type { Actor, Recorded, RunEvent } from '../../../src/core/events.ts';
import { readPlaybook } from '../../../src/core/playbook/compile.ts';
import { allSteps, type Playbook, playbookRef } from '../../../src/core/playbook/playbook.ts';
import { decide, type RunCommand } from '../../../src/core/run/decide.ts';
import type { Offer } from '../../../src/core/run/draft.ts';
import { evolve, startRun } from '../../../src/core/run/evolve.ts';
import type { Governance } from '../../../src/core/run/govern.ts';
import type { RunState, Timed } from '../../../src/core/run/state.ts';
import { addMs } from '../../../src/core/time.ts';

export const actions = createActions(ActionSettings.parse({}));
export const start = '2026-03-01T00:00:00.000Z';
export const ana: Actor = { kind: 'user', id: 'U0ANA', name: 'ana' };
export const ben: Actor = { kind: 'user', id: 'U0BEN', name: 'ben' };
const system: Actor = { kind: 'system', id: 'firebreak' };

/** A playbook from its steps in YAML. */
export function playbook(steps: string, rest = ''): Playbook {
  const text = `apiVersion: firebreak/v1\nname: test\nversion: 1.0.0\nowner: { product: p, technical: t, escalation: "@lead" }\n${rest}steps:\n${steps}`;
  // What will go wrong in a run is what many of these tests are about.
  const { playbook: compiled, faults } = readPlaybook(text, 'test.yaml', actions);
  if (!compiled) throw new Error(faults.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return compiled;
}

type StartedData = Extract<RunEvent, { type: 'run.started' }>['data'];

/** Who commands, and what a worker offers in the same breath; `worker: null` offers nothing. */
type Circumstances = {
  readonly actor?: Actor;
  readonly worker?: string | null;
  readonly pool?: string;
  readonly capacity?: number;
  /** What else the worker says of itself: what it has, what is halted, which breakers are open. */
  readonly admission?: Pick<Offer, 'actions' | 'halted' | 'breakerOpenUntil'>;
};

/** A run that is told what happens, with the events so far. Time moves only when it is told to. */
export class Story {
  readonly events: Timed<Recorded<RunEvent>>[] = [];
  readonly book: Playbook;
  readonly others: Recorded[] = [];
  /** Who is one person by the configuration, and whether who asks may approve. */
  people: People = {};
  selfApproval: 'never' | 'byRule' = 'byRule';
  /** The rules of the installation; undefined: nothing is ruled. */
  governance: Governance | undefined;
  library: (name: string) => Playbook | undefined = () => undefined;
  children: (runId: string) => { run: RunState; playbook: Playbook } | undefined = () => undefined;
  state: RunState;
  at = start;

  constructor(
    book: Playbook,
    rest: Partial<Pick<StartedData, 'runId' | 'concurrencyKey' | 'gate' | 'trigger' | 'inputs' | 'environment'>> = {},
  ) {
    this.book = book;
    const data = {
      ...{ runId: 'run_00000000000000000000000000', incidentId: 'inc_1', playbook: playbookRef(book), alert: null },
      ...{
        trigger: { type: 'manual' as const },
        inputs: {},
        env: {},
        steps: allSteps(book).map(({ id }) => id),
        ...rest,
      },
      ...{ incident: { id: 'inc_1', number: 1, title: 't', severity: 1 }, deadlineAt: addMs(start, book.timeoutMs) },
    };
    this.state = startRun({ type: 'run.started', data, at: start, actor: ana });
  }

  /** Gives a command; answers the types of the new events, or the refusal's code. */
  when(
    command: RunCommand,
    { actor = system, worker = 'w1', pool = 'default', capacity = 10, admission = {} }: Circumstances = {},
  ): string[] | string {
    const offer = worker === null ? null : { worker, pool, capacity, ...admission };
    const { library, children, book, at, people, selfApproval, governance } = this;
    const spareRunId = `run_child${this.others.length + 1}`;
    const context = {
      ...(governance && { governance }),
      at,
      actor,
      playbook: book,
      traits: actions,
      offer,
      library,
      children,
      spareRunId,
      people,
      selfApproval,
    };
    const decision = decide(this.state, command, context);
    if (!decision.ok) return decision.error.code;
    const { events } = decision.value;
    const own = events.filter(({ data }) => data.runId === this.state.runId);
    this.others.push(...events.filter((event) => !own.includes(event)));
    for (const event of own) {
      const recorded = { ...event, at: this.at };
      this.state = evolve(this.state, recorded);
      this.events.push(recorded);
    }
    expect(this.state).toEqual(decision.value.state);
    return own.map(({ type, data }) => ('step' in data ? `${type} ${data.step}` : type));
  }

  /** The worker that runs a step reports. */
  succeed(step: string, output: string | number | null = null): string[] | string {
    return this.when({ type: 'record_success', ...this.#held(step), output, artifacts: [] });
  }

  fail(
    step: string,
    kind: 'transient' | 'invalid' | 'timeout' | 'unknown_outcome' | 'rate_limited',
    random = 0.5,
    retryAfterMs?: number,
  ): string[] | string {
    const error = {
      class: kind,
      code: 'test',
      message: 'it went wrong',
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
    return this.when({ type: 'record_failure', ...this.#held(step), error, random });
  }

  /** Somebody orders something, while no worker is at hand. */
  order(type: 'retry' | 'compensate' | 'cancel' | 'pause' | 'resume' | 'done', step?: string): string[] | string {
    return this.when({ type, step }, { actor: ana, worker: null });
  }

  approve(actor: Actor, as: readonly string[] = ['@sre'], planDigest?: string): string[] | string {
    const open =
      Object.values(this.state.approvals).find(({ status }) => status === 'open') ??
      Object.values(this.state.approvals).at(-1);
    return this.when({ type: 'approve', approvalId: open?.id ?? 'none', as, planDigest }, { actor, worker: null });
  }

  later(ms: number): this {
    this.at = addMs(this.at, ms);
    return this;
  }

  #held(step: string) {
    const node = this.state.nodes[step];
    if (node?.status !== 'running') throw new Error(`${step} is ${node?.status}`);
    return { step, attempt: node.attempt, fence: node.fence, worker: node.worker };
  }
}
