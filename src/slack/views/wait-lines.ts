// What a run waits for, in lines. Pure.
import { type Waiting, waitingFor } from '../../core/run/owed.ts';
import type { RunState } from '../../core/run/state.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import { person } from '../identity.ts';
import { code, oneLine, when } from '../text.ts';

/** One thing a run waits for: what, since when, until when, and who can unblock it. */
export function waitLine({ what, since, until, who }: Waiting): string {
  const people = who.length > 0 ? ` – ${oneLine(who.join(', '), 100)}` : '';
  return `Waits for ${oneLine(what, 200)} since ${when(since)}${until ? `, until ${when(until)}` : ''}${people}`;
}

/** What a run waits for, but for workers, which come by themselves. */
export const waitLines = (run: RunState): readonly string[] =>
  waitingFor(run)
    .filter(({ kind }) => kind !== 'worker')
    .map(waitLine);

/** The kill switches that keep a playbook's runs from going on. */
export const haltsOf = (playbook: string, switches: readonly KillSwitch[]): readonly KillSwitch[] =>
  switches.filter(({ scope }) => scope === '*' || scope === playbook);

/** A kill switch in a line. */
export function haltLine({ scope, by, at, reason }: KillSwitch): string {
  const what = scope === '*' ? 'everything' : code(scope, 100);
  return `*Halted* (${what}) by ${person(by)} since ${when(at)}: ${oneLine(reason, 300)}`;
}
