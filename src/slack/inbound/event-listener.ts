// Where Slack's events come in: each is looked up in its list, dealt with, and acknowledged only then. One that could not be dealt with is
// not acknowledged, so that Slack tells it again; the record tells what came twice. Holds no rule.
import type { AllMiddlewareArgs, SlackEventMiddlewareArgs } from '@slack/bolt';
import { acknowledgeEvent, isOwnOf } from './acknowledge-event.ts';
import type { ListenerContext } from './surface.ts';
import { events } from './surfaces.ts';

type Event = Pick<SlackEventMiddlewareArgs & AllMiddlewareArgs, 'event' | 'body' | 'context'>;

/** Deals with one event. */
export async function hearEvent({ event, body, context }: Event, inbound: ListenerContext): Promise<void> {
  const handler = events.get(event.type);
  await handler?.hear({ event, cause: `slack/${body.event_id}`, isOwn: isOwnOf(context) }, inbound);
  await acknowledgeEvent(context);
}
