// When an event of Slack's is acknowledged: once it was dealt with, whatever Bolt would do by itself. And which events are our own doing.
import type { App } from '@slack/bolt';
import type { HeardEvent } from './surface.ts';

const isEvent = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'type' in body && body.type === 'event_callback';

/**
 * Processes requests as Bolt does, except that an event is acknowledged by whoever dealt with it: Bolt would do so before anything is done
 * about it, and a process that dies then loses it. Rejects for an event that nobody acknowledged, which Slack then tells again.
 */
export const acknowledgingLate =
  (process: App['processEvent']): App['processEvent'] =>
  async (request) => {
    if (!isEvent(request.body)) return process(request);
    let isAcknowledged = false;
    const acknowledge = async (): Promise<void> => {
      isAcknowledged = true;
      await request.ack();
    };
    const customProperties = { ...request.customProperties, acknowledge };
    await process({ ...request, ack: async () => undefined, customProperties });
    if (!isAcknowledged) throw new Error('an event of Slack could not be dealt with; it is to come again');
  };

/** Acknowledges an event that was held back so. */
export async function acknowledgeEvent(context: { readonly [name: string]: unknown }): Promise<void> {
  const { acknowledge } = context;
  if (typeof acknowledge === 'function') await (acknowledge as () => Promise<void>)();
}

/** Tells what our own bot wrote or did. */
export const isOwnOf =
  ({ botUserId, botId }: { readonly botUserId?: string; readonly botId?: string }): HeardEvent['isOwn'] =>
  ({ user, bot_id: bot }) =>
    (user !== undefined && user === botUserId) || (bot !== undefined && bot === botId);
