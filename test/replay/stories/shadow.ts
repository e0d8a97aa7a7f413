// Versions in shadow, which decide beside the live one.
import type { Story } from '../scene.ts';
import { alertOf } from './alert.ts';

export const shadow: readonly Story[] = [
  {
    name: 'incident-with-a-version-in-shadow',
    about:
      'A version in shadow decides otherwise than the live one about an alert; one that would do the same decides so.',
    async tell(scene) {
      const triggers = 'triggers: [{ source: "*" }]\n';
      scene.book('calm', ['id: a, uses: wait, with: { for: 1s }'], triggers);
      scene.shadow('calm', ['id: a, uses: wait, with: { for: 1s }'], triggers);
      scene.book('restart', ['id: a, uses: wait, with: { for: 1s }'], triggers);
      scene.shadow(
        'restart',
        ['id: a, uses: wait, with: { for: 2s }', 'id: b, uses: wait, with: { for: 1s }, approval: { from: ["@sre"] }'],
        triggers,
      );
      // What is tried is read before an alert comes.
      await scene.settle();
      await scene.deliver(alertOf('checkout'));
      await scene.later(10_000);
    },
  },
];
