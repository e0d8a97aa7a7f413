// Every history that any version has written still means what it meant: it is read, folded, shown, exported, and goes on.
import { generateKeyPairSync } from 'node:crypto';
import { expect, describe as group, it } from 'vitest';
import { actionTraits } from '../../src/actions/registry.ts';
import { type StoredEvent, systemActor } from '../../src/core/events.ts';
import { Playbook } from '../../src/core/playbook/playbook.ts';
import { decide } from '../../src/core/run/decide.ts';
import { poolsToWake, waitingFor, wakeAt } from '../../src/core/run/owed.ts';
import { isTerminal, type RunState } from '../../src/core/run/state.ts';
import { addMs } from '../../src/core/time.ts';
import { verifyChain } from '../../src/core/timeline/chain.ts';
import { describe } from '../../src/core/timeline/describe.ts';
import { foldStream } from '../../src/core/timeline/fold-stream.ts';
import { signerOf } from '../../src/core/timeline/key-text.ts';
import { eventTypes, readEvent } from '../../src/core/timeline/read-event.ts';
import { exportFormats, exportTimeline } from '../../src/engine/record/export-timeline.ts';
import type { History } from './history.ts';
import {
  next,
  readGroupHistories,
  readHistories,
  readPlaybookHistories,
  readSystemHistories,
  readVocabularies,
} from './recorder.ts';
import { currentVocabulary, type Vocabulary } from './vocabulary.ts';

const all = readHistories();
const streamOf = ({ events: [first] }: History) => first?.streamId ?? '';
const prefixes = ({ events }: History) => events.map((_, n) => events.slice(0, n + 1));
const signer = signerOf(generateKeyPairSync('ed25519').privateKey);

/** Playbooks as they come out of the store. */
const playbooksOf = ({ playbooks }: History) =>
  new Map(Object.entries(playbooks).map(([digest, stored]) => [digest, Playbook.parse(stored)]));

function pinned(books: ReadonlyMap<string, Playbook>, run: RunState): Playbook {
  const book = books.get(run.playbook.digest);
  if (!book) throw new Error(`the history has no playbook ${run.playbook.digest}`);
  return book;
}

/** Looks at every run that has not ended, as a worker with room would. */
function goOn(events: readonly StoredEvent[], books: ReadonlyMap<string, Playbook>, at: string): void {
  const { runs } = foldStream(events);
  for (const run of runs.values()) {
    if (isTerminal(run.status)) continue;
    const decision = decide(
      run,
      { type: 'advance' },
      {
        at,
        actor: systemActor,
        playbook: pinned(books, run),
        traits: actionTraits,
        offer: { worker: 'wrk_1', pool: 'default', capacity: 100 },
        library: (name) => [...books.values()].find((book) => book.name === name),
        spareRunId: 'run_00000000000000000000000zzz',
        children: (id) => {
          const child = runs.get(id);
          return child && { run: child, playbook: pinned(books, child) };
        },
      },
    );
    expect(decision.ok).toBe(true);
    expect(waitingFor(run)).not.toEqual([]);
  }
}

group.each(all)('the history $version/$file', ({ version, history }) => {
  it('is a whole chain of events that can all be read', async () => {
    expect(await verifyChain(streamOf(history), history.events, null)).toMatchObject({ outcome: 'ok' });
    for (const event of history.events) expect([event.type, readEvent(event).outcome]).toEqual([event.type, 'known']);
  });

  it('folds to the state that was recorded', () => {
    const { incident, runs } = foldStream(history.events);
    const { end } = history;
    // Part by part: a later version may have given the state another member, with a default that no old event contradicts. What was
    // recorded must be there as it was; lists are compared whole.
    expect(incident).toMatchObject(end.incident);
    expect([...runs.keys()].sort()).toEqual(Object.keys(end.runs).sort());
    for (const [id, { state }] of Object.entries(end.runs)) expect(runs.get(id)).toMatchObject(state);
  });

  it('wants attention when and where it was recorded to', () => {
    const books = playbooksOf(history);
    for (const [id, run] of foldStream(history.events).runs) {
      const changedAt = history.events.findLast(({ data }) => data['runId'] === id)?.at ?? '';
      const { wakeAt: recorded, pools } = history.end.runs[id] ?? {};
      const book = pinned(books, run);
      expect({ wakeAt: wakeAt(run, book, changedAt), pools: poolsToWake(run, book) }).toEqual({
        wakeAt: recorded,
        pools,
      });
    }
  });

  it('goes on from every point, at once and after a day', () => {
    const books = playbooksOf(history);
    for (const events of prefixes(history)) {
      const at = events.at(-1)?.at ?? '';
      goOn(events, books, at);
      goOn(events, books, addMs(at, 24 * 60 * 60_000));
    }
  });

  it('goes on from every point when no event has more than the fields it must have', () => {
    const books = playbooksOf(history);
    const vocabulary = currentVocabulary();
    const events = history.events.map((event) => ({ ...event, data: bare(event, vocabulary) }));
    for (const event of events) {
      expect([event.type, readEvent(event).outcome]).toEqual([event.type, 'known']);
      expect(describe(event).text).not.toContain('undefined');
    }
    for (const start of prefixes({ ...history, events })) goOn(start, books, start.at(-1)?.at ?? '');
  });

  it('is told in words and exported in every form', async () => {
    for (const event of history.events)
      expect(describe(event).text).not.toMatch(/undefined|unknown event|unreadable event/);
    const deps = {
      events: {
        readStream: async function* () {
          yield* history.events;
        },
      },
      artifacts: { get: async () => null },
      checkpoints: { ofStream: async () => null },
      signer: () => signer,
    };
    for (const format of exportFormats) {
      const file = await exportTimeline(deps, streamOf(history), format);
      expect(file?.content.length).toBeGreaterThan(100);
    }
  });

  it('says which version wrote it', () => {
    if (version !== next) expect(history.firebreak).toBe(version);
    expect(history.firebreak).toMatch(/^\d+\.\d+\.\d+/);
  });
});

/** The data of an event without every field that may be missing. */
function bare({ type, data }: StoredEvent, vocabulary: Vocabulary): StoredEvent['data'] {
  const fields = vocabulary[type] ?? {};
  return Object.fromEntries(Object.entries(data).filter(([name]) => fields[`data.${name}`]?.required));
}

group('the histories', () => {
  it('have every event type of this version in them', () => {
    const seen = new Set(
      [...all, ...readGroupHistories(), ...readSystemHistories(), ...readPlaybookHistories()].flatMap(({ history }) =>
        history.events.map(({ type }) => type),
      ),
    );
    const missing = eventTypes
      .filter((type) => !seen.has(type))
      .map(
        (type) =>
          `${type} is in no history: add what leads to it to a story of its own in test/replay/stories (of an alert group: in test/replay/group-history.ts; of the system stream: in test/replay/system-history.ts; of a playbook: in test/replay/playbook-history.ts), run \`node test/replay/record.mjs\` and commit what it writes`,
      );
    expect(missing).toEqual([]);
  });

  it('are there for every version that has recorded its vocabulary, and no other', () => {
    const versions = new Set(all.map(({ version }) => version));
    versions.delete(next);
    expect([...versions].sort()).toEqual(
      readVocabularies()
        .map(({ version }) => version)
        .sort(),
    );
    expect(versions).toContain('0.1.0');
  });
});
