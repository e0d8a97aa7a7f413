// Trap 4, as the suite and the long suite hold it: whatever fires, ends, is silenced, inhibited or in a window, and whenever a process is killed: whoever was told of a begin is told of
// its end. Every interleaving is told to an engine in memory that loses its work at random writes.
import fc from 'fast-check';
import { expect } from 'vitest';
import { owedEnds } from '../../../src/core/group/obligations.ts';
import { addMs } from '../../../src/core/time.ts';
import { start } from '../given/given.ts';
import { minute } from '../given/incident.ts';
import { alertStory } from './alert-story.ts';
import type { MemoryEngines } from './memory-engines.ts';

type Turn =
  | { readonly type: 'fire' | 'resolve'; readonly alert: number }
  | { readonly type: 'pass'; readonly minutes: number }
  /** The next write is lost before, or after, it is made; then another process takes over. */
  | { readonly type: 'kill'; readonly when: 'before' | 'after' };

const turn: fc.Arbitrary<Turn> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ type: fc.constantFrom('fire' as const, 'resolve' as const), alert: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('pass' as const), minutes: fc.constantFrom(1, 3, 12) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('kill' as const),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
);

const span = fc.record({ from: fc.nat(40), minutes: fc.integer({ min: 1, max: 30 }), label: fc.nat(2) });
const at = (minutes: number) => addMs(start, minutes * minute);

const configuration = fc
  .record({
    silences: fc.array(span, { maxLength: 2 }),
    window: fc.option(span),
    mode: fc.constantFrom('quiet', 'consolidate'),
    inhibits: fc.boolean(),
    group: fc.constantFrom(
      '',
      'groups: [ { name: g, by: [service], wait: 30s, pause: 1m, flapping: { start: 4, stop: 1, within: 15m } } ]\n',
      'groups: [ { name: g, by: [service], wait: 0s, pause: 0s, flapping: off, threshold: { count: 2, within: 10m } } ]\n',
      'groups: [ { name: g, wait: 0s, pause: 0s, window: { rolling: 5m, cap: 20m }, resolve: { on: all, settle: 2m } } ]\n',
    ),
  })
  .map(({ silences, window, mode, inhibits, group }) => {
    const lines = silences.map(
      ({ from, minutes, label }, n) =>
        `  - { name: s${n}, sets: [ { service: s${label} } ], startsAt: "${at(from)}", endsAt: "${at(from + minutes)}", owner: ana, reason: r }\n`,
    );
    const maintenance =
      window === null
        ? ''
        : `windows:\n  - { name: w, where: { service: s${window.label} }, startsAt: "${at(window.from)}", endsAt: "${at(window.from + window.minutes)}", mode: ${mode}, owner: ana, reason: r }\n`;
    const inhibition = inhibits
      ? 'inhibition: [ { name: i, source: { match: n="0" }, target: { match: n=~"[1-3]" } } ]\n'
      : '';
    return `${lines.length > 0 ? `silences:\n${lines.join('')}` : ''}${maintenance}${inhibition}${group}`;
  });

/** Loses writes: the next one that is made after `next` is set. */
class Killer {
  next: 'before' | 'after' | null = null;

  around<A extends readonly unknown[], R>(write: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
    return async (...args) => {
      const when = this.next;
      this.next = null;
      if (when === 'before') throw new Error('killed before the write');
      const written = await write(...args);
      if (when === 'after') throw new Error('killed after the write');
      return written;
    };
  }

  ports = ({ store }: MemoryEngines) => ({
    events: { ...store, append: this.around(store.append), appendTogether: this.around(store.appendTogether) },
  });
}

/** Holds so many interleavings against the promise; resolves with how many ends were told in them. */
export async function holdObligations(interleavings: number): Promise<number> {
  let open = 0;
  let ends = 0;
  await fc.assert(
    fc.asyncProperty(configuration, fc.array(turn, { minLength: 12, maxLength: 40 }), async (yaml, turns) => {
      const killer = new Killer();
      const story = alertStory(yaml, killer.ports);
      const said = new Map<string, 'firing' | 'resolved'>();
      const tell = (alert: number, status: 'firing' | 'resolved') => {
        const fingerprint = `a${alert}`;
        said.set(fingerprint, status);
        const labels = { n: String(alert), service: `s${alert % 3}` };
        story.accept(fingerprint, {
          status,
          labels,
          service: labels.service,
          startsAt: status === 'firing' ? story.world.at : null,
        });
        story.world.ms += 1000;
        return story.engine.drainIntake().catch(() => undefined);
      };
      const settle = async (ms: number) => {
        for (let left = ms; left > 0; left -= 15_000) {
          story.world.ms += 15_000;
          await story.engine.drainIntake().catch(() => story.restart());
          await story.engine.reconcile().catch(() => story.restart());
        }
      };
      for (const one of turns) {
        if (one.type === 'fire') await tell(one.alert, 'firing');
        else if (one.type === 'resolve') await tell(one.alert, 'resolved');
        else if (one.type === 'pass') await settle(one.minutes * minute);
        else if (one.type === 'kill') killer.next = one.when;
      }
      killer.next = null;
      // Longer than any silence, window, wait or flapping lasts.
      await settle(90 * minute);
      await settle(40 * minute);
      const told = story.incidents().flatMap(({ alerts }) => Object.entries(alerts));
      const owed = [
        ...told.filter(([fingerprint, { status }]) => status === 'firing' && said.get(fingerprint) === 'resolved'),
        ...story.groups().flatMap(owedEnds),
        ...story
          .incidents()
          .filter(
            ({ status, alerts }) =>
              status === 'open' && Object.values(alerts).every((alert) => alert.status === 'resolved'),
          ),
      ];
      ends += story.events().filter(({ type }) => type === 'alert.resolved').length;
      open += owed.length;
      expect(owed).toEqual([]);
      expect(story.world.tables.open.size).toBe(0);
    }),
    { numRuns: interleavings, seed: 4 },
  );
  process.stdout.write(`${interleavings} interleavings, ${ends} ends told, open obligations at rest ${open}\n`);
  return ends;
}
