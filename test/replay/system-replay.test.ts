// Every history of the system stream that any version has written still means what it meant: it is read, folded and told.
import { expect, describe as group, it } from 'vitest';
import { redactionTypes } from '../../src/core/redaction/vouched-event.ts';
import { emptySystem } from '../../src/core/system/state.ts';
import { describe } from '../../src/core/timeline/describe.ts';
import { foldSystem } from '../../src/core/timeline/fold-stream.ts';
import { readEvent } from '../../src/core/timeline/read-event.ts';
import { verifyVouchedChain } from '../../src/core/timeline/vouched-chain.ts';
import { jsonText } from './json-text.ts';
import { next, readSystemHistories, readVocabularies } from './recorder.ts';
import { recordSystem, systemStories } from './system-history.ts';
import { currentVocabulary } from './vocabulary.ts';

const all = readSystemHistories();

group.each(all)('the history of the system stream $version/$file', ({ version, history }) => {
  it('is a whole chain of events that can all be read and told', async () => {
    // What was taken out of it is vouched for by the stream itself.
    const redactions = history.events.filter(({ type }) => redactionTypes.has(type));
    const stream = { streamId: 'system', events: history.events, redactions, expected: null };
    expect(await verifyVouchedChain(stream)).toMatchObject({ outcome: 'ok' });
    for (const event of history.events) {
      expect([event.type, readEvent(event).outcome]).toEqual([event.type, 'known']);
      expect(describe(event).text).not.toMatch(/undefined|unknown event|unreadable event/);
    }
  });

  it('folds to the state that was recorded', () => {
    expect(foldSystem(history.events)).toMatchObject(history.end.state);
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
    expect(foldSystem(bare)).not.toEqual(emptySystem);
  });

  it('goes on past an event that this version does not know, or cannot read', () => {
    const [first] = history.events;
    if (!first) throw new Error('a history has events');
    const foreign = [
      { ...first, type: 'switch.polished', data: { scope: '*' } },
      { ...first, type: 'token.revoked', data: { name: 7 } },
    ];
    expect(foldSystem([...foreign, ...history.events, ...foreign])).toEqual(foldSystem(history.events));
  });

  it('says which version wrote it', () => {
    if (version !== next) expect(history.firebreak).toBe(version);
    expect(history.firebreak).toMatch(/^\d+\.\d+\.\d+/);
  });
});

group('the histories of the system stream', () => {
  it('are there for no version that has not recorded its vocabulary', () => {
    const released = new Set([...readVocabularies().map(({ version }) => version), next]);
    expect(all.filter(({ version }) => !released.has(version))).toEqual([]);
    expect(all).not.toEqual([]);
  });
});

it.each(systemStories)('the story $name of the system stream told twice is the same history', async (story) => {
  const told = await recordSystem(story, '0.0.0');
  expect(await recordSystem(story, '0.0.0')).toEqual(told);
  expect(JSON.parse(jsonText(told, 5))).toEqual(told);
});
