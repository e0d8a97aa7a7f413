// Events that this version does not know, or cannot read: they stay in the record, people see them, and what can be read is as it was.
import { generateKeyPairSync } from 'node:crypto';
import { expect, describe as group, it } from 'vitest';
import { replay } from '../../src/cli/record/replay.ts';
import type { StoredEvent } from '../../src/core/events.ts';
import { Playbook } from '../../src/core/playbook/playbook.ts';
import { verifyBundle } from '../../src/core/timeline/bundle.ts';
import { linkEvents, verifyChain } from '../../src/core/timeline/chain.ts';
import { describe } from '../../src/core/timeline/describe.ts';
import { foldStream } from '../../src/core/timeline/fold-stream.ts';
import { signerOf } from '../../src/core/timeline/key-text.ts';
import { type ExportFormat, exportTimeline } from '../../src/engine/record/export-timeline.ts';
import { readHistories } from './recorder.ts';

const all = readHistories();
const streamId = 'inc_1';
const signer = signerOf(generateKeyPairSync('ed25519').privateKey);

type Unplaced = Omit<StoredEvent, 'seq' | 'hash' | 'prevHash' | 'streamId'>;
const foreign = ({ at, actor, cause, data }: Unplaced): Unplaced => ({
  type: 'moon.landed',
  at,
  actor,
  cause,
  data: { runId: data['runId'] ?? null, step: 'a', where: 'Mare Tranquillitatis' },
});
/** A stream with an event of an unknown type after each of its own. */
const withForeign = (events: readonly StoredEvent[]) =>
  linkEvents(
    streamId,
    null,
    events.flatMap((event) => [event, foreign(event)]),
  );

function historyOf(name: string) {
  const found = all.find(({ file }) => file === `${name}.json`);
  if (!found) throw new Error(`there is no history ${name}`);
  return found.history;
}

async function exported(events: readonly StoredEvent[], format: ExportFormat): Promise<string> {
  const deps = {
    events: {
      readStream: async function* () {
        yield* events;
      },
    },
    artifacts: { get: async () => null },
    checkpoints: { ofStream: async () => null },
    signer: () => signer,
  };
  return (await exportTimeline(deps, streamId, format))?.content ?? '';
}

group('an event of an unknown type', () => {
  it.each(all)('changes nothing of what $version/$file folds to', async ({ history }) => {
    const events = withForeign(history.events);
    const own = foldStream(linkEvents(streamId, null, history.events));
    expect(foldStream(events)).toEqual(own);
    expect(await verifyChain(streamId, events, null)).toMatchObject({ outcome: 'ok' });
  });

  const events = withForeign(historyOf('succeeded').events);

  it('is named for people, as something to look at', () => {
    const [, strange] = events;
    expect(strange && describe(strange)).toEqual({ text: 'unknown event moon.landed', tone: 'warning' });
  });

  it.each(['md', 'html', 'csv'] as const)('is a line of the timeline in %s', async (format) => {
    const lines = (await exported(events, format)).split('unknown event moon.landed');
    expect(lines).toHaveLength(events.length / 2 + 1);
  });

  it('is whole in JSON', async () => {
    const { events: kept, timeline } = JSON.parse(await exported(events, 'json'));
    expect(kept).toEqual(events);
    expect(timeline[1]).toMatchObject({ type: 'moon.landed', text: 'unknown event moon.landed', seq: 2 });
  });

  it('is whole in a bundle, which verifies', async () => {
    // Evidence that is not there is not the matter here.
    const bare = withForeign(historyOf('denied').events);
    const text = await exported(bare, 'bundle');
    expect(JSON.parse(text).events).toEqual(bare);
    expect(await verifyBundle(text, [signer.publicKey])).toMatchObject({ outcome: 'ok', events: bare.length });
  });

  it('has no part in a replay, which says so', () => {
    const { end, playbooks } = historyOf('denied');
    const denied = withForeign(historyOf('denied').events);
    const [run] = foldStream(denied).runs.values();
    const [playbook] = Object.values(playbooks);
    if (!run) throw new Error('the history has no run');
    expect(run).toMatchObject(end.runs[run.runId]?.state ?? {});
    const result = replay({ state: run, events: denied, playbook: Playbook.parse(playbook) });
    expect(result).toMatchObject({ folds: true, same: true });
    expect(result.notes[0]).toBe('event 4 has no part in the replay: unknown event moon.landed');
  });
});

group('an event that lacks a field it must have', () => {
  /** The history `denied`, in which the first event of a type has lost one. */
  const lacking = (type: string, field: string) => {
    const { events } = historyOf('denied');
    const at = events.findIndex((event) => event.type === type);
    const changed = events.map((event, n) => {
      const { [field]: _, ...rest } = event.data;
      return n === at ? { ...event, data: rest } : event;
    });
    return linkEvents(streamId, null, changed);
  };

  it('is told apart from an unknown one, with the field at fault', () => {
    const event = lacking('approval.denied', 'approvalId').find(({ type }) => type === 'approval.denied');
    expect(event && describe(event)).toEqual({
      text: 'unreadable event approval.denied: data.approvalId: Invalid input: expected string, received undefined',
      tone: 'warning',
    });
  });

  it('leaves the state as it is, and what follows is folded', () => {
    const [run] = foldStream(lacking('approval.denied', 'approvalId')).runs.values();
    expect(Object.values(run?.approvals ?? {})).toMatchObject([{ status: 'open' }]);
    expect(run).toMatchObject({ status: 'failed', nodes: { a: { status: 'failed' } } });
  });

  it('leaves out the run that it would have started, and the incident that it would have opened', () => {
    const noRun = foldStream(lacking('run.started', 'steps'));
    expect(noRun.runs.size).toBe(0);
    expect(noRun.incident).not.toBeNull();
    const noIncident = foldStream(lacking('incident.opened', 'number'));
    expect(noIncident.incident).toBeNull();
    expect(noIncident.runs.size).toBe(1);
  });

  it('stays in every export and in the chain', async () => {
    const events = lacking('approval.denied', 'approvalId');
    expect(await verifyChain(streamId, events, null)).toMatchObject({ outcome: 'ok' });
    for (const format of ['md', 'html', 'csv', 'json', 'bundle'] as const)
      expect(await exported(events, format)).toContain('approval.denied');
    expect(await exported(events, 'csv')).toContain('unreadable event approval.denied');
  });

  it('ends a replay with a refusal when it is the start of the run', () => {
    const { playbooks, events } = historyOf('denied');
    const [run] = foldStream(events).runs.values();
    const [playbook] = Object.values(playbooks);
    if (!run) throw new Error('the history has no run');
    const given = { state: run, events: lacking('run.started', 'steps'), playbook: Playbook.parse(playbook) };
    expect(() => replay(given)).toThrow('cannot read how run_');
  });
});
