// Evidence that an incident keeps by itself: what makes it due, how it is tried, when it is given up.
import { describe, expect, it } from 'vitest';
import { Route, route } from '../../src/core/alert/route.ts';
import { EvidenceSetting, evidenceFor } from '../../src/core/evidence/item.ts';
import { dueEvidence } from '../../src/core/evidence/owed.ts';
import type { IncidentCommand } from '../../src/core/incident/command.ts';
import { decideIncident } from '../../src/core/incident/decide.ts';
import { defaultIncidentRules } from '../../src/core/incident/rules.ts';
import type { IncidentState } from '../../src/core/incident/state.ts';
import { incidentWakeAt } from '../../src/core/incident/wake-at.ts';
import { addMs } from '../../src/core/time.ts';
import { ana, start } from '../support/given/given.ts';
import { anAlert } from '../support/given/incident.ts';

const rules = { ...defaultIncidentRules, closeAfterMs: 3_600_000 };
const settings = [
  { name: 'errors', query: { url: 'http://prometheus:9090', query: 'rate(x{host="${{ alert.title }}"}[5m])' } },
  { name: 'dashboard', at: ['opening'], link: 'https://grafana.example.com/d/x?var=${{ alert.source }}' },
].map((one) => EvidenceSetting.parse(one));
const alert = anAlert('a');

function opened(): IncidentState {
  const handling = { evidence: [...evidenceFor(settings, alert)] };
  const command = {
    ...{ type: 'place_alerts' as const, incidentId: 'inc_1', number: 1, receipt: 'dlv_1', alerts: [alert], handling },
  };
  return decided(null, command, start).state;
}

function decided(state: IncidentState | null, command: IncidentCommand, at: string) {
  const decision = decideIncident(state, command, { at, actor: ana, rules, openInGroup: null });
  if (!decision.ok || decision.value.state === null) throw new Error('refused');
  return { events: decision.value.events.map(({ type }) => type), state: decision.value.state };
}

describe('the evidence of a route', () => {
  it('is filled in from the alert, and refused where it knows anything else', () => {
    expect(opened().handling?.evidence?.[0]?.from).toMatchObject({
      query: expect.stringContaining(`host="${alert.title}"`),
    });
    const bad = (link: string) => EvidenceSetting.safeParse({ name: 'x', link }).success;
    expect(bad('${{ secrets.token }}')).toBe(false);
    expect(bad('${{ inputs.x }}')).toBe(false);
    expect(EvidenceSetting.safeParse({ name: 'x', link: 'https://a', file: 'b' }).success).toBe(false);
    expect(EvidenceSetting.safeParse({ name: '../x', file: 'b' }).success).toBe(false);
  });

  it('goes with the routes that an alert comes to, the inner one in place of the outer', () => {
    const evidence = [{ name: 'inner', file: 'a.conf' }];
    const routes = [
      Route.parse({ name: 'all', evidence: [{ name: 'outer', file: 'b' }], routes: [{ name: 'in', evidence }] }),
    ];
    expect(route(alert, start, { routes, intervals: {} }).evidence?.map(({ name }) => name)).toEqual(['inner']);
  });

  it('that could not be filled in is given up and said', () => {
    const [item] = evidenceFor([EvidenceSetting.parse({ name: 'x', link: 'nowhere' })], alert);
    expect(item?.from).toMatchObject({ type: 'unclear' });
  });
});

describe('an incident that owes evidence', () => {
  it('is due at its opening and again at its end, and keeps its own timers', () => {
    const state = opened();
    expect(incidentWakeAt(state, rules)).toBe(start);
    expect(dueEvidence(state, start).map(([key]) => key)).toEqual(['opening/errors', 'opening/dashboard']);
    const later = addMs(start, 60_000);
    const ended = decided(state, { type: 'resolve', reason: 'over' }, later).state;
    expect(Object.keys(ended.owedEvidence ?? {})).toContain('resolution/errors');
    // Due evidence is no reason to close it before its time.
    expect(decided(ended, { type: 'advance' }, addMs(later, 1000)).events).toEqual([]);
    const again = decided(ended, { type: 'reopen', reason: 'not yet' }, addMs(later, 2000)).state;
    expect(Object.keys(again.owedEvidence ?? {})).toEqual(['opening/errors', 'opening/dashboard']);
  });

  it('records what was kept once, whoever kept it', () => {
    const artifacts = [{ name: 'errors.csv', digest: `sha256:${'0'.repeat(64)}`, bytes: 3, type: 'text/csv' }];
    const command = { type: 'record_evidence' as const, key: 'opening/errors', artifacts };
    const kept = decided(opened(), command, start);
    expect(kept.events).toEqual(['evidence.captured']);
    expect(decided(kept.state, command, start).events).toEqual([]);
  });

  it('is tried five times, later each time, and says once that it gives up', () => {
    let state = opened();
    let at = start;
    const told: string[] = [];
    for (let n = 0; n < 6; n++) {
      const command = {
        type: 'record_evidence_failure' as const,
        key: 'opening/errors',
        reason: 'away',
        mayPass: true,
      };
      const next = decided(state, command, at);
      told.push(...next.events);
      state = next.state;
      at = state.owedEvidence?.['opening/errors']?.dueAt ?? at;
    }
    expect(told).toEqual([...Array(4).fill('evidence.retry_scheduled'), 'evidence.failed']);
    expect(Date.parse(at) - Date.parse(start)).toBe(425_000);
    const final = { type: 'record_evidence_failure' as const, key: 'opening/dashboard', reason: 'no', mayPass: false };
    expect(decided(state, final, at).state.owedEvidence).toBeUndefined();
  });
});
