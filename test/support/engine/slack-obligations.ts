// The half of trap 4 that people see, as the suite and the long suite hold it: whatever happens to an incident, however often the process
// dies between a post and its record and whether the places can be reached or not: at rest no message says that something burns which is over.
import fc from 'fast-check';
import { expect } from 'vitest';
import { owedMessages } from '../../../src/core/incident/obligations.ts';
import { addMs } from '../../../src/core/time.ts';
import { ana, start } from '../given/given.ts';
import { ended, minute, type Past, received } from '../given/incident.ts';
import { givenTelling } from '../given/slack-telling.ts';

const turn = fc.record({
  type: fc.constantFrom('fire', 'again', 'resolve', 'reopen', 'raise', 'lower', 'acknowledge', 'lapse'),
  /** What goes wrong while it is told. */
  fault: fc.constantFrom('none', 'none', 'none', 'kill', 'archived', 'untold'),
});
const story = fc.record({
  severity: fc.integer({ min: 1, max: 4 }),
  channel: fc.option(fc.constantFrom('channel', 'thread', 'line', 'none'), { nil: undefined }),
  turns: fc.array(turn, { minLength: 1, maxLength: 6 }),
  end: fc.constantFrom('incident.resolved', 'incident.closed', 'incident.merged'),
});

const factOf = (type: string, severity: number): readonly Past[] => {
  const repeated = { fingerprint: 'a', count: 2, receipt: 'dlv_1', because: 'the silence is over, and it still fires' };
  switch (type) {
    case 'fire':
      return [received('a')];
    case 'again':
      return [received('a'), { type: 'alert.repeated', data: repeated }];
    case 'resolve':
      return [ended('a'), { type: 'incident.resolved', data: { reason: 'over' } }];
    case 'reopen':
      return [{ type: 'incident.reopened', data: { reason: 'not over' } }];
    case 'raise':
      return [{ type: 'severity.changed', data: { from: severity, to: Math.max(1, severity - 1) } }];
    case 'lower':
      return [{ type: 'severity.changed', data: { from: severity, to: Math.min(4, severity + 1) } }];
    case 'acknowledge':
      return [{ type: 'incident.acknowledged', data: {}, actor: ana }];
    default:
      return [{ type: 'incident.acknowledge_lapsed', data: { by: ana, since: start } }];
  }
};

/** Holds so many stories against the promise. */
export async function holdSlackObligations(stories: number): Promise<void> {
  const id = 'inc_00000000000000000000000007';
  let open = 0;
  let told = 0;
  await fc.assert(
    fc.asyncProperty(story, async ({ severity, channel, turns, end }) => {
      const world = await givenTelling();
      const handling = channel === undefined ? {} : { handling: { channel } };
      const data = { number: 7, title: 'checkout is slow', severity, groupKey: 'group', ...handling };
      const past: Past[] = [{ type: 'incident.opened', data }, received('a')];
      const tell = async (fault: string) => {
        const callOff = fault === 'kill' ? world.loseNext() : null;
        const places = [world.announcements, world.channelOf(id)].filter((place) => place !== undefined);
        const [place] = fault === 'archived' ? places.slice(-1) : [];
        if (place) place.archived = true;
        if (fault !== 'untold')
          await world
            .start()
            .notify(id)
            .catch(() => undefined);
        // It was this turn that was to be cut off, also where it had nothing to post.
        callOff?.();
        // Of two places one comes back; a channel that people have archived does not.
        world.announcements.archived = false;
      };
      world.put(id, ...past);
      await tell('none');
      for (const [n, { type, fault }] of turns.entries()) {
        past.push(...factOf(type, world.incidents.get(id)?.severity ?? severity).map((fact) => later(fact, n)));
        world.put(id, ...past);
        await tell(fault);
      }
      past.push(later(endOf(end), turns.length));
      world.put(id, ...past);
      const atRest = world.start();
      await atRest.notify(id);
      await atRest.notify(id);
      const incident = world.incidents.get(id);
      const owed = incident ? owedMessages(incident, await world.messages.ofIncident(id)) : [];
      told += world.rows.size;
      open += owed.length;
      await world.sandbox.close();
      expect(owed).toEqual([]);
      expect(await world.owed()).toEqual([]);
    }),
    { numRuns: stories, seed: 9 },
  );
  process.stdout.write(`${stories} stories, ${told} messages in Slack, open obligations at rest ${open}\n`);
}

const later = (fact: Past, n: number): Past => ({ ...fact, at: addMs(start, (n + 1) * minute) });

const endOf = (type: 'incident.resolved' | 'incident.closed' | 'incident.merged'): Past =>
  type === 'incident.merged'
    ? { type, data: { into: 'inc_00000000000000000000000008', intoNumber: 8 } }
    : { type, data: { reason: 'over' } };
