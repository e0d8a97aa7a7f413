// Given events, when a command, then events or a refusal: the language of the tests of an incident's rules. Folds as production does.
import { expect } from 'vitest';
import type { Alert } from '../../../src/core/alert/alert.ts';
import { type Actor, type IncidentEvent, type Recorded, systemActor } from '../../../src/core/events.ts';
import type { IncidentCommand } from '../../../src/core/incident/command.ts';
import { decideIncident, type IncidentDecision } from '../../../src/core/incident/decide.ts';
import type { IncidentContext } from '../../../src/core/incident/draft.ts';
import { evolveIncident, openIncident } from '../../../src/core/incident/evolve.ts';
import { defaultIncidentRules, type IncidentRules } from '../../../src/core/incident/rules.ts';
import type { IncidentState } from '../../../src/core/incident/state.ts';
import { touchedAlerts } from '../../../src/core/incident/touched-alerts.ts';
import type { Refusal } from '../../../src/core/refusal.ts';
import type { Result } from '../../../src/core/result.ts';
import { addMs } from '../../../src/core/time.ts';
import { ana, start } from './given.ts';

export const minute = 60_000;
/** Who alerts of `anAlert` come from. */
export const sender: Actor = { kind: 'alert', id: 'alertmanager/am' };

/** An event that was recorded before; without an instant at `start`, without an author by Firebreak. */
export type Past = IncidentEvent & { readonly at?: string; readonly actor?: Actor };
type Circumstances = {
  readonly at?: string;
  readonly actor?: Actor;
  readonly rules?: Partial<IncidentRules>;
  readonly openInGroup?: IncidentContext['openInGroup'];
};

/** An alert of the test's sender: firing, of an episode that began at `start`. */
export function anAlert(fingerprint: string, change: Partial<Alert> = {}): Alert {
  return {
    source: 'alertmanager',
    integration: 'am',
    fingerprint,
    status: 'firing',
    title: `${fingerprint} is down`,
    description: '',
    severity: 'error',
    sourceSeverity: null,
    service: null,
    labels: {},
    annotations: {},
    startsAt: start,
    endsAt: null,
    links: [],
    groupKey: 'group',
    ...change,
  };
}

/** The fold of recorded events from nothing, the first of which opens the incident; null of none. */
export function foldOf(id: string, events: readonly Past[]): IncidentState | null {
  return events.reduce<IncidentState | null>((state, { at = start, actor = systemActor, ...event }) => {
    const fact = { ...event, at, actor };
    if (fact.type === 'incident.opened') return openIncident(id, fact);
    if (state === null) throw new Error(`${fact.type} before incident.opened`);
    return evolveIncident(state, fact);
  }, null);
}

/** An opened incident, number 7 of severity 2, as the first event of a story. */
export const opened: Past = {
  type: 'incident.opened',
  data: { number: 7, title: 'checkout is down', severity: 2, groupKey: 'group' },
};
/** A private incident, number 7 of severity 2, that people opened. */
export const openedFor = (members: readonly string[]): Past => ({
  type: 'incident.opened',
  data: { number: 7, title: 'checkout is down', severity: 2, groupKey: null, members: [...members] },
});
export const received = (fingerprint: string, change: Partial<Alert> = {}): Past => ({
  type: 'alert.received',
  data: { alert: anAlert(fingerprint, change), receipt: 'dlv_0' },
});
export const ended = (fingerprint: string): Past => ({
  type: 'alert.resolved',
  data: { fingerprint, endsAt: null, receipt: 'dlv_0' },
});
export const resolved: Past = { type: 'incident.resolved', data: { reason: 'fixed' } };
export const closed: Past = { type: 'incident.closed', data: { reason: 'done' } };

/** An incident with this story; it begins with its opening. */
export function stateOf(id: string, ...events: readonly Past[]): IncidentState {
  const state = foldOf(id, events);
  if (!state) throw new Error('a state needs its opening');
  return state;
}

/** The circumstances of a command that comes `ms` after `start`. */
export const later = (ms: number) => ({ at: addMs(start, ms) });

/** These alerts, come with one delivery. */
export const place = (...alerts: readonly Alert[]): IncidentCommand => ({
  type: 'place_alerts',
  incidentId: 'inc_1',
  number: 7,
  receipt: 'dlv_1',
  alerts,
});
/** Ana has acknowledged it. */
export const acknowledged: Past = { type: 'incident.acknowledged', data: {}, actor: ana };

/** What came of a command; every question fails the test if the answer is another. */
class Outcome {
  readonly #decision: Result<IncidentDecision, Refusal>;
  readonly #before: IncidentState | null;

  constructor(decision: Result<IncidentDecision, Refusal>, before: IncidentState | null) {
    this.#decision = decision;
    this.#before = before;
  }

  /** Exactly these events, in this order, with their authors. */
  thenEvents(...events: readonly Recorded<IncidentEvent>[]): this {
    expect(this.#decision).toMatchObject({ ok: true });
    if (this.#decision.ok) expect(this.#decision.value.events).toEqual(events);
    return this;
  }

  /** Only these types of events, in this order. */
  thenTypes(...types: readonly IncidentEvent['type'][]): this {
    expect(this.#decision).toMatchObject({ ok: true });
    if (this.#decision.ok) expect(this.#decision.value.events.map(({ type }) => type)).toEqual(types);
    return this;
  }

  /** The state afterwards has these members. */
  thenState(members: Partial<IncidentState> | null): this {
    expect(this.#decision).toMatchObject({ ok: true });
    if (!this.#decision.ok) return this;
    if (members === null) expect(this.#decision.value.state).toBeNull();
    else expect(this.#decision.value.state).toMatchObject(members);
    return this;
  }

  /** These alerts belong to it from now on: by fingerprint, true while one fires. */
  thenTouched(alerts: { readonly [fingerprint: string]: boolean }): this {
    expect(this.#decision).toMatchObject({ ok: true });
    if (!this.#decision.ok) return this;
    const touched = touchedAlerts(this.#decision.value).map(({ fingerprint, active }) => [fingerprint, active]);
    expect(Object.fromEntries(touched)).toEqual(alerts);
    return this;
  }

  /** The command was right, but nothing changes. */
  thenNothing(): this {
    expect(this.#decision).toEqual({ ok: true, value: { events: [], state: this.#before } });
    return this;
  }

  thenRefused(code: Refusal['code'], message: string): void {
    expect(this.#decision).toMatchObject({ ok: false, error: { code, message } });
  }
}

/** A story: what was recorded of incident `inc_1`, and what a command makes of it. */
export function givenIncident(...events: readonly Past[]) {
  const state = foldOf('inc_1', events);
  return {
    when(
      command: IncidentCommand,
      { at = start, actor = ana, rules = {}, openInGroup = null }: Circumstances = {},
    ): Outcome {
      return new Outcome(
        decideIncident(state, command, { at, actor, rules: { ...defaultIncidentRules, ...rules }, openInGroup }),
        state,
      );
    },
  };
}

/** Where nothing is recorded yet. */
export const givenNothing = () => givenIncident();
