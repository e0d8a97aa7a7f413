// Holds the dead-man's switches of a process: pings while the last look shows that work flows, and says why when it does not. Waits for no target.
import type { DeadManEntry } from '../../core/dead-man/entry.ts';
import { type FlowLook, standsBecause } from '../../core/dead-man/flow.ts';
import type { Result } from '../../core/result.ts';
import type { ReportPart } from '../../ports/parts.ts';
import type { Runtime } from '../../ports/runtime.ts';

/** Pings one target; the error is a line for people, and does not name the address. Never rejects. */
type SendPing = (entry: DeadManEntry) => Promise<Result<null, string>>;

/** What holding needs. */
export type DeadManParts = {
  /** Those of this process. */
  readonly entries: readonly DeadManEntry[];
  /** Looks at the work now. */
  readonly look: () => Promise<FlowLook>;
  readonly ping: SendPing;
  readonly report: ReportPart;
  /** Counts a ping. */
  readonly count: (outcome: 'heard' | 'unheard') => void;
  readonly runtime: Pick<Runtime, 'monotonicMs'>;
};

/** The entries that a process of a role holds. */
export const entriesOf = (
  entries: readonly DeadManEntry[],
  { serves, works }: { readonly serves: boolean; readonly works: boolean },
): readonly DeadManEntry[] =>
  entries.filter(({ role }) => role === null || (role === 'web' && serves) || (role === 'worker' && works));

/** Makes the work of a timer that comes every second. */
export function createDeadMan({ entries, look, ping, report, count, runtime }: DeadManParts): () => Promise<void> {
  const sentAtMs = new Map<DeadManEntry, number>();
  const underWay = new Set<DeadManEntry>();
  const unheard = new Map<DeadManEntry, string>();
  if (entries.length === 0) report('deadman', 'off');

  function send(entry: DeadManEntry): void {
    sentAtMs.set(entry, runtime.monotonicMs());
    underWay.add(entry);
    void ping(entry).then((answer) => {
      underWay.delete(entry);
      count(answer.ok ? 'heard' : 'unheard');
      if (answer.ok) unheard.delete(entry);
      else unheard.set(entry, answer.error);
      const [first] = unheard;
      if (first === undefined) report('deadman', 'up');
      else report('deadman', 'away', `${first[0].name} was not reached: ${first[1]}`);
    });
  }

  return async () => {
    const nowMs = runtime.monotonicMs();
    const due = entries.filter((entry) => nowMs - (sentAtMs.get(entry) ?? Number.NEGATIVE_INFINITY) >= entry.everyMs);
    if (due.length === 0) return;
    const stands = standsBecause(await look());
    if (stands !== null) return report('deadman', 'away', `no ping is sent: ${stands}`);
    for (const entry of due) if (!underWay.has(entry)) send(entry);
  };
}
