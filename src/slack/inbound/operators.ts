// Who may give orders to runs from Slack. Approvals have rules of their own, which the engine holds.
import type { Actor } from '../../core/events.ts';
import type { Directory } from '../../ports/operations.ts';
import type { SlackSettings } from '../settings.ts';

/** Why a person may not give orders, in words for them; null: they may. */
export type MayOrder = (actor: Actor) => Promise<string | null>;

/** Asks the directory at the moment of the order; without `operators` in the settings everybody in the workspace may. */
export function createMayOrder(
  { operators }: Pick<SlackSettings, 'operators'>,
  directory: Pick<Directory, 'belongsTo'>,
): MayOrder {
  return async (actor) => {
    if (operators.length === 0 || (await directory.belongsTo(actor, operators)).length > 0) return null;
    return `Not done: only ${operators.join(', ')} may give orders.`;
  };
}
