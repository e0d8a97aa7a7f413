// The stretches of a run's steps as the swimlane draws them, told as stories.
import { expect, it } from 'vitest';
import { allSteps } from '../../src/core/playbook/playbook.ts';
import { runLanes } from '../../src/core/timeline/run-lanes.ts';
import { ana, ben, playbook, Story, start } from '../support/given/given.ts';

it('what comes late to a run that has ended begins no stretch that never ends', () => {
  const http = 'uses: http.request, with: { url: "https://example.com" }';
  const run = new Story(playbook(`  - { id: a, ${http}, approval: { from: ["@sre"] } }`));
  const { runId, incidentId, playbook: ref, trigger, incident, deadlineAt } = run.state;
  const steps = allSteps(run.book).map(({ id }) => id);
  const data = {
    runId,
    incidentId,
    playbook: ref,
    trigger,
    incident,
    deadlineAt,
    steps,
    inputs: {},
    env: {},
    alert: null,
  };
  run.when({ type: 'advance' });
  const approvalId = Object.keys(run.state.approvals)[0] ?? '';
  run.when({ type: 'approve', approvalId, as: ['@sre'] }, { actor: ben, worker: null });
  run.later(30_000).when({ type: 'cancel' }, { actor: ana });
  const late = {
    type: 'record_success',
    step: 'a',
    attempt: 1,
    fence: 9,
    worker: 'w9',
    output: null,
    artifacts: [],
  } as const;
  expect(run.when(late)).toEqual(['step.late_result a']);
  const lanes = runLanes();
  lanes.add({ type: 'run.started', at: start, actor: ana, data });
  for (const event of run.events) lanes.add(event);
  const [lane] = lanes.all();
  expect(lane?.state.status).toBe('cancelled');
  expect(lane?.spansOf('a').items.length).toBeGreaterThan(0);
  expect([...(lane?.allSpans() ?? [])].filter(({ to }) => to === null)).toEqual([]);
});
