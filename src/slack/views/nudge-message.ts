// The reminder that somebody asks for while a run takes longer than it should. Pure.
import type { Roles } from '../../core/authority/membership.ts';
import type { RunState } from '../../core/run/state.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import { mentions } from '../identity.ts';
import { code, context, joinWithin, type MessageContent, section, when } from '../text.ts';
import { heldUpBy } from './callout-message.ts';
import { runTitle } from './run-message.ts';

/** The reminder that a nudge posts, in words of its own: a mention that is added to a message calls nobody. */
export function nudgeMessage(
  run: RunState,
  {
    called,
    by,
    switches,
    roles,
  }: {
    readonly called: readonly string[];
    readonly by: string;
    readonly switches: readonly KillSwitch[];
    readonly roles: Roles;
  },
): MessageContent {
  const title = `${runTitle(run)} for incident #${run.incident.number}`;
  const waits = heldUpBy(run, switches, null);
  const text = `${joinWithin(mentions(called, roles), ' ', 900)} Reminder from ${by}: ${title}\n${waits}`.trim();
  return { text, blocks: [section(text), context(`started ${when(run.startedAt)}  ·  ${code(run.runId)}`)] };
}
