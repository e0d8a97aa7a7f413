// Halting and releasing, as orders that are asked about first.
import type { ApiKillSwitch } from '../../../contract/operation.ts';
import { ask } from '../../data/client.ts';
import type { PendingOrder } from '../../kit/confirm-order.tsx';
import { states } from '../../model/states.ts';

const named = (scope: string) => (scope === '*' ? 'all automation' : scope);

/** `All automation is halted`. */
export const haltedText = ({ scope }: Pick<ApiKillSwitch, 'scope'>): string =>
  scope === '*' ? 'All automation is halted' : `${scope} is halted`;

/** Asks whether to release. */
export const releasing = (scope: string): PendingOrder => ({
  title: `Release ${named(scope)}?`,
  effect: 'What waits for it starts at once, and new alerts start playbooks again.',
  label: 'Release',
  give: (reason) => ask('DELETE /kill-switches/:scope', { params: { scope }, body: { reason } }),
  given: `Released: ${named(scope)}`,
});

/** Asks whether to halt. */
export const halting = (scope: string): PendingOrder => ({
  title: `Halt ${named(scope)}?`,
  effect:
    'Steps that run finish; nothing new of it starts until somebody releases it. Alerts are still told to people.',
  label: `Halt ${named(scope)}`,
  isGrave: true,
  reason: 'needed',
  give: (reason) => ask('PUT /kill-switches/:scope', { params: { scope }, body: { reason: reason ?? '' } }),
  given: `Halted: ${named(scope)}`,
  givenState: states.halted,
});
