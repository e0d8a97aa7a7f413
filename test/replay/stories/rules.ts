// What policies and freezes leave in a stream.
import { ben } from '../../support/given/given.ts';
import { policy, rulebook } from '../../support/given/rules.ts';
import type { Story } from '../scene.ts';
import { shell, undo } from './ends.ts';

export const rules: readonly Story[] = [
  {
    name: 'policies',
    about: 'A policy asks people about a start and about a step of low risk, notes an order, and denies a step.',
    async tell(scene) {
      await scene.rule(
        rulebook([
          policy(
            `  - { id: start, at: start, when: inputs.host == "db-1", effect: { requireApproval: { from: ["@sre"] } } }
  - { id: ask, when: target == "db-1", effect: { requireApproval: { from: ["@sre"], quorum: 1, expiresIn: 10m, excludeRequester: true } } }
  - { id: never, when: step.id == "b", effect: { deny: not this one } }
  - { id: noted, at: order, effect: { note: tell the owners } }`,
          ),
        ]),
      );
      scene.book(
        'move',
        [`id: a, ${shell}, ${undo}, target: "\${{ inputs.host }}"`, `id: b, ${shell}`],
        'environment: production\ninputs: { host: { type: string } }\n',
      );
      await scene.start('move', { host: 'db-1' });
      await scene.decide('approve', scene.run(), ben);
      await scene.decide('approve', scene.run(), ben);
      await scene.succeed(scene.run(), 'a');
      await scene.command('compensate', scene.run(), { reason: 'not now' });
    },
  },
  {
    name: 'freezes',
    about: 'A freeze holds a step, and an exception lets it go on; a later run waits for its end.',
    async tell(scene) {
      scene.book('move', [`id: a, ${shell}`, `id: b, ${shell}`]);
      await scene.start('move');
      const from = scene.at;
      const to = new Date(Date.parse(from) + 600_000).toISOString();
      await scene.rule(rulebook([], { freezes: [{ name: 'year-end', reason: 'books close', from, to }] }));
      await scene.succeed(scene.run(), 'a');
      await scene.except(scene.run(), 'customers cannot pay');
      await scene.succeed(scene.run(), 'b');
    },
  },
];
