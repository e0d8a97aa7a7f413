// What versions in shadow would have done otherwise, and where it is said: once in the thread of the run that the alert started, else once
// for each version in the thread of the card. Pure.
import type { RunState } from '../../core/run/state.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import type { MessageContent } from '../text.ts';
import { shadowMessage } from '../views/shadow-message.ts';

/** One of them. `runId`: of the run in whose thread it is said; null: in that of the card. */
type ShadowNote = { readonly key: string; readonly runId: string | null; readonly message: MessageContent };

/** All of an incident; what an alert joined that was at work already is said of no run. */
export function shadowNotes(
  { id, shadowed = [] }: IncidentRow,
  runs: readonly RunState[],
  publicUrl: string,
): readonly ShadowNote[] {
  const notes = shadowed.flatMap((one): ShadowNote[] => {
    const message = shadowMessage(one, publicUrl);
    if (!one.liveStarts) return [{ key: `${id}/${one.playbook}/${one.shadow}`, runId: null, message }];
    const run = runs.find(({ playbook, trigger }) => {
      const isOfAlert = trigger.type === 'alert' && trigger.fingerprint === one.fingerprint;
      return isOfAlert && trigger.receipt === one.receipt && playbook.name === one.playbook;
    });
    return run === undefined ? [] : [{ key: run.runId, runId: run.runId, message }];
  });
  // Of a version that would start again and again, what it said first stays said.
  return notes.filter(({ key }, i) => notes.findIndex((other) => other.key === key) === i);
}
