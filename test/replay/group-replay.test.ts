// Every history of an alert group that any version has written still means what it meant: it is read, folded and told.
import { expect, describe as group, it } from 'vitest';
import { verifyChain } from '../../src/core/timeline/chain.ts';
import { describe } from '../../src/core/timeline/describe.ts';
import { foldGroup } from '../../src/core/timeline/fold-stream.ts';
import { holdGroup } from '../../src/core/timeline/hold-group.ts';
import { readEvent } from '../../src/core/timeline/read-event.ts';
import { groupStories, recordGroup } from './group-history.ts';
import { jsonText } from './json-text.ts';
import { next, readGroupHistories, readVocabularies } from './recorder.ts';
import { currentVocabulary } from './vocabulary.ts';

const all = readGroupHistories();

group.each(all)('the history of an alert group $version/$file', ({ version, history }) => {
  const streamId = history.events[0]?.streamId ?? '';

  it('is a whole chain of events that can all be read and told', async () => {
    expect(await verifyChain(streamId, history.events, null)).toMatchObject({ outcome: 'ok' });
    for (const event of history.events) {
      expect([event.type, readEvent(event).outcome]).toEqual([event.type, 'known']);
      expect(describe(event).text).not.toMatch(/undefined|unknown event|unreadable event/);
    }
  });

  it('folds to the state that was recorded, which its events vouch for', async () => {
    const folded = foldGroup(history.events);
    expect(folded).toMatchObject(history.end.group);
    const last = history.events.at(-1);
    if (!folded || !last) throw new Error('a history has events, the first of which opens the group');
    const claim = { streamId, head: { version: last.seq, hash: last.hash }, group: folded };
    expect(await holdGroup(history.events, claim)).toEqual({ outcome: 'ok', group: folded });
    const edited = { ...folded, incidentId: 'inc_forged' };
    expect(await holdGroup(history.events, { ...claim, group: edited })).toMatchObject({ outcome: 'bad' });
  });

  it('folds when no event has more than the fields it must have', () => {
    const vocabulary = currentVocabulary();
    const bare = history.events.map((event) => ({
      ...event,
      data: Object.fromEntries(
        Object.entries(event.data).filter(([name]) => vocabulary[event.type]?.[`data.${name}`]?.required),
      ),
    }));
    for (const event of bare) {
      expect([event.type, readEvent(event).outcome]).toEqual([event.type, 'known']);
      expect(describe(event).text).not.toContain('undefined');
    }
    expect(foldGroup(bare)).not.toBe(null);
  });

  it('goes on past an event that this version does not know, or cannot read', () => {
    const [first] = history.events;
    if (!first) throw new Error('a history has events');
    const foreign = [
      { ...first, type: 'group.polished', data: {} },
      { ...first, type: 'group.released', data: { fingerprints: 7 } },
    ];
    expect(foldGroup([...foreign, ...history.events, ...foreign])).toEqual(foldGroup(history.events));
  });

  it('says which version wrote it', () => {
    if (version !== next) expect(history.firebreak).toBe(version);
    expect(history.firebreak).toMatch(/^\d+\.\d+\.\d+/);
  });
});

group('the histories of alert groups', () => {
  it('are there for no version that has not recorded its vocabulary', () => {
    const released = new Set([...readVocabularies().map(({ version }) => version), next]);
    expect(all.filter(({ version }) => !released.has(version))).toEqual([]);
    expect(all).not.toEqual([]);
  });
});

it.each(groupStories)('the story $name of an alert group told twice is the same history', async (story) => {
  const told = await recordGroup(story, '0.0.0');
  expect(await recordGroup(story, '0.0.0')).toEqual(told);
  expect(JSON.parse(jsonText(told, 5))).toEqual(told);
});
