// Answers of the API are chosen members of what the engine knows: whatever a run or an incident looks like, its answer fits the
// contract to the last member, and nothing that only the engine needs is in it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { ApiApproval } from '../../src/contract/approval.ts';
import { ApiIncident } from '../../src/contract/incident.ts';
import { ApiKillSwitch } from '../../src/contract/operation.ts';
import { ApiPlaybook } from '../../src/contract/playbook.ts';
import { ApiRun } from '../../src/contract/run.ts';
import { outlineOf } from '../../src/core/run/outline.ts';
import { standingOf } from '../../src/core/run/standing.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { showIncident } from '../../src/http/api/show-incident.ts';
import { showKillSwitch } from '../../src/http/api/show-operation.ts';
import { showPlaybook } from '../../src/http/api/show-playbook.ts';
import { showApproval, showRun } from '../../src/http/api/show-run.ts';
import { histories, played } from '../support/given/random-histories.ts';
import { randomBooks } from '../support/given/random-playbooks.ts';
import { approval, incident, run, switches } from '../support/given/slack-states.ts';

const at = '2026-03-01T00:00:00.000Z';

/** Holds an answer, as it goes over the wire, against its schema: nothing missing, nothing wrong, nothing more. */
function expectToFit(schema: z.ZodType, answer: unknown): void {
  // What is parsed never has a member `__proto__`, wherever it comes from.
  const sent: unknown = JSON.parse(JSON.stringify(answer), (key, value) => (key === '__proto__' ? undefined : value));
  expect(schema.parse(sent)).toEqual(sent);
}

describe('an answer of the API', () => {
  it('fits the contract for any run, whatever stands in it', () => {
    fc.assert(
      fc.property(run, (state) => {
        const times = { wakeAt: at, updatedAt: at, traceUrl: null };
        const shown = { ...state, id: state.runId, steps: [], waitingFor: [], orders: [], ...times };
        expectToFit(ApiRun, showRun(shown));
      }),
      { numRuns: 60 },
    );
  });

  it('fits the contract for runs that were really played, with their steps, waits and orders', () => {
    fc.assert(
      fc.property(randomBooks, histories, (given, all) => {
        for (const history of all) {
          const { runs, at: now } = played(given, history);
          for (const { run: state, book } of runs) {
            const around = {
              at: now,
              incident: 'open' as const,
              switches: [],
              workers: [{ pool: 'default', actions: ['http.request'] }],
            };
            const standing = standingOf(state, book, around);
            const shown = { ...state, id: state.runId, ...standing, wakeAt: null, updatedAt: now, traceUrl: null };
            expectToFit(ApiRun, showRun({ ...shown, steps: outlineOf(state, book) }));
            expectToFit(ApiPlaybook, showPlaybook(book));
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('fits the contract for any incident, approval and kill switch', () => {
    fc.assert(
      fc.property(incident, (row) => expectToFit(ApiIncident, showIncident(row))),
      { numRuns: 40 },
    );
    fc.assert(
      fc.property(approval, (one) => expectToFit(ApiApproval, showApproval(one))),
      { numRuns: 40 },
    );
    fc.assert(fc.property(switches, (all) => all.forEach((one) => expectToFit(ApiKillSwitch, showKillSwitch(one)))));
  });

  it('holds nothing of a run that only the engine needs', () => {
    const internal: readonly (keyof RunState)[] = [
      'env',
      'fence',
      'completed',
      'expansions',
      'signals',
      'children',
      'cooldownKey',
    ];
    fc.assert(
      fc.property(run, (state) => {
        const times = { wakeAt: at, updatedAt: at, traceUrl: null };
        const shown = { ...state, id: state.runId, steps: [], waitingFor: [], orders: [], ...times };
        const answer = showRun(shown);
        expect(Object.keys(answer).filter((member) => internal.includes(member as keyof RunState))).toEqual([]);
        for (const node of Object.values(answer.nodes))
          expect(Object.keys(node)).not.toEqual(
            expect.arrayContaining([expect.stringMatching(/^(fence|tries|acted|probe)$/)]),
          );
      }),
      { numRuns: 20 },
    );
  });
});
