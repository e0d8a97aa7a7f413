// A group of alerts over time, with an incident that knows no more than which alerts fire: the language of the tests of a group's rules.
import type { Alert } from '../../../src/core/alert/alert.ts';
import { systemActor } from '../../../src/core/events.ts';
import type { Verdict } from '../../../src/core/group/command.ts';
import { decideGroup, type GroupDecision } from '../../../src/core/group/decide.ts';
import { evolveGroup, openGroup } from '../../../src/core/group/evolve.ts';
import type { Hold } from '../../../src/core/group/hold.ts';
import { defaultGroupSettings, type GroupSettings } from '../../../src/core/group/settings.ts';
import { type GroupFact, type GroupState, heldIn, memberOf } from '../../../src/core/group/state.ts';
import { groupWakeAt } from '../../../src/core/group/wake-at.ts';
import { addMs } from '../../../src/core/time.ts';
import { start } from './given.ts';
import { anAlert } from './incident.ts';

/** What was told to an incident. */
export type Told = {
  readonly incident: string;
  readonly atMs: number;
  readonly alert: string;
  readonly status: 'firing' | 'resolved';
  readonly because: string | null;
  readonly acts: boolean;
};

/** A mute of this kind until an instant. */
export const mutedBy = (by: Hold['by'], untilMs: number | null, consolidated = false): Verdict => ({
  type: 'muted',
  hold: { by, name: 'm', owner: 'ana', reason: 'deploy', until: untilMs === null ? null : addMs(start, untilMs) },
  consolidated,
});

/** A group under these rules, from nothing. */
export function aGroup(settings: Partial<GroupSettings> = {}) {
  return new GroupStory({ ...defaultGroupSettings, pauseMs: none, ...settings });
}
const none = { critical: 0, error: 0, warning: 0, info: 0 };

/** What happens to a group, in order; its timers go off by themselves. */
class GroupStory {
  readonly told: Told[] = [];
  readonly facts: GroupFact[] = [];
  group: GroupState | null = null;
  #nowMs = 0;
  #incidents = 0;
  #mutes: (alert: Alert, atMs: number) => Verdict = () => ({ type: 'pass' });
  /** Which alerts fire in which incident. */
  readonly #fires = new Map<string, string>();
  readonly #known = new Set<string>();
  readonly settings: GroupSettings;

  constructor(settings: GroupSettings) {
    this.settings = settings;
  }

  /** From now on alerts are muted as this says. */
  muting(mutes: (alert: Alert, atMs: number) => Verdict): this {
    this.#mutes = mutes;
    return this;
  }

  fires(fingerprint: string, change: Partial<Alert> = {}): this {
    return this.#take(anAlert(fingerprint, { startsAt: this.#at(), ...change }));
  }

  resolves(fingerprint: string, change: Partial<Alert> = {}): this {
    return this.#take(anAlert(fingerprint, { startsAt: null, ...change, status: 'resolved' }));
  }

  /** Time passes until then, and what is due in it is done. */
  until(ms: number): this {
    for (let turns = 0; turns < 1000; turns++) {
      const due = this.group && groupWakeAt(this.group, this.settings, this.#at());
      if (due === null || Date.parse(due) - Date.parse(start) > ms) break;
      this.#nowMs = Math.max(this.#nowMs, Date.parse(due) - Date.parse(start));
      const before = this.facts.length;
      this.#advance();
      // Nothing came of it: it is looked at again later.
      if (this.facts.length === before) this.#nowMs = Math.min(ms, this.#nowMs + 1000);
      if (this.#nowMs >= ms) break;
    }
    this.#nowMs = ms;
    return this;
  }

  /** What holds an alert; null: nothing does. */
  heldBy(fingerprint: string): Hold['by'] | null {
    return (this.group && memberOf(this.group, fingerprint)?.hold?.by) ?? null;
  }

  /** Alerts that somebody was told of and that fire there still. */
  firing(): string[] {
    return [...this.#fires.keys()].toSorted();
  }

  held(): string[] {
    return this.group ? heldIn(this.group).map(([fingerprint]) => fingerprint) : [];
  }

  /** The state that the events lead to by themselves. */
  folded(): GroupState | null {
    return this.facts.reduce<GroupState | null>((state, fact) => {
      if (fact.type === 'group.opened') return openGroup('grp_1', fact);
      if (state === null) throw new Error(`${fact.type} before group.opened`);
      return evolveGroup(state, fact);
    }, null);
  }

  #at(): string {
    return addMs(start, this.#nowMs);
  }

  #context() {
    const open = [...this.#fires.values()].at(-1);
    const id = this.group?.incidentId ?? open ?? null;
    const isOpen = id !== null && [...this.#fires.values()].includes(id);
    return {
      at: this.#at(),
      actor: systemActor,
      settings: this.settings,
      incident: id !== null && isOpen ? { id, isOpen, openedAt: start } : null,
      freshId: `inc_${this.#incidents + 1}`,
    };
  }

  #take(alert: Alert): this {
    const active = this.#fires.has(alert.fingerprint);
    const verdict = this.#mutes(alert, this.#nowMs);
    const arrivals = [{ alert, verdict, active, known: this.#known.has(alert.fingerprint) }];
    const command = {
      type: 'take_alerts' as const,
      groupId: 'grp_1',
      key: 'k',
      rule: 'r',
      receipt: `dlv_${this.facts.length}`,
      arrivals,
    };
    return this.#keep(decideGroup(this.group, command, this.#context()));
  }

  #advance(): void {
    const verdictOf = (alert: Alert) => this.#mutes(alert, this.#nowMs);
    this.#keep(decideGroup(this.group, { type: 'advance', verdictOf }, this.#context()));
  }

  #keep(decision: GroupDecision | null): this {
    if (decision === null) return this;
    for (const event of decision.events) this.facts.push({ ...event, at: this.#at() });
    this.group = decision.state;
    for (const { alert, because, acts } of decision.passed) {
      const { fingerprint, status } = alert;
      const incident = this.#fires.get(fingerprint) ?? decision.incidentId;
      this.told.push({ incident, atMs: this.#nowMs, alert: fingerprint, status, because, acts });
      this.#known.add(fingerprint);
      if (status === 'firing') this.#fires.set(fingerprint, incident);
      else this.#fires.delete(fingerprint);
      this.#incidents = Math.max(this.#incidents, Number(incident.slice(4)));
    }
    return this;
  }
}
