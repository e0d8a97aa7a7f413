// Runs the same cases on an engine with its queue in PostgreSQL, and on one with its queue in Redis.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { waitingFor } from '../../../src/core/run/owed.ts';
import { foldStream } from '../../../src/core/timeline/fold-stream.ts';
import { auditStore } from '../../../src/record.ts';
import { Engine } from '../cluster/engine.ts';
import { queues } from './in-process.ts';

/** The cases share an engine each, one after the other; `settings` go into firebreak.yaml. In the end the record is checked. */
export function onBothQueues(title: string, cases: (engine: Engine) => void, settings: JsonObject = {}): void {
  describe.each(queues)(`${title}, queue on %s`, (queue) => {
    const engine = new Engine(queue, settings);
    beforeAll(() => engine.start());
    afterAll(() => engine.stop());
    cases(engine);

    it('leaves a record that is whole, folds to what is stored, and tells what every open run waits for', async () => {
      await engine.app.seal();
      expect(await auditStore(engine.config, engine.app.store)).toMatchObject({ outcome: 'ok' });
      for await (const incidentId of engine.app.store.events.streamIds()) {
        const stored = (await engine.app.store.reads.runsOfIncident(incidentId)).map(({ state }) => state);
        const { runs: folded } = foldStream(await engine.stream(incidentId));
        expect(stored).toEqual(stored.map(({ runId }) => folded.get(runId)));
        expect(stored).toHaveLength(folded.size);
        for (const run of stored) if (run.finishedAt === null) expect(waitingFor(run)).not.toEqual([]);
      }
    });
  });
}
