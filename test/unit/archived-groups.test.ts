// Alert groups leave for an archive as incidents do: what says so needs no number, and a group that holds something again stays.
import { describe, expect, it } from 'vitest';
import { archivedIn, archiveFile } from '../../src/core/system/archived.ts';
import { addMs } from '../../src/core/time.ts';
import { describe as describeEvent } from '../../src/core/timeline/describe.ts';
import { alertStory } from '../support/engine/alert-story.ts';
import { ana } from '../support/given/given.ts';
import { minute } from '../support/given/incident.ts';
import { principalOf } from '../support/given/principals.ts';

const grouped = 'groups: [{ name: by-service, by: [service], wait: 0s, threshold: { count: 3, within: 10m } }]';

async function groupAtRest() {
  const story = alertStory(grouped);
  await story.fires('a', { labels: { service: 'checkout' } });
  await story.resolves('a', { labels: { service: 'checkout' } });
  await story.passes(30 * minute);
  const [group] = story.world.tables.groups.values();
  if (!group) throw new Error('there is no group');
  const { id } = group.group;
  const leave = (head = group.head) =>
    story.engine.operations.archiveStream({
      ...{ principal: principalOf(ana), cause: 'cmd_1', streamId: id, number: null, head, digest: 'd', alerts: [] },
      file: archiveFile({ id, number: null }),
    });
  return { story, id, leave };
}

describe('an alert group that leaves', () => {
  it('is recorded with the end at which it left, without a number', async () => {
    const { story, id, leave } = await groupAtRest();
    expect(await leave()).toMatchObject({ ok: true });
    const events = story.events().filter(({ type }) => type === 'stream.archived');
    expect(events.map(({ data }) => data)).toMatchObject([{ streamId: id, file: `alert-group.${id}.bundle.json` }]);
    expect(archivedIn(events)).toMatchObject([{ streamId: id, number: null, isPrivate: false }]);
    const [event] = events;
    if (event) expect(describeEvent(event).text).toContain(`archived the alert group ${id} (`);
  });

  it('stays where it holds something again, or has moved on since its archive was written', async () => {
    const { story, leave } = await groupAtRest();
    expect(await leave({ version: 1, hash: 'x' })).toMatchObject({ ok: false, error: { code: 'wrong_state' } });
    await story.fires('b', { labels: { service: 'checkout' }, startsAt: addMs(story.world.at, 0) });
    const answer = await leave();
    expect(answer.ok || answer.error.message).toMatch(/holds something again/);
  });
});
