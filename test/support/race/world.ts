// A world of simulated processes over one ledger in memory, a clock that stands still until it is moved, and a chance that decides
// what happens next: jobs lost, doubled and overtaken, processes that die or hang, people who all want something at once.
import type { Alert } from '../../../src/core/alert/alert.ts';
import type { IdPrefix } from '../../../src/core/ids.ts';
import { playbookRef } from '../../../src/core/playbook/playbook.ts';
import { start } from '../given/given.ts';
import { createMemoryStore, emptyTables } from './memory-store.ts';
import {
  createMemoryAdmission,
  createMemoryCorrelation,
  createMemoryDeliveries,
  createMemoryLookups,
  createMemoryRegistry,
} from './memory-work.ts';
import { raceBooks } from './playbooks.ts';
import { type RaceProcess, startProcess } from './process.ts';
import { Chance, followed, Turns } from './turns.ts';

/** A job: look at a run; without a run: look at deliveries. `holder`: the process that is at it. */
type Job = {
  readonly id: string;
  readonly runId: string | null;
  readonly pool: string;
  dueMs: number;
  holder?: string;
};

/** A job whose holder gives no sign of life for so long is given to another. */
const lockMs = 30_000;

/** The pools of the workers; null: a process that serves people. */
type Roles = readonly (string | null)[];
const usual: Roles = ['default', 'default', 'gpu', null, null];

export class RaceWorld {
  readonly chance: Chance;
  readonly turns = new Turns();
  readonly tables = emptyTables();
  readonly books = raceBooks;
  readonly byDigest = new Map([...raceBooks.values()].map((book) => [playbookRef(book).digest, book]));
  /** How often each key's action took effect. */
  readonly effects = new Map<string, number>();
  /** What was logged as an error, or thrown: nothing of the kind may happen. */
  readonly errors: string[] = [];
  /** What people were told, by code. */
  readonly refusals = new Map<string, number>();
  /** False: targets are well, nothing is lost, nobody dies. */
  chaos = true;
  hung = false;
  ms = Date.parse(start);
  readonly nowMs = (): number => this.ms;
  readonly store = createMemoryStore(this.tables);
  readonly lookups = { ...this.store, ...createMemoryLookups(this.tables) };
  readonly deliveries = createMemoryDeliveries(this.tables, this);
  readonly correlation = createMemoryCorrelation(this.tables);
  readonly registry = createMemoryRegistry(this.tables, this);
  readonly admission = createMemoryAdmission(this);
  readonly processes: RaceProcess[] = [];
  readonly #jobs = new Set<Job>();
  #ids = 0;

  constructor(seed: number, roles: Roles = usual) {
    this.chance = new Chance(seed);
    for (const pool of roles) this.#start(pool);
  }

  readonly newId = (prefix: IdPrefix): string => {
    this.#ids += 1;
    return `${prefix}_${String(this.#ids).padStart(26, '0')}`;
  };
  readonly failed = (error: unknown): void => {
    this.errors.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };

  #start(pool: string | null): void {
    const process = startProcess(this, this.newId('wrk'), pool);
    this.processes.push(process);
    void process.heartbeat().catch(this.failed);
  }

  /** Adds a job, unless one with its id waits or is at work, as the queue has it. */
  addJob({ id, runId, pool, delayMs }: Omit<Job, 'dueMs' | 'holder'> & { readonly delayMs: number }): void {
    const isKnown = [...this.#jobs].some((job) => job.id === id && job.pool === pool);
    if (isKnown || (this.chaos && this.chance.oneIn(6))) return;
    this.#jobs.add({ id, runId, pool, dueMs: this.ms + delayMs });
  }

  /** Gives a job that is due, any of them, to a worker of its pool. False: there is none. */
  async takeJob(): Promise<boolean> {
    const free = [...this.#jobs].filter(({ holder, dueMs }) => holder === undefined && dueMs <= this.ms);
    const job = this.chance.pick(free);
    const worker = job && this.anyProcess(job.pool);
    if (!worker) return false;
    Object.assign(job, { holder: worker.name, dueMs: this.ms + lockMs });
    const done = () => {
      this.#jobs.delete(job);
      // Once in a while it comes again.
      if (this.chaos && this.chance.oneIn(5)) this.addJob({ ...job, delayMs: 0 });
    };
    void worker.run(job.runId).catch(this.failed).then(done);
    await followed();
    return true;
  }

  /** Jobs whose holder is dead or hangs are free again after a while. */
  #freeJobs(): void {
    const isGone = (name: string) => this.turns.dead.has(name) || this.turns.hanging.has(name);
    for (const job of this.#jobs)
      if (job.holder !== undefined && isGone(job.holder) && job.dueMs <= this.ms) delete job.holder;
  }

  /** A living process that works for a pool, or serves people. */
  anyProcess(pool: string | null): RaceProcess | undefined {
    const able = this.processes.filter((process) => process.pool === pool && !this.turns.hanging.has(process.name));
    return this.chance.pick(able);
  }

  /** A process dies the hard way; another one takes its place. */
  kill(): void {
    const victim = this.chance.pick(this.processes);
    if (!victim) return;
    this.turns.dead.add(victim.name);
    this.processes.splice(this.processes.indexOf(victim), 1);
    this.#start(victim.pool);
  }

  /** A process hangs: nothing in it goes on and it gives no sign of life. It may come back long after it was given up. */
  hang(): void {
    const victim = this.chance.pick(this.processes);
    if (victim) this.turns.hanging.add(victim.name);
    this.hung = true;
  }

  wakeUp(): void {
    this.turns.hanging.clear();
  }

  /** Time goes by; those who live say so. */
  async later(ms: number): Promise<void> {
    this.ms += ms;
    this.#freeJobs();
    for (const process of this.processes)
      if (!this.turns.hanging.has(process.name)) void process.heartbeat().catch(this.failed);
    await followed();
  }

  lookAround(): void {
    for (const process of this.processes)
      if (!this.turns.hanging.has(process.name)) void process.reconcileOnce().catch(this.failed);
  }

  /** An alert comes in, or its end. */
  alert(name: string, status: Alert['status']): void {
    const texts = { title: name, description: '', sourceSeverity: null, service: null, startsAt: null, endsAt: null };
    this.deliveries.put([
      {
        ...{
          ...texts,
          source: 'test',
          integration: 'test',
          fingerprint: name,
          status,
          severity: 'error',
          // One group for all of them: people who resolve and reopen meet there.
          groupKey: 'all',
        },
        ...{ labels: {}, annotations: {}, links: [] },
      },
    ]);
    this.addJob({ id: this.newId('req'), runId: null, pool: 'default', delayMs: 0 });
  }

  /** Until nothing is under way and no job is due. */
  async quiet(): Promise<void> {
    for (let n = 0; (await this.turns.letOneGo(this.chance)) || (await this.takeJob()); n++)
      if (n > 20_000) throw new Error('it never comes to rest');
  }

  get runs() {
    return [...this.tables.runs.values()].map(({ state }) => state);
  }
}
