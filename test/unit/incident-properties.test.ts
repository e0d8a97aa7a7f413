// Random commands on two incidents: what holds of every decision, whatever came before.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../src/core/events.ts';
import { IncidentEvent } from '../../src/core/events.ts';
import type { IncidentCommand } from '../../src/core/incident/command.ts';
import { decideIncident } from '../../src/core/incident/decide.ts';
import type { IncidentRules } from '../../src/core/incident/rules.ts';
import type { IncidentState } from '../../src/core/incident/state.ts';
import { incidentWakeAt } from '../../src/core/incident/wake-at.ts';
import { addMs } from '../../src/core/time.ts';
import { ana, ben, start } from '../support/given/given.ts';
import { anAlert, foldOf, minute, type Past, stateOf } from '../support/given/incident.ts';

type Asked = { readonly command: IncidentCommand; readonly afterMs: number; readonly actor: Actor };
const identity = { incidentId: 'inc_1', number: 7 };

const alert = fc
  .record({
    fingerprint: fc.constantFrom('a', 'b', 'constructor'),
    status: fc.constantFrom('firing', 'resolved'),
    startsAt: fc.constantFrom(null, start, addMs(start, minute)),
  })
  .map(({ fingerprint, status, startsAt }) => anAlert(fingerprint, { status, startsAt }));
const alerts = fc.array(alert, { minLength: 1, maxLength: 4 });
const place = alerts.map(
  (some): IncidentCommand => ({ ...identity, type: 'place_alerts', receipt: 'dlv_1', alerts: some }),
);

/** Another incident, with alerts of its own, as it may stand when it is merged. */
const from = fc
  .tuple(alerts, fc.constantFrom<Past[]>([], [{ type: 'incident.resolved', data: { reason: 'x' } }]))
  .map(([some, end]): IncidentState => {
    const opened: Past = { type: 'incident.opened', data: { number: 8, title: 't', severity: 3, groupKey: null } };
    const received = some.map((one): Past => ({ type: 'alert.received', data: { alert: one, receipt: 'dlv_2' } }));
    return stateOf('inc_2', opened, ...received, ...end);
  });

const kept = {
  ...{ channelId: 'C1', ts: '1.2', saidAt: start, author: { id: 'U1', name: 'Ana' }, text: 'said', permalink: null },
  ...{ files: [], how: 'reaction' as const },
};
const reason = fc.constantFrom('because', 'again');
const command: fc.Arbitrary<IncidentCommand> = fc.oneof(
  { weight: 6, arbitrary: place },
  fc.constant<IncidentCommand>({ ...identity, type: 'declare', title: 'odd', severity: 3 }),
  fc.constant<IncidentCommand>({ type: 'acknowledge' }),
  fc.constant<IncidentCommand>({ type: 'note', text: 'seen' }),
  fc.integer({ min: 1, max: 4 }).map((severity): IncidentCommand => ({ type: 'set_severity', severity })),
  fc.constantFrom('U1', 'U2').map((user): IncidentCommand => ({ type: 'assign_role', role: 'lead', user })),
  fc.constant<IncidentCommand>({ type: 'merge_into', into: { id: 'inc_2', number: 8 } }),
  from.map((state): IncidentCommand => ({ type: 'absorb', from: state })),
  fc.record({ type: fc.constantFrom('resolve', 'reopen', 'close'), reason }).map((given): IncidentCommand => given),
  fc.constant<IncidentCommand>({ type: 'link_channel', channelId: 'C1', name: 'inc-7', created: true }),
  fc.constant<IncidentCommand>({ type: 'record_export', format: 'html', digest: 'sha256:00' }),
  fc.constantFrom<IncidentCommand>(
    { type: 'give_update', text: 'better' },
    { type: 'snooze_updates', forMs: 20 * minute },
    { type: 'mitigate' },
    { type: 'keep_message', ...kept },
    { type: 'record_chat_edit', channelId: 'C1', ts: '1.2', editedAt: '1.3', text: 'edited', by: null },
    { type: 'record_chat_deletion', channelId: 'C1', ts: '1.2' },
  ),
  { weight: 3, arbitrary: fc.constant<IncidentCommand>({ type: 'advance' }) },
);
const asked: fc.Arbitrary<Asked> = fc.record({
  command,
  afterMs: fc.constantFrom(0, minute, 20 * minute, 40 * minute),
  actor: fc.constantFrom(ana, ben),
});
const rules: IncidentRules = {
  reopenWithinMs: 30 * minute,
  closeAfterMs: 60 * minute,
  acknowledgeForMs: 45 * minute,
  leadWithinMs: { 1: 5 * minute, 2: 25 * minute },
  updateEveryMs: { 1: 30 * minute, 2: 50 * minute },
  archiveAfterMs: 90 * minute,
};

type Seen = {
  readonly before: IncidentState | null;
  readonly after: IncidentState | null;
  readonly command: IncidentCommand;
  readonly at: string;
  readonly actor: Actor;
  /** Everything recorded up to and with this command. */
  readonly events: readonly Past[];
  readonly recorded: number;
};

/** Plays random commands one after the other, and holds every decision against `holds`. */
function ofEveryDecision(holds: (seen: Seen) => void): void {
  const property = fc.property(place, fc.array(asked, { maxLength: 12 }), (first, rest) => {
    let state: IncidentState | null = null;
    let at = start;
    const events: Past[] = [];
    for (const { command: next, afterMs, actor } of [{ command: first, afterMs: 0, actor: ana }, ...rest]) {
      at = addMs(at, afterMs);
      const before: IncidentState | null = state;
      const decision = decideIncident(before, next, { at, actor, rules, openInGroup: null });
      if (!decision.ok) continue;
      state = decision.value.state;
      for (const event of decision.value.events) events.push({ ...event, at });
      holds({ before, after: state, command: next, at, actor, events, recorded: decision.value.events.length });
    }
  });
  fc.assert(property, { numRuns: 200 });
}

const mayBecome: { readonly [from: string]: readonly string[] } = {
  none: ['none', 'open', 'resolved'],
  open: ['open', 'resolved', 'closed'],
  resolved: ['open', 'resolved', 'closed'],
  closed: ['open', 'closed'],
};
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('every decision about an incident', () => {
  it('gives the state that its events lead to from nothing, and every event of it can be stored and read', () => {
    ofEveryDecision(({ events, after, recorded }) => {
      expect(foldOf('inc_1', events)).toEqual(after);
      for (const { at: _, actor: __, ...event } of recorded === 0 ? [] : events.slice(-recorded))
        expect(plain(IncidentEvent.parse(plain(event)))).toEqual(plain(event));
    });
  });

  it('moves the status only where it may go, and never out of a merge', () => {
    ofEveryDecision(({ before, after, command: { type } }) => {
      expect(mayBecome[before?.status ?? 'none']).toContain(after?.status ?? 'none');
      if (before?.status === 'closed' && after?.status === 'open') expect(type).toBe('reopen');
      if (!after) return;
      if (before?.mergedInto) expect(after).toMatchObject({ status: 'closed', mergedInto: before.mergedInto });
      expect(after.resolvedAt === null).toBe(after.status === 'open');
      expect(after.closedAt === null).toBe(after.status !== 'closed');
    });
  });

  it('counts alerts that come twice the second time, and changes nothing else', () => {
    ofEveryDecision(({ after, command: again, at, actor }) => {
      if (again.type !== 'place_alerts' || !after) return;
      // A body that contradicts itself does so the second time as well.
      const told = new Map(
        again.alerts.map(({ fingerprint, status, startsAt }) => [fingerprint, `${status}${startsAt}`]),
      );
      if (again.alerts.some(({ fingerprint, status, startsAt }) => told.get(fingerprint) !== `${status}${startsAt}`))
        return;
      const twice = decideIncident(after, again, { at, actor, rules, openInGroup: null });
      if (!twice.ok) throw new Error(twice.error.message);
      expect(twice.value.events.filter(({ type }) => type !== 'alert.repeated')).toEqual([]);
      const uncounted = (state: IncidentState | null) =>
        Object.entries(state?.alerts ?? {}).map(([fingerprint, one]) => ({ fingerprint, ...one, count: 0 }));
      expect(uncounted(twice.value.state)).toEqual(uncounted(after));
      expect({ ...twice.value.state, alerts: {} }).toEqual({ ...after, alerts: {} });
    });
  });

  it('never drops an alert that contradicts what is known', () => {
    ofEveryDecision(({ after, command: placed }) => {
      if (placed.type !== 'place_alerts' || !after) return;
      for (const [fingerprint, status] of new Map(placed.alerts.map((one) => [one.fingerprint, one.status])))
        if (Object.hasOwn(after.alerts, fingerprint)) {
          // What began before the episode that is known is out of order, and says nothing about now.
          const late = placed.alerts.some((one) => one.fingerprint === fingerprint && one.startsAt !== null);
          if (!late) expect(after.alerts[fingerprint]?.status).toBe(status);
        } else expect(status).toBe('resolved');
    });
  });

  it('wakes by itself only for what it then does, and no earlier than it began to wait', () => {
    ofEveryDecision(({ after, at, actor }) => {
      if (!after) return;
      const wakeAt = incidentWakeAt(after, rules);
      const look = { type: 'advance' } as const;
      if (wakeAt === null) {
        const much = { at: addMs(at, 10_000 * minute), actor, rules, openInGroup: null };
        expect(decideIncident(after, look, much)).toEqual({ ok: true, value: { events: [], state: after } });
        return;
      }
      if (after.status !== 'open') expect(wakeAt > (after.resolvedAt ?? '')).toBe(true);
      const early = decideIncident(after, look, { at: addMs(wakeAt, -1), actor, rules, openInGroup: null });
      expect(early).toEqual({ ok: true, value: { events: [], state: after } });
      const due = decideIncident(after, look, { at: wakeAt, actor, rules, openInGroup: null });
      if (!due.ok || !due.value.state) throw new Error('a timer that is due is not refused');
      expect(due.value.events).not.toEqual([]);
      const next = incidentWakeAt(due.value.state, rules);
      expect(next === null || next > wakeAt).toBe(true);
    });
  });

  it('gives a state of which nothing is lost when it is stored', () => {
    ofEveryDecision(({ after }) => {
      expect(isDeepStrictEqual(plain(after), after)).toBe(true);
    });
  });
});
