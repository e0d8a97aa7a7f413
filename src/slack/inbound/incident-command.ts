// What the commands that change the incident of their channel have in common: the person and the thread of the card read the same
// sentence. Holds no rule.
import { actorOf } from '../../core/authority/principal.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import type { Refusal } from '../../core/refusal.ts';
import type { Result } from '../../core/result.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { person } from '../identity.ts';
import { type CommandCall, defineCommand, type InboundContext, type SlashCommand } from './surface.ts';
import { refused } from './words.ts';

type Call = CommandCall & { readonly incident: IncidentRow };

/** What came of it: a refusal, how to use the command, or what was done, as a sentence about `You`. */
type Done =
  | { readonly outcome: 'usage'; readonly text: string }
  | { readonly outcome: 'asked'; readonly result: Result<IncidentState, Refusal>; readonly did: string };

/** A command that changes the incident of the channel it is typed in. */
export function incidentCommand({
  name,
  usage,
  about,
  change,
}: Pick<SlashCommand, 'name' | 'usage' | 'about'> & {
  readonly change: (call: Call, context: InboundContext) => Promise<Done>;
}): SlashCommand {
  return defineCommand({
    name,
    usage,
    about,
    group: 'Incident',
    right: 'respond',
    where: 'incident',
    async run(call, context) {
      const done = await change(call, context);
      if (done.outcome === 'usage') return done.text;
      if (!done.result.ok) return refused(done.result.error);
      const { principal, cause } = call.caller;
      context.tellThread(call.incident, { cause, text: `${person(actorOf(principal))} ${done.did}.` });
      return `You ${done.did}.`;
    },
  });
}
