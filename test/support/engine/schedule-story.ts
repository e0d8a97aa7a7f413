// Schedules on engines in memory, by a clock that a test sets: processes that come, look, die and come again.
import type { RunTrigger } from '../../../src/core/events.ts';
import { scheduleKey } from '../../../src/core/system/schedules.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { FaultPoint } from '../../../src/engine/fault-points.ts';
import { playbook } from '../given/given.ts';
import { MemoryEngines } from './memory-engines.ts';

/** What a process dies of in these stories. */
class Died extends Error {
  override readonly name = 'Died';
}

const step = '  - { id: a, uses: shell.run, with: { command: [/bin/true] } }';

/** A world with one playbook, `nightly`, whose schedule is given as YAML. */
export class ScheduleStory {
  readonly world = new MemoryEngines();
  readonly #engines = new Map<string, Engine>();
  /** Where the next process that comes there dies. */
  dies: FaultPoint | null = null;

  constructor(schedule: string, name = 'nightly') {
    this.publish(schedule, name);
  }

  publish(schedule: string, name = 'nightly', rest = ''): void {
    this.world.publish({ ...playbook(step, `timeout: 30d\n${rest}schedule:\n${schedule}`), name });
  }

  /** The process of a name; one that died or was stopped comes anew. */
  process(name = 'one'): Engine {
    const known = this.#engines.get(name);
    if (known) return known;
    const reach = (point: FaultPoint) => {
      if (point !== this.dies) return;
      this.dies = null;
      throw new Died(point);
    };
    const made = this.world.engine({ worker: `wrk_${name}` }, { reach });
    this.#engines.set(name, made);
    return made;
  }

  stop(name = 'one'): void {
    this.#engines.delete(name);
  }

  /** A process looks; true: it died of it. */
  async look(name = 'one'): Promise<boolean> {
    const { dies } = this;
    try {
      await this.process(name).lookAtSchedules();
    } catch (error) {
      if (!(error instanceof Died)) throw error;
    }
    const died = dies !== null && this.dies === null;
    if (died) this.stop(name);
    return died;
  }

  /** Sets the clock, and the processes look. */
  async at(instant: string, ...names: readonly string[]): Promise<void> {
    this.world.ms = Date.parse(instant);
    for (const name of names.length === 0 ? ['one'] : names) await this.look(name);
  }

  /** Every run that is under way does what it has to, and ends. */
  async runsEnd(name = 'one'): Promise<void> {
    await this.process(name).heartbeat();
    for (const { state } of this.world.tables.runs.values()) {
      if (state.status !== 'running') continue;
      await this.process(name).dispatch(state.runId);
      await this.world.deliver(this.process(name));
      this.world.held.take(state.runId, 'a').succeed({});
      await this.world.deliver(this.process(name));
    }
  }

  get events() {
    return this.world.tables.events.get('system') ?? [];
  }

  /** What the record says of the slots, in order: `started 02:30`, `missed 3`. */
  get told(): readonly string[] {
    return this.events.flatMap(({ type, data }) => {
      const at = String(data.slotAt ?? data.lastAt ?? '').slice(5, 16);
      switch (type) {
        case 'slot.started':
          return [`started ${at}`];
        case 'slot.refused':
          return [`refused ${at}`];
        case 'slots.missed':
          return [`missed ${data.count} until ${at}: ${data.because}`];
        case 'schedule.set':
          return [`set ${(data.playbook as { version: string }).version}`];
        case 'schedule.removed':
          return ['removed'];
        default:
          return [];
      }
    });
  }

  /** The slots of the runs that were started, one for each start. */
  get runSlots(): readonly string[] {
    return [...this.world.tables.events.values()].flat().flatMap(({ type, data }) => {
      const trigger = data.trigger as RunTrigger | undefined;
      return type === 'run.started' && trigger?.type === 'schedule' ? [trigger.slotAt] : [];
    });
  }

  get record() {
    return this.world.tables.system?.state.schedules?.[scheduleKey('nightly', 'default')];
  }
}
