// The parts of this process and how they stand: each change is told once in the log. Watches none of them itself.
import type { Redactor } from '../core/redact.ts';
import { type PartName, type PartState, type PartStates, partNames } from '../ports/parts.ts';
import type { Log, Runtime } from '../ports/runtime.ts';

/** Long errors of libraries say it in their beginning. */
const maxErrorChars = 300;

/** Nothing is reported yet. `redact` takes secrets out of errors, which are shown to whoever asks. */
export function createPartStates({
  runtime,
  log,
  redact,
}: {
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly log: Log;
  readonly redact: Redactor;
}): PartStates {
  const known = new Map<PartName, PartState>();
  return {
    report(name, status, said) {
      const before = known.get(name);
      const error = said === undefined ? (before?.error ?? null) : redact.text(said).slice(0, maxErrorChars);
      const isNew = before?.status !== status;
      const since = isNew || !before ? new Date(runtime.nowMs()).toISOString() : before.since;
      known.set(name, { name, status, since, error });
      if (!isNew) return;
      if (status === 'away')
        log.warn({ part: name, error }, `${name} is away; everything that does not need it goes on`);
      else if (before?.status === 'away') log.info({ part: name, awaySince: before.since }, `${name} is back`);
    },
    list: () => partNames.flatMap((name) => known.get(name) ?? []),
  };
}
