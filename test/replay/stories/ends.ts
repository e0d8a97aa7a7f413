// Every way in which a run ends for good.
import { ben } from '../../support/given/given.ts';
import type { Story } from '../scene.ts';
import { alertOf } from './alert.ts';

export const shell = 'uses: shell.run, with: { command: [/bin/true] }';
export const undo = 'compensate: { uses: shell.run, with: { command: [/bin/undo] } }';
const http = 'uses: http.request, with: { url: "https://api.example.com/restart", method: GET }';

const drilled = [
  'move',
  [`id: a, ${shell}, ${undo}, risk: high, approval: { from: ["@sre"] }`],
  'inputs: { host: { type: string, default: live-1 } }\ndrill: { inputs: { host: drill-1 } }\n',
] as const;

export const ends: readonly Story[] = [
  {
    name: 'succeeded',
    about: 'An alert starts a run with inputs and environment; it keeps evidence and ends with outputs.',
    async tell(scene) {
      scene.book(
        'restart',
        [
          `id: look, ${http}, capture: [{ name: status.json, from: output }]`,
          'id: act, uses: shell.run, target: "${{ inputs.service }}", with: { command: [/bin/restart, "${{ inputs.service }}", "${{ env.REGION }}"] }',
        ],
        'env: [REGION]\ntriggers: [{ source: alertmanager }]\ninputs: { service: { type: string, from: alert.service } }\noutputs: { answer: steps.act.output }\n',
      );
      await scene.deliver(alertOf('checkout'));
      await scene.succeed(scene.run(), 'look', { state: 'slow', replicas: [1, 2] });
      await scene.succeed(scene.run(), 'act', 'restarted');
      await scene.deliver(alertOf('checkout', { status: 'resolved', endsAt: scene.at }));
    },
  },
  {
    name: 'drill-that-passed',
    about: 'A drill asks, succeeds, is undone and has passed.',
    async tell(scene) {
      scene.book(...drilled);
      await scene.drill('move', 'game day');
      await scene.decide('approve', scene.run(), ben);
      await scene.succeed(scene.run(), 'a');
      await scene.succeed(scene.run(), 'a~undo');
    },
  },
  {
    name: 'drill-that-failed',
    incidents: 2,
    about: 'What a drill has done cannot be undone: it has failed, whatever people mend afterwards.',
    async tell(scene) {
      scene.book(...drilled);
      await scene.drill('move');
      await scene.decide('approve', scene.run(), ben);
      await scene.succeed(scene.run(), 'a');
      await scene.fail(scene.run(), 'a~undo', 'invalid');
      await scene.command('retry', scene.run());
      await scene.succeed(scene.run(), 'a~undo');
    },
  },
  {
    name: 'failed-and-retried',
    about: 'Tries are used up, the run fails; people retry it and it succeeds.',
    async tell(scene) {
      const retry = 'retry: { maxAttempts: 3, baseDelay: 10s, maxDelay: 1m }';
      scene.book('fetch', [`id: look, ${http}, ${retry}`, `id: act, ${shell}`]);
      await scene.start('fetch', {}, 'it is slow');
      await scene.fail(scene.run(), 'look', 'transient');
      await scene.later(10_000);
      await scene.fail(scene.run(), 'look', 'rate_limited', { retryAfterMs: 30_000 });
      await scene.later(30_000);
      await scene.fail(scene.run(), 'look', 'transient');
      await scene.later(60_000);
      await scene.command('retry', scene.run(), { reason: 'the network is back' });
      await scene.succeed(scene.run(), 'look', 1);
      await scene.fail(scene.run(), 'act', 'auth');
      await scene.command('retry', scene.run(), { step: 'act' });
      await scene.succeed(scene.run(), 'act');
    },
  },
  {
    name: 'failed-for-good',
    about:
      'A target that limits the rate, one that answers nothing that can be understood: the tries are used up, and the final steps run.',
    async tell(scene) {
      const retry = 'retry: { maxAttempts: 2, baseDelay: 10s, maxDelay: 10s }';
      scene.book('fetch', [`id: look, ${http}, ${retry}`], `finally:\n  - { id: z, ${shell} }\n`);
      await scene.start('fetch');
      await scene.fail(scene.run(), 'look', 'rate_limited', { retryAfterMs: 1000 });
      await scene.later(10_000);
      await scene.fail(scene.run(), 'look', 'rate_limited', { retryAfterMs: 1000 });
      await scene.succeed(scene.run(), 'z');
      await scene.command('retry', scene.run());
      await scene.fail(scene.run(), 'look', 'unknown_outcome');
      await scene.later(10_000);
      await scene.fail(scene.run(), 'look', 'unknown_outcome');
    },
  },
  {
    name: 'cancelled-and-finished-again',
    about: 'A cancelled run has its final steps; retried, it succeeds and has them again.',
    async tell(scene) {
      scene.book('clean', [`id: a, ${shell}`, `id: b, ${shell}`], `finally:\n  - { id: z, ${shell} }\n`);
      await scene.start('clean');
      await scene.command('cancel', scene.run(), { reason: 'wrong service' });
      await scene.succeed(scene.run(), 'a');
      await scene.succeed(scene.run(), 'z');
      await scene.command('retry', scene.run());
      await scene.succeed(scene.run(), 'b');
      await scene.fail(scene.run(), 'z', 'invalid');
    },
  },
  {
    name: 'cancelled-before-the-end',
    about: 'A run that is paused, resumed and cancelled, with a request that is withdrawn.',
    async tell(scene) {
      scene.book('ask', [`id: a, ${shell}, risk: high, approval: { from: ["@sre"] }`, `id: b, needs: [], ${shell}`]);
      await scene.start('ask');
      await scene.command('pause', scene.run(), { reason: 'wait for the database' });
      await scene.succeed(scene.run(), 'b');
      await scene.command('resume', scene.run());
      await scene.command('cancel', scene.run());
    },
  },
  {
    name: 'out-of-time',
    about: 'A run that is overdue and then out of time fails.',
    async tell(scene) {
      const asked = `id: a, ${shell}, risk: high, approval: { from: ["@sre"], expiresIn: 2h }`;
      scene.book('slow', [asked], 'timeout: 30m\nsla: { completeWithin: 10m }\n');
      await scene.start('slow');
      await scene.later(40 * 60_000);
    },
  },
  {
    name: 'compensated',
    about: 'A failure undoes what was done, the latest first; the final steps come last.',
    async tell(scene) {
      scene.book(
        'move',
        [`id: a, ${shell}, ${undo}`, `id: b, ${shell}, ${undo}`, `id: c, ${shell}, onFailure: compensate`],
        `finally:\n  - { id: z, ${shell} }\n`,
      );
      await scene.start('move');
      await scene.succeed(scene.run(), 'a', 'old');
      await scene.succeed(scene.run(), 'b');
      await scene.fail(scene.run(), 'c', 'conflict');
      await scene.succeed(scene.run(), 'b~undo');
      await scene.succeed(scene.run(), 'a~undo');
      await scene.succeed(scene.run(), 'z');
    },
  },
  {
    name: 'compensation-failed',
    about: 'Undoing fails and stays so; people retry it later and it is compensated. A second one stays failed.',
    async tell(scene) {
      scene.book('move', [`id: a, ${shell}, ${undo}`, `id: b, ${shell}, ${undo}`]);
      for (const mended of [true, false]) {
        await scene.start('move');
        await scene.succeed(scene.run(), 'a');
        await scene.succeed(scene.run(), 'b');
        await scene.command('compensate', scene.run(), { reason: 'it made things worse' });
        await scene.succeed(scene.run(), 'b~undo');
        await scene.fail(scene.run(), 'a~undo', 'invalid');
        if (!mended) return;
        await scene.command('retry', scene.run());
        await scene.succeed(scene.run(), 'a~undo');
      }
    },
  },
];
