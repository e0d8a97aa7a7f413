// Given events, when a command, then events or a refusal: the language of the tests of the system stream's rules.
import { expect } from 'vitest';
import type { Right } from '../../../src/core/authority/right.ts';
import type { Actor, Recorded } from '../../../src/core/events.ts';
import type { Refusal } from '../../../src/core/refusal.ts';
import type { Result } from '../../../src/core/result.ts';
import {
  decideSystem,
  type SystemCommand,
  type SystemContext,
  type SystemDecision,
} from '../../../src/core/system/decide.ts';
import type { SystemEvent } from '../../../src/core/system/events.ts';
import { evolveSystem } from '../../../src/core/system/evolve.ts';
import { emptySystem, type SystemState } from '../../../src/core/system/state.ts';
import { ana, start } from './given.ts';

/** An event that was recorded before; without an instant at `start`, without an author by Ana. */
export type PastOfSystem = SystemEvent & { readonly at?: string; readonly actor?: Actor };

/** Rights as somebody holds them who may give tokens. */
export const manyRights: readonly Right[] = ['view', 'respond', 'start', 'administer'];

/** What a command may know besides: Ana with many rights, the people ana and ben, the playbook restart. */
export const systemContext = (change: Partial<SystemContext> = {}): SystemContext => ({
  at: start,
  actor: ana,
  held: manyRights,
  people: { ana: {}, ben: {} },
  playbooks: ['restart'],
  ...change,
});

/** The fold of recorded events from nothing. */
export const foldOfSystem = (events: readonly PastOfSystem[]): SystemState =>
  events.reduce<SystemState>(
    (state, { at = start, actor = ana, ...event }) => evolveSystem(state, { ...event, at, actor }),
    emptySystem,
  );

/** What came of a command; every question fails the test if the answer is another. */
class Outcome {
  readonly #decision: Result<SystemDecision, Refusal>;
  readonly #before: SystemState;

  constructor(decision: Result<SystemDecision, Refusal>, before: SystemState) {
    this.#decision = decision;
    this.#before = before;
  }

  /** Exactly these events, in this order, with their authors. */
  thenEvents(...events: readonly Recorded<SystemEvent>[]): this {
    expect(this.#decision).toMatchObject({ ok: true });
    if (this.#decision.ok) expect(this.#decision.value.events).toEqual(events);
    return this;
  }

  /** The state afterwards has these members. */
  thenState(members: object): this {
    expect(this.#decision).toMatchObject({ ok: true });
    if (this.#decision.ok) expect(this.#decision.value.state).toMatchObject(members);
    return this;
  }

  /** The command was right, but nothing changes. */
  thenNothing(): void {
    expect(this.#decision).toEqual({ ok: true, value: { events: [], state: this.#before } });
  }

  thenRefused(code: Refusal['code'], message: string): void {
    expect(this.#decision).toMatchObject({ ok: false, error: { code, message } });
  }
}

/** A story: what was recorded in the system stream, and what a command makes of it. */
export function givenSystem(...events: readonly PastOfSystem[]) {
  const state = foldOfSystem(events);
  return {
    when: (command: SystemCommand, change: Partial<SystemContext> = {}): Outcome =>
      new Outcome(decideSystem(state, command, systemContext(change)), state),
  };
}
