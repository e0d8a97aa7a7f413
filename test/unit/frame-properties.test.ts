// The frame of an incident at an instant: whatever happened, it is the frame of exactly what had been recorded by then, it says what the
// record's own fold says, and its lanes are in order.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiFrame } from '../../src/contract/frame.ts';
import type { StoredEvent } from '../../src/core/events.ts';
import { isTerminal } from '../../src/core/run/state.ts';
import { foldStream } from '../../src/core/timeline/fold-stream.ts';
import { type Frame, frameOf, startFrame } from '../../src/core/timeline/frame.ts';
import { type RandomIncident, randomIncidents } from '../support/given/random-incidents.ts';

const runs = { numRuns: 8 };

/** Holds something of every random incident. */
const ofEvery = (holds: (incident: RandomIncident) => void) =>
  fc.assert(
    fc.property(randomIncidents, (all) => all.forEach(holds)),
    runs,
  );

function drawn(events: readonly StoredEvent[], { playbooks }: RandomIncident, at?: string): Frame {
  const frame = frameOf(events, at === undefined ? { playbooks } : { at, playbooks });
  if (!frame) throw new Error('there is no frame');
  return frame;
}

describe('the frame of an incident at an instant', () => {
  it('equals, by its digest, the frame of exactly what had been delivered by then', () => {
    ofEvery((incident) => {
      const instants = [...new Set(incident.events.map(({ at }) => at))];
      const every = Math.ceil(instants.length / 8);
      for (const at of instants.filter((_, index) => index % every === 0)) {
        // One event after the other arrives; none before those that stand before it.
        const delivered: StoredEvent[] = [];
        let nowMs = 0;
        for (const event of incident.events) {
          nowMs = Math.max(nowMs, Date.parse(event.at));
          if (nowMs <= Date.parse(at)) delivered.push(event);
        }
        const then = frameOf(incident.events, { at, playbooks: incident.playbooks });
        expect(then?.digest).toBe(frameOf(delivered, { playbooks: incident.playbooks })?.digest);
        expect(then?.events ?? 0).toBe(delivered.length);
      }
    });
  });

  it('knows no less at a later instant, and all of it at the end', () => {
    ofEvery((incident) => {
      const all = incident.events.map(({ at }) => Date.parse(at)).sort((a, b) => a - b);
      const instants = all.filter((_, index) => index % 5 === 0 || index === all.length - 1);
      const known = instants.map(
        (ms) =>
          frameOf(incident.events, { at: new Date(ms).toISOString(), playbooks: incident.playbooks })?.events ?? 0,
      );
      expect(known).toEqual([...known].sort((a, b) => a - b));
      expect(known.at(-1)).toBe(incident.events.length);
    });
  });

  it('is the same whether it is drawn once or after each event: live and replay are one', () => {
    ofEvery((incident) => {
      const fold = startFrame();
      incident.events.forEach((event, index) => {
        fold.add(event);
        const live = fold.draw(incident.playbooks);
        if (index % 5 === 0) expect(live).toEqual(drawn(incident.events.slice(0, index + 1), incident));
      });
      expect(fold.draw(incident.playbooks)?.digest).toBe(drawn(incident.events, incident).digest);
    });
  });

  it('says of the incident, its alerts, runs, steps and approvals what their own fold says', () => {
    ofEvery((incident) => {
      const { lanes, incident: shown, approvals } = drawn(incident.events, incident);
      const folded = foldStream(incident.events);
      const { number, severity, status, alerts = {} } = folded.incident ?? {};
      expect(shown).toMatchObject({ number, severity, status });
      const told = Object.entries(alerts).map(([fingerprint, { status: stands, count }]) => [
        fingerprint,
        stands,
        count,
      ]);
      expect(lanes.alerts.map(({ fingerprint, status: stands, count }) => [fingerprint, stands, count]).sort()).toEqual(
        told.sort(),
      );
      for (const run of lanes.runs) {
        const state = folded.runs.get(run.id);
        expect(run).toMatchObject({ status: state?.status, finishedAt: state?.finishedAt });
        for (const step of run.steps)
          if (step.items === null) expect(step.attempts).toBe(state?.nodes[step.key]?.attempts ?? 0);
      }
      const asked = [...folded.runs.values()].flatMap((run) => Object.values(run.approvals));
      expect(approvals.map(({ id, state }) => [id, state]).sort()).toEqual(
        asked.map(({ id, status: s }) => [id, s]).sort(),
      );
    });
  });

  it('has spans in order, of which at most the last goes on, and none in a run that has ended; whose turn it was is said of every wait for people', () => {
    ofEvery((incident) => {
      const { lanes } = drawn(incident.events, incident);
      const inOrder = (spans: readonly { from: string; to: string | null }[]) =>
        spans.forEach(({ to }, index) => {
          expect(to === null).toBe(to === null && index === spans.length - 1);
        });
      for (const { spans } of lanes.alerts) inOrder(spans);
      for (const run of lanes.runs) {
        inOrder(run.spans);
        for (const { spans } of run.steps) {
          inOrder(spans);
          if (isTerminal(run.status)) expect(spans.every(({ to }) => to !== null)).toBe(true);
          for (const { state, whoseTurn } of spans)
            expect((whoseTurn ?? []).length > 0).toBe(state === 'asked' || state === 'decision');
        }
      }
    });
  });

  it('fits the contract', () => {
    ofEvery((incident) => {
      const { digest, ...frame } = drawn(incident.events, incident);
      const sent: unknown = JSON.parse(JSON.stringify({ ...frame, digest, at: null, until: { from: '', to: '' } }));
      expect(ApiFrame.parse(sent)).toEqual(sent);
    });
  });
});
