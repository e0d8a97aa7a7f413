// How a run stands as a drill that is judged. Judges nothing: that is drill.ts.
import type { RunEvent } from '../events.ts';
import { assertNever } from '../result.ts';
import type { DrillRecord, Timed } from './state.ts';

/** Before anything is known. */
export const freshDrill: DrillRecord = {
  undoingSince: null,
  outcome: null,
  endedAt: null,
  reason: null,
  undone: [],
};

/** True if the drill of a run has shown that its playbook can be undone. */
export const provesUndo = ({ drill }: { readonly drill: DrillRecord | null }): boolean =>
  drill?.outcome === 'passed' && drill.undone.length > 0;

/** Folds one event. */
export function evolveDrill(
  record: DrillRecord | null,
  { type, at, data }: Timed<Extract<RunEvent, { type: `drill.${string}` }>>,
): DrillRecord {
  const known = { ...(record ?? freshDrill), endedAt: at };
  switch (type) {
    case 'drill.passed':
      return { ...known, outcome: 'passed', undone: data.undone };
    case 'drill.failed':
      return { ...known, outcome: 'failed', reason: data.reason };
    default:
      return assertNever(type);
  }
}
