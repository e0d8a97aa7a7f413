// What metrics say of the calendar and of promises: slots as the record has them, budgets as the last look saw them, exercises apart.
import { expect, it } from 'vitest';
import { attainmentOf, noEvidence } from '../../src/core/slo/budget.ts';
import { ScheduleStory } from '../support/engine/schedule-story.ts';
import { givenMetrics, samplesOf } from '../support/given/metrics.ts';

const textOf = async (metrics: ReturnType<typeof givenMetrics>) => (await metrics.expose(undefined)).text;

it('what is left of an error budget is as the last look saw it, and a promise that nothing was observed of is left out', async () => {
  const metrics = givenMetrics();
  const promised = { subject: 'restart', windowMs: 1000, withinMs: null, target: 0.9 };
  const seen = { real: { good: 9, bad: 1 }, drills: { good: 0, bad: 0 } };
  metrics.setSlo([
    { ...promised, objective: 'success', ...attainmentOf(0.8, { whole: seen, slow: seen, fast: seen }) },
    { ...promised, objective: 'within_sla', ...attainmentOf(0.9, noEvidence) },
  ]);
  const [[labels, left] = ['', 0], ...more] = Object.entries(
    samplesOf(await textOf(metrics), 'firebreak_slo_budget_remaining_ratio'),
  );
  expect([labels, more]).toEqual(['playbook="restart",objective="success"', []]);
  expect(left).toBeCloseTo(0.5);
});

it('slots are counted by what became of them, from what became durable', async () => {
  const metrics = givenMetrics();
  const story = new ScheduleStory('  - { cron: "0 * * * *" }\n');
  const looking = story.world.engine({ worker: 'wrk_counts' }, { metrics });
  for (const at of ['2026-03-02T00:10:00Z', '2026-03-02T05:10:00Z', '2026-03-02T06:00:00Z']) {
    story.world.ms = Date.parse(at);
    await looking.lookAtSchedules();
  }
  expect(samplesOf(await textOf(metrics), 'firebreak_schedule_slots_total')).toEqual({
    'playbook="nightly",outcome="missed"': 5,
    'playbook="nightly",outcome="started"': 1,
  });
});

it('an answered request is measured by its route and by how its status begins', async () => {
  const metrics = givenMetrics();
  metrics.observeRequest({ route: '/api/v1/runs/:id', status: 404, ms: 20 });
  metrics.observeRequest({ route: '/api/v1/runs/:id', status: 410, ms: 30 });
  const text = await textOf(metrics);
  expect(samplesOf(text, 'firebreak_http_request_duration_seconds_count')).toEqual({
    'route="/api/v1/runs/:id",outcome="4xx"': 2,
  });
  expect(
    samplesOf(text, 'firebreak_http_request_duration_seconds_sum')['route="/api/v1/runs/:id",outcome="4xx"'],
  ).toBeCloseTo(0.05);
});
