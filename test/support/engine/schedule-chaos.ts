// Several processes that look after schedules on one ledger, die at random places and come again, while the clock goes on, jumps ahead and goes
// back; and the verdict on all of it: each slot once or recorded as missed, never twice.
import { expect } from 'vitest';
import type { StoredEvent } from '../../../src/core/events.ts';
import { playbookRef } from '../../../src/core/playbook/playbook.ts';
import { isTerminal } from '../../../src/core/run/state.ts';
import { readCron } from '../../../src/core/schedule/cron.ts';
import { nextSlots } from '../../../src/core/schedule/slots.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { EnginePorts } from '../../../src/engine/engine-ports.ts';
import type { FaultPoint } from '../../../src/engine/fault-points.ts';
import { actions, playbook } from '../given/given.ts';
import { MemoryEngines } from './memory-engines.ts';

const step = '  - { id: a, uses: assert, with: { that: true } }';
const minute = 60_000;

/** Schedules as YAML, by name of the playbook. */
const chaosSchedules: { readonly [name: string]: string } = {
  skipping: '  - { cron: "*/2 * * * *", timezone: Europe/Berlin }\n',
  latest: '  - { cron: "*/5 * * * *", timezone: America/New_York, catchUp: latest }\n',
  all: '  - { name: a, cron: "*/3 * * * *", catchUp: all, catchUpMax: 40 }\n  - { name: b, cron: "7-59/10 * * * *", catchUp: all, catchUpMax: 5 }\n',
};

/** A generator of random numbers below 1 that are the same for a seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The processes, on a ledger in memory or on ports of another one. */
export class ScheduleChaos {
  readonly world = new MemoryEngines();
  readonly ports: EnginePorts;
  readonly #engines = new Map<string, Engine>();
  readonly #random: () => number;
  readonly #stepsApart: boolean;
  #steady: Engine | null = null;
  deaths = 0;

  /** @param stepsApart steps are performed by a process of their own, which does not die: for ledgers whose leases go by the real clock */
  constructor(seed: number, ports: Partial<EnginePorts> = {}, stepsApart = false) {
    this.#random = randomFrom(seed);
    this.#stepsApart = stepsApart;
    this.ports = this.world.ports({ actions, ...ports });
  }

  /** Puts the playbooks in force; `keep` stores them where the ledger is no memory. */
  async publish(keep: (book: ReturnType<typeof playbook>) => Promise<unknown> = async () => undefined): Promise<void> {
    for (const [name, schedule] of Object.entries(chaosSchedules)) {
      const book = { ...playbook(step, `schedule:\n${schedule}`), name };
      this.world.publish(book);
      await keep(book);
    }
  }

  #process(name: string): Engine {
    const known = this.#engines.get(name);
    if (known) return known;
    // It dies at one of the next places that it comes to, and does nothing any more.
    let left = 1 + Math.floor(this.#random() * 25);
    const reach = (point: FaultPoint) => {
      left -= 1;
      if (left > 0) return;
      if (this.#engines.get(name) === made) {
        this.deaths += 1;
        this.#engines.delete(name);
      }
      throw new Error(`${name} died at ${point}`);
    };
    const made: Engine = this.world.engine(
      { worker: `wrk_${name}_${this.deaths}`, works: !this.#stepsApart },
      { ...this.ports, reach },
    );
    this.#engines.set(name, made);
    return made;
  }

  /** One process looks; that it dies is no fault. */
  async #looks(name: string): Promise<void> {
    const engine = this.#process(name);
    await engine.heartbeat().catch(() => undefined);
    await engine.lookAtSchedules().catch((error: Error) => {
      if (!error.message.includes('died at')) throw error;
    });
  }

  /** So many rounds: time passes, three processes look at once, runs go on. */
  async play(rounds: number): Promise<void> {
    const names = ['one', 'two', 'three'];
    for (const name of names) this.#process(name);
    for (let n = 0; n < rounds; n++) {
      this.world.ms += this.#passing();
      await Promise.all(names.filter(() => this.#random() < 0.8).map((name) => this.#looks(name)));
      await this.#runsGoOn();
    }
    // In the end nothing dies any more, and what is open is brought to its end.
    this.#engines.clear();
    const last = this.#last();
    for (let n = 0; n < 60; n++) {
      this.world.ms += 6000;
      await last.heartbeat();
      await last.lookAtSchedules();
      await this.#runsGoOn(last);
    }
  }

  #passing(): number {
    const chance = this.#random();
    if (chance < 0.03) return -Math.floor(this.#random() * 30 * minute);
    if (chance < 0.06) return Math.floor(this.#random() * 3 * 60 * minute);
    return Math.floor(this.#random() * 1.5 * minute);
  }

  /** The process that performs steps without ever dying. */
  #last(): Engine {
    this.#steady ??= this.world.engine({ worker: 'wrk_last' }, this.ports);
    return this.#steady;
  }

  async #runsGoOn(engine: Engine = this.#stepsApart ? this.#last() : this.#process('one')): Promise<void> {
    await engine.heartbeat().catch(() => undefined);
    // A step whose worker died is settled as the reconciler settles it, once its lease is over.
    await engine.reconcile().catch(() => undefined);
    const { schedules = {} } = (await this.ports.systemStream.load()).state;
    for (const { last } of Object.values(schedules)) {
      const run = last && (await this.ports.events.loadRun(last.runId))?.run;
      if (run && !isTerminal(run.status)) await engine.dispatch(run.runId).catch(() => undefined);
    }
    await this.world.deliver(engine).catch(() => undefined);
  }

  async events(): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for await (const event of this.ports.events.readStream('system')) events.push(event);
    return events;
  }

  async #claims(): Promise<readonly { readonly runId: string; readonly at: string; readonly key: string }[]> {
    return (await this.events())
      .filter(({ type }) => type === 'slot.claimed')
      .map(({ data }) => ({
        runId: String(data.runId),
        at: String(data.slotAt),
        key: `${(data.playbook as { name: string }).name}/${String(data.schedule)}`,
      }));
  }

  /** Holds the record against the slots that there were. Answers how many were started and how many missed. */
  async verdict(): Promise<{ readonly started: number; readonly missed: number }> {
    const events = await this.events();
    const claims = await this.#claims();
    let missedInAll = 0;
    for (const book of this.world.books.values())
      for (const entry of book.schedule ?? []) {
        const key = `${book.name}/${entry.name}`;
        const of = events.filter(({ data }) => data.schedule === entry.name && nameIn(data.playbook) === book.name);
        const [first] = of;
        expect(first).toMatchObject({ type: 'schedule.set', data: { playbook: playbookRef(book) } });
        const started = claims.filter((claim) => claim.key === key).map(({ at }) => at);
        const missed = of.flatMap(({ type, data }) => (type === 'slots.missed' ? slotsIn(entry, data) : []));
        missedInAll += missed.length;
        const told = [...started, ...missed].sort();
        const last = told.at(-1) ?? '';
        expect(new Set(told).size).toBe(told.length);
        expect(told).toEqual(slotsUntil(entry, first?.at ?? '', last));
      }
    for (const { runId, at } of claims) {
      const loaded = await this.ports.events.loadRun(runId);
      expect(loaded?.run.trigger).toMatchObject({ type: 'schedule', slotAt: at });
    }
    const settled = events.filter(({ type }) => type === 'slot.started').map(({ data }) => data.runId);
    expect([...settled].sort()).toEqual(claims.map(({ runId }) => runId).sort());
    return { started: claims.length, missed: missedInAll };
  }
}

const nameIn = (named: unknown) => (typeof named === 'string' ? named : (named as { name: string } | undefined)?.name);

type Times = { readonly cron: string; readonly timezone: string };

function slotsUntil({ cron: text, timezone: zone }: Times, after: string, last: string): readonly string[] {
  const cron = readCron(text);
  if (!cron.ok) throw new Error(cron.error);
  const slots: string[] = [];
  for (let from = Date.parse(after); ; ) {
    const [next] = nextSlots({ cron: cron.value, zone }, from, 1);
    if (next === undefined || next > Date.parse(last)) return slots;
    slots.push(new Date(next).toISOString());
    from = next;
  }
}

function slotsIn(times: Times, data: StoredEvent['data']): readonly string[] {
  const [first, last] = [String(data.firstAt), String(data.lastAt)];
  const slots = slotsUntil(times, new Date(Date.parse(first) - 1).toISOString(), last);
  expect(slots).toHaveLength(Number(data.count));
  return slots;
}
