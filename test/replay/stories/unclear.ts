// Outcomes that nobody knows for certain, results that come too late, targets whose circuit breaker is open.
import { ben, type Story } from '../scene.ts';
import { shell, undo } from './ends.ts';

const http = 'uses: http.request, with: { url: "https://api.example.com/status" }';
const probed = 'uses: shell.run, with: { command: [/bin/do], probe: [/bin/did] }, replay: probe';
const verify = 'verify: { uses: http.request, with: { url: "https://api.example.com" }, until: "true", within: 1m }';

export const unclear: readonly Story[] = [
  {
    name: 'outcome-unknown',
    about:
      'Workers are lost: one step is repeated, one is probed, one is a matter for people, who say that it is done.',
    async tell(scene) {
      scene.book('do', [`id: safe, ${http}`, `id: probed, ${probed}`, `id: asked, ${shell}, replay: ask`]);
      await scene.start('do');
      await scene.lose(scene.run(), 'safe');
      await scene.succeed(scene.run(), 'safe');
      await scene.lose(scene.run(), 'probed');
      await scene.succeed(scene.run(), 'probed', 'it had');
      await scene.lose(scene.run(), 'asked');
      await scene.later(60_000);
      await scene.command('done', scene.run(), { step: 'asked', reason: 'seen in the log' });
    },
  },
  {
    name: 'probe-cannot-tell',
    about: 'A timeout, a probe that cannot tell; people order the step once more.',
    async tell(scene) {
      scene.book('do', [`id: a, ${probed}`]);
      await scene.start('do');
      await scene.fail(scene.run(), 'a', 'timeout');
      await scene.fail(scene.run(), 'a', 'unknown_outcome');
      await scene.command('retry', scene.run(), { step: 'a' });
      await scene.succeed(scene.run(), 'a');
    },
  },
  {
    name: 'late-result',
    about: 'A worker that was given up reports after all: its step was repeated by another.',
    async tell(scene) {
      scene.book('do', [`id: a, ${http}`, `id: b, ${shell}`]);
      await scene.start('do');
      const lost = await scene.lose(scene.run(), 'a');
      await lost.report();
      await scene.succeed(scene.run(), 'a');
      await scene.succeed(scene.run(), 'b');
    },
  },
  {
    name: 'held',
    about: 'The target of a step failed again and again: the step is held while its circuit breaker is open.',
    async tell(scene) {
      scene.book('do', [`id: a, target: db-1, ${shell}`]);
      await scene.openBreaker('db-1');
      await scene.start('do');
      await scene.later(40_000);
      await scene.succeed(scene.run(), 'a');
    },
  },
  {
    name: 'verified',
    about: 'An action is done and its verification cut off and repeated; the next one is not verified and is undone.',
    async tell(scene) {
      scene.book('do', [
        `id: a, ${shell}, ${undo}, ${verify}`,
        `id: b, ${shell}, ${undo}, ${verify}, onFailure: compensate`,
      ]);
      await scene.start('do');
      await scene.succeed(scene.run(), 'a', { pid: 7 });
      await scene.lose(scene.run(), 'a');
      await scene.succeed(scene.run(), 'a');
      await scene.succeed(scene.run(), 'b');
      await scene.later(60_000);
      await scene.elapse(60_000);
      await scene.fail(scene.run(), 'b', 'conflict');
      await scene.succeed(scene.run(), 'b~undo');
      await scene.succeed(scene.run(), 'a~undo');
    },
  },
  {
    name: 'left-to-people',
    about: 'A step fails and the run stands still until people decide; meanwhile the playbook is halted and released.',
    async tell(scene) {
      scene.book('do', [`id: a, ${shell}, onFailure: escalate`, `id: b, ${shell}`]);
      await scene.start('do');
      await scene.fail(scene.run(), 'a', 'invalid');
      const caller = scene.caller(ben);
      await scene.ask(scene.operations.halt({ ...caller, scope: 'do', reason: 'look first' }));
      await scene.command('retry', scene.run(), { step: 'a' });
      await scene.later(60_000);
      await scene.ask(scene.operations.release({ ...caller, scope: 'do' }));
      await scene.later(1000);
      await scene.succeed(scene.run(), 'a');
      await scene.fail(scene.run(), 'b', 'invalid');
    },
  },
];
