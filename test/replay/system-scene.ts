// Where a story of the system stream plays: an engine in memory, and people who ask it. Tells none.
import type { Principal } from '../../src/core/authority/principal.ts';
import { sha256 } from '../../src/core/json.ts';
import type { Refusal } from '../../src/core/refusal.ts';
import type { Result } from '../../src/core/result.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { lackingCheckpoint } from '../support/engine/lacking-checkpoint.ts';
import { MemoryEngines } from '../support/engine/memory-engines.ts';
import { ana, playbook } from '../support/given/given.ts';
import { principalOf } from '../support/given/principals.ts';
import { memoryArtifacts } from '../support/race/memory-ports.ts';

/** Where such a story plays: an engine, and people who ask it. */
export class SystemScene {
  readonly world = new MemoryEngines();
  readonly artifacts = memoryArtifacts();
  readonly engine: Engine;
  readonly operations: Engine['operations'];

  constructor() {
    this.world.publish({ ...playbook('  - { id: a, uses: assert, with: { that: true } }'), name: 'restart' });
    this.engine = this.world.engine({ people: { ana: {} } }, { artifacts: this.artifacts });
    this.operations = this.engine.operations;
  }

  /** The operations where a checkpoint was made that the database lacks; `kept`: the newest that it has. */
  lacking(number: number, kept: number | null): Engine['operations'] {
    return this.world.engine({ people: { ana: {} } }, { witnessed: lackingCheckpoint(number, kept) }).operations;
  }

  /** `ms` from now, as an instant. */
  in(ms: number): string {
    return new Date(this.world.ms + ms).toISOString();
  }

  /** An incident that was declared and resolved leaves. */
  async archive(alerts: readonly string[], reason?: string): Promise<void> {
    const declared = await this.ask(
      this.operations.declare({ ...this.caller(ana), title: 'over long ago', severity: 3 }),
    );
    const incidentId = declared.id;
    const { number } = await this.ask(
      this.operations.resolveIncident({ ...this.caller(ana), incidentId, reason: 'it is over' }),
    );
    const last = this.world.tables.events.get(incidentId)?.at(-1);
    const head = { version: last?.seq ?? 0, hash: last?.hash ?? '' };
    const file = `incident-${number}.${incidentId}.bundle.json`;
    const left = { streamId: incidentId, number, head, digest: sha256(file), file, alerts, reason };
    await this.ask(this.operations.archiveStream({ ...this.caller(ana), ...left }));
  }

  caller(who: typeof ana): { readonly principal: Principal; readonly cause: string } {
    return { principal: principalOf(who), cause: 'cmd_story' };
  }

  async ask<T>(answer: Promise<Result<T, Refusal>>): Promise<T> {
    const answered = await answer;
    if (!answered.ok) throw new Error(`refused: ${answered.error.message}`);
    this.world.ms += 1000;
    return answered.value;
  }
}
