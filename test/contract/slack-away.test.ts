// What people do in Slack while Slack does not answer us: it still tells us, and it counts.
import { afterEach, expect, it } from 'vitest';
import { givenEdge } from '../support/given/slack-edge.ts';

let world: Awaited<ReturnType<typeof givenEdge>>;
afterEach(() => world.close());

it('a command that comes while Slack answers nothing counts, if Slack was ever there', async () => {
  world = await givenEdge();
  world.sandbox.addFault({ method: '*', kind: 'http_500', times: 1000 });
  await world.sandbox.command({ user: 'U0ANA', channel: world.channel, text: 'note the cache was emptied' });
  expect(world.events().map(({ type, data }) => [type, 'text' in data ? data.text : ''])).toEqual([
    ['note.added', 'the cache was emptied'],
  ]);
});
