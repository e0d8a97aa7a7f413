// What a run does besides one step after the other.
import type { Story } from '../scene.ts';
import { alertOf } from './alert.ts';
import { shell, undo } from './ends.ts';

export const flow: readonly Story[] = [
  {
    name: 'for-each',
    about: 'A step runs for each item of a list, two at a time; one item fails, is retried, and all are undone.',
    async tell(scene) {
      const each = `forEach: { items: "['x', 'y', 'z']", maxParallel: 2 }, target: "\${{ item }}"`;
      scene.book('roll', [`id: a, ${each}, ${shell}, ${undo}`, `id: b, ${shell}`]);
      await scene.start('roll');
      await scene.succeed(scene.run(), 'a#1', 'two');
      await scene.fail(scene.run(), 'a#0', 'invalid');
      await scene.succeed(scene.run(), 'a#2', 'three');
      await scene.command('retry', scene.run());
      await scene.succeed(scene.run(), 'a#0', 'one');
      await scene.succeed(scene.run(), 'b');
      await scene.command('compensate', scene.run());
      for (const item of ['a#0', 'a#2', 'a#1']) await scene.succeed(scene.run(), `${item}~undo`);
    },
  },
  {
    name: 'waits',
    about: 'A timer, a signal that carries something, one that came before it was waited for, one that never comes.',
    async tell(scene) {
      scene.book('wait', [
        'id: timer, uses: wait, with: { for: 3m }',
        'id: go, uses: wait, with: { signal: go, atMost: 10m }',
        'id: early, uses: wait, with: { signal: early, atMost: 10m }',
        'id: never, uses: wait, with: { signal: never, atMost: 5m }, onFailure: continue',
      ]);
      await scene.start('wait');
      await scene.signal(scene.run(), 'early', 1);
      await scene.later(4 * 60_000);
      await scene.signal(scene.run(), 'go', { by: 'ci', build: 7 });
      await scene.later(10 * 60_000);
    },
  },
  {
    name: 'waits-for-the-end-of-its-alert',
    about: 'A run goes on when the alert that started it is resolved.',
    async tell(scene) {
      const waits = 'id: a, uses: wait, with: { alertResolved: true, atMost: 1h }';
      scene.book('watch', [waits, `id: b, ${shell}`], 'triggers: [{ source: alertmanager }]\n');
      await scene.deliver(alertOf('checkout'));
      await scene.later(120_000);
      await scene.deliver(alertOf('checkout', { status: 'resolved' }));
      await scene.succeed(scene.run(), 'b');
    },
  },
  {
    name: 'skipped',
    about: 'A condition does not hold; a condition cannot be evaluated.',
    async tell(scene) {
      scene.book('maybe', [
        `id: a, ${shell}`,
        `id: b, ${shell}, if: "steps.a.output == 'slow'"`,
        `id: c, ${shell}, if: "steps.a.output.state == 'slow'"`,
      ]);
      await scene.start('maybe');
      await scene.succeed(scene.run(), 'a', 'fast');
    },
  },
  {
    name: 'queued',
    about: 'One run at a time: others queue and are admitted, are skipped, or take the place of the one before.',
    async tell(scene) {
      scene.book('first', [`id: a, ${shell}`], 'concurrency: { key: db, onConflict: queue }\n');
      scene.book('second', [`id: a, ${shell}`], 'concurrency: { key: db, onConflict: skip }\n');
      scene.book('third', [`id: a, ${shell}`], 'concurrency: { key: db, onConflict: cancel }\n');
      await scene.start('first');
      const holder = scene.run();
      await scene.start('first');
      const next = scene.run();
      await scene.start('second');
      await scene.succeed(scene.tables.runs.get(holder.runId)?.state ?? holder, 'a');
      await scene.start('third');
      await scene.succeed(scene.tables.runs.get(next.runId)?.state ?? next, 'a');
      await scene.succeed(scene.run('third'), 'a');
    },
  },
  {
    name: 'called-playbook',
    about: 'Another playbook carries out a step; its outputs are taken over; it is undone together with the run.',
    async tell(scene) {
      scene.book('inner', [`id: i, ${shell}, ${undo}`], 'outputs: { answer: steps.i.output }\n');
      scene.book('outer', [
        'id: a, uses: playbook, with: { playbook: inner }',
        `id: b, ${shell}, onFailure: compensate`,
      ]);
      await scene.start('outer');
      await scene.succeed(scene.run('inner'), 'i', 42);
      await scene.fail(scene.run('outer'), 'b', 'invalid');
      await scene.succeed(scene.run('inner'), 'i~undo');
    },
  },
  {
    name: 'called-playbook-that-fails',
    about: 'A called run fails, and another is cancelled together with the run that called it.',
    async tell(scene) {
      scene.book('inner', [`id: i, ${shell}, ${undo}`, `id: j, ${shell}`]);
      scene.book('outer', ['id: a, uses: playbook, with: { playbook: inner }']);
      await scene.start('outer');
      await scene.succeed(scene.run('inner'), 'i');
      await scene.fail(scene.run('inner'), 'j', 'invalid');
      await scene.start('outer');
      await scene.command('cancel', scene.run('outer'));
      await scene.succeed(scene.run('inner'), 'i');
    },
  },
  {
    name: 'under-way',
    about:
      'Runs that have not ended: running, waiting for a retry, a decision, a signal, a called run, a queue, paused.',
    async tell(scene) {
      scene.book('running', [`id: a, ${shell}`], 'concurrency: { key: db }\n');
      scene.book('retrying', ['id: a, uses: http.request, with: { url: "https://api.example.com" }']);
      scene.book('asking', [`id: a, ${shell}, risk: high, approval: { from: ["@sre"], escalate: ["@lead"] }`]);
      scene.book('unclear', [`id: a, ${shell}`]);
      scene.book('waiting', ['id: a, uses: wait, with: { signal: go }'], 'sla: { completeWithin: 1h }\n');
      scene.book('calling', ['id: a, uses: playbook, with: { playbook: asking }']);
      await scene.start('unclear');
      await scene.lose(scene.run('unclear'), 'a');
      for (const name of ['running', 'running', 'asking', 'waiting', 'calling', 'retrying']) await scene.start(name);
      await scene.fail(scene.run('retrying'), 'a', 'transient');
      await scene.start('unclear');
      await scene.command('pause', scene.run());
    },
  },
];
