// Schedules on real processes over one PostgreSQL: playbooks whose schedules came into force some minutes ago, workers that are killed, and the
// verdict on every slot. The past is written into the ledger before the first process starts, so that no test waits for minutes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pino from 'pino';
import { expect } from 'vitest';
import type { StoredEvent } from '../../../src/core/events.ts';
import { canonicalJson } from '../../../src/core/json.ts';
import { readPlaybook } from '../../../src/core/playbook/compile.ts';
import { type Playbook, playbookRef } from '../../../src/core/playbook/playbook.ts';
import { isTerminal, type RunState } from '../../../src/core/run/state.ts';
import type { SystemEvent } from '../../../src/core/system/events.ts';
import { evolveSystem } from '../../../src/core/system/evolve.ts';
import type { ScheduleRecord } from '../../../src/core/system/schedules.ts';
import { foldSystem } from '../../../src/core/timeline/fold-stream.ts';
import { systemChangeOf } from '../../../src/engine/append.ts';
import { realRuntime } from '../../../src/platform/runtime.ts';
import { openStore, type Store } from '../../../src/store/open.ts';
import { actions } from '../given/given.ts';
import { freshDatabase } from './fresh-database.ts';
import { type FirebreakProcess, spawnFirebreak } from './process.ts';

/** How many schedules there are, and how many slots of each are due when the first process starts. */
export type GivenSchedules = { readonly schedules: number; readonly slotsEach: number };

/** The processes, and what a test asks of them. */
export type ScheduleCluster = {
  /** Starts the worker of a name, or starts it again. */
  readonly start: (name: string, env?: { readonly [name: string]: string }) => Promise<FirebreakProcess>;
  /** Resolves when so many slots of all schedules are dealt with, and no run is open. */
  readonly settled: (slots: number, withinMs: number) => Promise<void>;
  /** Slots that are claimed or missed by now. */
  readonly dealtWith: () => Promise<number>;
  readonly told: () => Promise<{
    /** Claimed slots, and what started the runs that there are. */
    readonly started: readonly string[];
    readonly slots: readonly string[];
    /** Runs that no slot was claimed for, and settled claims without a run. */
    readonly strays: readonly string[];
    readonly lost: readonly string[];
    readonly missed: number;
    /** Slots that the schedules have had until the last that is dealt with. */
    readonly due: number;
  }>;
  /** Lets `firebreak audit verify` prove the whole record. */
  readonly audit: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const minute = 60_000;

/** Twenty schedules of a minute in one playbook: two of five catch up nothing or the latest only. */
function playbookText(name: string, schedules: number): string {
  const entries = Array.from({ length: schedules }, (_, i) => {
    const catchUp = i % 10 === 8 ? 'skip' : i % 10 === 9 ? 'latest' : 'all, catchUpMax: 1000';
    return `  - { name: s${i}, cron: "* * * * *", timezone: Europe/Berlin, catchUp: ${catchUp} }`;
  });
  return [
    'apiVersion: firebreak/v1',
    `name: ${name}`,
    'version: 1.0.0',
    'owner: { product: p, technical: t, escalation: "@sre" }',
    'schedule:',
    ...entries,
    'steps:',
    '  - { id: a, uses: assert, with: { that: true } }',
    '',
  ].join('\n');
}

/** Writes down that the schedules came into force so many minutes ago. */
async function setInThePast(store: Store, books: readonly Playbook[], minutes: number): Promise<void> {
  const at = new Date(Math.floor((await store.nowMs()) / minute) * minute - minutes * minute - 1).toISOString();
  const actor = { kind: 'system' as const, id: 'firebreak' };
  const before = await store.systemStream.load();
  const events = books.flatMap((book) =>
    (book.schedule ?? []).map(({ name, cron, timezone, catchUp }) => {
      const data = { playbook: playbookRef(book), schedule: name, cron, timezone, catchUp };
      return { type: 'schedule.set' as const, actor, data };
    }),
  );
  const state = events.reduce(
    (folded, event) => evolveSystem(folded, { ...(event as SystemEvent), actor, at }),
    before.state,
  );
  const change = systemChangeOf({ stream: 'system', before, state, events }, { at, cause: 'test' });
  if ((await store.systemStream.append(change)) !== 'appended') throw new Error('the past was not written');
}

/** Makes the cluster, without a process yet. */
export async function scheduleCluster({ schedules, slotsEach }: GivenSchedules): Promise<ScheduleCluster> {
  const { url, folder } = await freshDatabase();
  const playbooks = join(folder, 'playbooks');
  mkdirSync(playbooks);
  const store = await openStore({ databaseUrl: url, dataDir: folder }, realRuntime, pino({ level: 'silent' }));
  const books: Playbook[] = [];
  for (let left = schedules; left > 0; left -= 20) {
    const name = `book-${books.length}`;
    const text = playbookText(name, Math.min(left, 20));
    writeFileSync(join(playbooks, `${name}.yaml`), text);
    const { playbook } = readPlaybook(text, `${name}.yaml`, actions);
    if (!playbook) throw new Error(`${name} has faults`);
    books.push(playbook);
    await store.versions.keep(playbook, text);
  }
  await setInThePast(store, books, slotsEach);
  writeFileSync(join(folder, 'firebreak.yaml'), 'roles: { sre: { users: [U0ANA] } }\n');
  const env = {
    DATABASE_URL: url,
    FIREBREAK_DATA_DIR: folder,
    FIREBREAK_PLAYBOOKS: playbooks,
    FIREBREAK_CONFIG: join(folder, 'firebreak.yaml'),
    FIREBREAK_API_TOKEN: 'an-api-token-for-tests-of-schedules',
  };
  const processes = new Map<string, FirebreakProcess>();
  const records = async () => Object.values((await store.systemStream.load()).state.schedules ?? {});
  const claims = async () => (await systemEvents(store)).filter(({ type }) => type === 'slot.claimed');
  const dealtWith = async () => (await claims()).length + missedIn(await records());

  return {
    dealtWith,
    async start(name, more = {}) {
      const begun = spawnFirebreak(['serve', '--role', 'worker'], { ...env, ...more });
      processes.set(name, begun);
      await begun.says('Firebreak is ready');
      return begun;
    },
    async settled(slots, withinMs) {
      const until = performance.now() + withinMs;
      for (;;) {
        const all = await records();
        const dealt = await dealtWith();
        if (dealt >= slots && (await allOver(store, all))) return;
        if (performance.now() > until) throw new Error(`${dealt} of ${slots} slots are dealt with`);
        await pause(300);
      }
    },
    async told() {
      // In this order, because the processes may still be at work: what is settled has its run, and each run has its claim.
      const settled = idsOf(await systemEvents(store), 'slot.started');
      const rows = await allRuns(store);
      const events = await systemEvents(store);
      const claimed = idsOf(events, 'slot.claimed');
      const runs = rows.map(({ runId }) => runId);
      const all = Object.values(foldSystem(events).schedules ?? {});
      const due = all.map(({ setAt, doneUntil }) => Math.ceil((Date.parse(doneUntil) - Date.parse(setAt)) / minute));
      const ofClaims = events.filter(({ type }) => type === 'slot.claimed');
      return {
        started: ofClaims.map(({ data }) => `${nameOf(data)}/${data.schedule} ${data.slotAt}`),
        slots: rows.map(({ playbook, trigger }) => `${playbook.name} ${canonicalJson(trigger)}`),
        strays: runs.filter((runId) => !claimed.includes(runId)),
        lost: settled.filter((runId) => !runs.includes(runId)),
        missed: missedIn(all),
        due: due.reduce((sum, n) => sum + n, 0),
      };
    },
    async audit() {
      const check = spawnFirebreak(['audit', 'verify'], env);
      const end = await check.ended;
      if (end !== 0) throw new Error(`audit verify ended with ${end}: ${check.output()}`);
    },
    async close() {
      await Promise.all([...processes.values()].map((each) => each.kill()));
      await store.close();
    },
  };
}

const nameOf = ({ playbook }: StoredEvent['data']) => (playbook as { name: string }).name;
const missedIn = (records: readonly ScheduleRecord[]) => records.reduce((sum, { missedCount }) => sum + missedCount, 0);

async function systemEvents(store: Store): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.events.readStream('system')) events.push(event);
  return events;
}

async function allOver(store: Store, records: readonly ScheduleRecord[]): Promise<boolean> {
  for (const { last } of records) {
    if (last === null) continue;
    const loaded = last.status === 'started' ? await store.events.loadRun(last.runId) : null;
    if (loaded === null || !isTerminal(loaded.run.status)) return false;
  }
  return true;
}

async function allRuns(store: Store): Promise<readonly RunState[]> {
  const runs: RunState[] = [];
  for (let cursor: string | null = null; ; ) {
    const page = await store.reads.runs({ limit: 200, cursor });
    runs.push(...page.items.map(({ state }) => state));
    cursor = page.cursor;
    if (cursor === null) return runs;
  }
}

/** Ids of the runs that events of such a type name. */
const idsOf = (events: readonly StoredEvent[], of: string): readonly string[] =>
  events.flatMap(({ type, data }) => (type === of ? [String(data.runId)] : []));

/** Each slot once: in the record, among the runs, and together with what was missed every slot that there was. */
export async function expectEachOnce(
  cluster: Pick<ScheduleCluster, 'told'>,
): Promise<{ readonly missed: number; readonly due: number }> {
  const { started, slots, strays, lost, missed, due } = await cluster.told();
  expect({ strays, lost }).toEqual({ strays: [], lost: [] });
  expect(new Set(started).size).toBe(started.length);
  expect(new Set(slots).size).toBe(slots.length);
  expect(started.length + missed).toBe(due);
  return { missed, due };
}
