// Engines over one ledger in memory, by a clock that stands still until it is moved: told twice, everything is the same twice.
// What they would give to a queue is kept here until it is delivered.

import pino from 'pino';
import type { IdPrefix } from '../../../src/core/ids.ts';
import { defaultIncidentRules } from '../../../src/core/incident/rules.ts';
import { type Playbook, playbookRef } from '../../../src/core/playbook/playbook.ts';
import { noRules } from '../../../src/engine/alerts/stages.ts';
import { createEngine, type Engine } from '../../../src/engine/engine.ts';
import type { EngineOptions, EnginePorts } from '../../../src/engine/engine-ports.ts';
import type { Runtime } from '../../../src/ports/runtime.ts';
import { settled } from '../given/clocks.ts';
import { start } from '../given/given.ts';
import { everybody, openAccess } from '../given/principals.ts';
import { memoryPorts } from '../race/memory-ports.ts';
import { createMemoryRulebooks } from '../race/memory-rulebooks.ts';
import { createMemoryStore, emptyTables } from '../race/memory-store.ts';
import {
  createMemoryAdmission,
  createMemoryCorrelation,
  createMemoryDeliveries,
  createMemoryLookups,
  createMemoryRegistry,
} from '../race/memory-work.ts';
import { HeldActions } from './held-actions.ts';

/** A line of the log. */
type LogLine = { readonly level: number; readonly msg?: string; readonly [member: string]: unknown };

/** The level of an error in the log. */
const errorLevel = 50;

/** One ledger and whatever engines are made on it. */
export class MemoryEngines {
  ms = Date.parse(start);
  #ids = 0;
  readonly nowMs = (): number => this.ms;
  readonly newId = (prefix: IdPrefix): string => {
    this.#ids += 1;
    return `${prefix}_${String(this.#ids).padStart(26, '0')}`;
  };
  /** Time that a process feels pass: what has no heartbeat here keeps its lease, until a test says otherwise. */
  monotonic = 0;
  readonly runtime: Runtime = {
    nowMs: this.nowMs,
    monotonicMs: () => this.monotonic,
    random: () => 0.5,
    newId: this.newId,
  };
  readonly tables = emptyTables();
  readonly store = createMemoryStore(this.tables);
  readonly lookups = { ...this.store, ...createMemoryLookups(this.tables) };
  readonly deliveries = createMemoryDeliveries(this.tables, this);
  readonly correlation = createMemoryCorrelation(this.tables);
  readonly registry = createMemoryRegistry(this.tables, this);
  readonly admission = createMemoryAdmission(this);
  readonly rulebooks = createMemoryRulebooks();
  readonly held = new HeldActions();
  /** The playbooks in force. */
  readonly books = new Map<string, Playbook>();
  /** Those and the ones before, by digest. */
  readonly versions = new Map<string, Playbook>();
  /** Wake-ups of runs that are under way, by run and instant. */
  readonly jobs = new Map<string, { readonly runId: string; readonly atMs: number }>();
  readonly logged: LogLine[] = [];
  /** How often intake was woken. */
  intakeWoken = 0;

  get at(): string {
    return new Date(this.ms).toISOString();
  }

  /** Puts a playbook in force, in place of another of its name. */
  publish(book: Playbook): void {
    this.books.set(book.name, book);
    this.versions.set(playbookRef(book).digest, book);
  }

  /** What was logged as an error: nothing of the kind may happen. */
  get errors(): readonly LogLine[] {
    return this.logged.filter(({ level }) => level >= errorLevel);
  }

  /** The ports of an engine here; some may be others. */
  ports(other: Partial<EnginePorts> = {}): EnginePorts {
    const write = (line: string) => this.logged.push(JSON.parse(line) as LogLine);
    const usual = memoryPorts({
      tables: this.tables,
      books: this.books,
      byDigest: (digest) => this.versions.get(digest) ?? null,
      runtime: this.runtime,
      log: pino({ level: 'warn' }, { write }),
      events: this.store,
      lookups: this.lookups,
      correlation: this.correlation,
      deliveries: this.deliveries,
      registry: this.registry,
      admission: this.admission,
      actions: this.held.actions,
      directory: () => everybody,
      wakeups: {
        wakeRun: async ({ runId }, delayMs) => {
          const atMs = this.ms + delayMs;
          this.jobs.set(`${runId} ${atMs}`, { runId, atMs });
        },
        wakeIntake: () => {
          this.intakeWoken += 1;
        },
        wakeNotifier: () => undefined,
      },
    });
    return { ...usual, rulebooks: this.rulebooks, ...other };
  }

  /** An engine on this ledger that performs steps; what is named is other than usual. */
  engine(options: Partial<EngineOptions> = {}, ports: Partial<EnginePorts> = {}): Engine {
    return createEngine(this.ports(ports), {
      worker: 'wrk_1',
      pool: 'default',
      works: true,
      maxSteps: 50,
      storm: { runs: 20, withinMs: 60_000 },
      access: openAccess,
      people: {},
      bootstrapHash: null,
      sessionTimes: { idleMs: 3_600_000, lifetimeMs: 86_400_000 },
      rules: defaultIncidentRules,
      alertRules: noRules,
      heartbeats: [],
      env: {},
      ...options,
    });
  }

  /** Gives an engine the wake-ups that are due, until none is left; then all that follows without time passing has happened. */
  async deliver(engine: Pick<Engine, 'dispatch'> | null): Promise<void> {
    for (;;) {
      await settled();
      const due = [...this.jobs].filter(([, { atMs }]) => atMs <= this.ms);
      if (due.length === 0 || engine === null) return;
      for (const [key, { runId }] of due) {
        this.jobs.delete(key);
        await engine.dispatch(runId);
      }
    }
  }
}
