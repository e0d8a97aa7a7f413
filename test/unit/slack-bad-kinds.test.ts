// What Slack may send that Bolt does not know, through the real Bolt: it is answered, nothing is done, and what is known goes on.
import { App, type ReceiverEvent } from '@slack/bolt';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { answerUnknownKinds } from '../../src/slack/inbound/unknown-kinds.ts';
import { logger } from '../support/given/sandbox.ts';

const receiver = { init: () => undefined, start: async () => undefined, stop: async () => undefined };

/** Sends a body to an app with one button and one shortcut; answers whether it was acknowledged, and what was heard. */
async function send(body: ReceiverEvent['body']): Promise<{ acks: number; heard: readonly string[] }> {
  const app = new App({
    receiver,
    logger,
    convoStore: false,
    authorize: async () => ({ botToken: 'xoxb-x', botId: 'B1', botUserId: 'U1' }),
  });
  const heard: string[] = [];
  app.action('go', async ({ ack }) => {
    heard.push('button');
    await ack();
  });
  answerUnknownKinds(app, pino({ level: 'silent' }));
  let acks = 0;
  const ack = async () => {
    acks += 1;
  };
  await app.processEvent({ body, ack });
  return { acks, heard };
}

const team = { id: 'T1', domain: 'x' };

it('a payload of an unknown kind is acknowledged, and nothing is done', async () => {
  for (const body of [
    { type: 'block_telepathy', team, api_app_id: 'A1' },
    { type: 7 },
    {},
    { name: 'go', team },
    { event: 'message', type: 'event_callback' },
    { event: null },
  ])
    expect(await send(body), JSON.stringify(body)).toEqual({ acks: 1, heard: [] });
});

it('a click goes on to its button', async () => {
  const actions = [{ type: 'button', action_id: 'go', block_id: 'b' }];
  const click = { type: 'block_actions', team, user: { id: 'U2', team_id: 'T1' }, actions };
  expect(await send(click)).toEqual({ acks: 1, heard: ['button'] });
});
