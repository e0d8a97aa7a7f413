// Every history of a playbook's versions that any version has written still means what it meant: it is read, folded and told.
import { expect, describe as group, it } from 'vitest';
import { verifyChain } from '../../src/core/timeline/chain.ts';
import { describe } from '../../src/core/timeline/describe.ts';
import { foldPlaybookLife } from '../../src/core/timeline/fold-stream.ts';
import { holdPlaybookLife } from '../../src/core/timeline/hold-playbook-life.ts';
import { readEvent } from '../../src/core/timeline/read-event.ts';
import { jsonText } from './json-text.ts';
import { playbookStories, recordPlaybook } from './playbook-history.ts';
import { readPlaybookHistories } from './recorder.ts';

const all = readPlaybookHistories();

group.each(all)('the history of a playbook $version/$file', ({ history }) => {
  const { events } = history;
  const [first] = events;
  if (!first) throw new Error('a history has events');

  it('is a whole chain of events that can all be read and told', async () => {
    expect(await verifyChain(first.streamId, events, null)).toMatchObject({ outcome: 'ok' });
    for (const event of events) {
      expect([event.type, readEvent(event).outcome]).toEqual([event.type, 'known']);
      expect(describe(event).text).not.toMatch(/undefined|unknown event|unreadable event/);
    }
  });

  it('folds to the life that was recorded, which its events vouch for', async () => {
    const life = foldPlaybookLife(events);
    expect(life).toMatchObject(history.end.life);
    const last = events.at(-1);
    if (!life || !last) throw new Error('a history has events');
    const claim = { streamId: first.streamId, head: { version: last.seq, hash: last.hash }, life };
    expect(await holdPlaybookLife(events, claim)).toEqual({ outcome: 'ok', life });
    const edited = { ...life, wasLive: ['sha256:forged'] };
    expect(await holdPlaybookLife(events, { ...claim, life: edited })).toMatchObject({ outcome: 'bad' });
  });

  it('goes on past an event that this version does not know, or cannot read', () => {
    const foreign = [
      { ...first, type: 'playbook.polished', data: {} },
      { ...first, type: 'playbook.retired', data: { playbook: 7 } },
    ];
    expect(foldPlaybookLife([...foreign, ...events, ...foreign])).toEqual(foldPlaybookLife(events));
  });
});

it.each(playbookStories)('the story $name of a playbook told twice is the same history', async (story) => {
  const told = await recordPlaybook(story, '0.0.0');
  expect(await recordPlaybook(story, '0.0.0')).toEqual(told);
  expect(JSON.parse(jsonText(told, 5))).toEqual(told);
});
