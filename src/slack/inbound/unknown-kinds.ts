// Requests of a kind that Bolt does not know: it leaves them unanswered, so that Slack shows a failure, or sends them again. They are
// acknowledged here, before Bolt, and nothing is done. Holds no rule about the kinds that are known.
import type { App } from '@slack/bolt';
import type { Log } from '../../ports/runtime.ts';

/** The kinds that name themselves. */
const named = new Set([
  'block_actions',
  'block_suggestion',
  'dialog_submission',
  'interactive_message',
  'message_action',
  'shortcut',
  'view_closed',
  'view_submission',
]);

/** Whether Bolt finds out what a body is. */
function isKnown({ event, command, type }: { readonly [name: string]: unknown }): boolean {
  if (event !== undefined) return typeof event === 'object' && event !== null;
  return typeof command === 'string' || (typeof type === 'string' && named.has(type));
}

/** Makes an app answer what it does not know. */
export function answerUnknownKinds(app: Pick<App, 'processEvent'>, log: Log): void {
  const known = app.processEvent.bind(app);
  app.processEvent = async (event) => {
    if (isKnown(event.body)) return known(event);
    log.warn({ type: event.body['type'] }, 'Slack sent something of an unknown kind; nothing was done');
    await event.ack();
  };
}
