// What single steps do on a real engine: order, conditions, retries, limits of time, verification, output, failures.
import { expect, it } from 'vitest';
import { get, on, post } from '../support/given-texts.ts';
import { onBothQueues } from '../support/on-both-queues.ts';

onBothQueues('steps', (engine) => {
  engine.playbook('two-steps', `  - { id: a, ${get('/a')} }\n  - { id: b, ${get('/b')} }`, on('TwoSteps'));

  it('take an alert to success, one after the other', async () => {
    const target = await engine.target();
    await engine.alert({ alertname: 'TwoSteps', target });
    const [started] = await engine.started('two-steps');
    const run = await engine.reaches(started?.runId ?? '', 'succeeded');
    expect(target.paths()).toEqual(['/a', '/b']);
    expect(run.trigger).toMatchObject({ type: 'alert', source: 'alertmanager' });
    const stream = await engine.stream(run.incidentId);
    expect(stream.map(({ type }) => type)).toEqual([
      ...['incident.opened', 'alert.received', 'run.started'],
      ...['step.started', 'step.succeeded', 'step.started', 'step.succeeded', 'run.succeeded'],
    ]);
  });
});
