// What the commands that change the incident of their channel have in common: the person and the thread of the card read the same
// sentence. Holds no rule.
import { actorOf } from '../../core/authority/principal.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { named } from '../identity.ts';
import { type AskedOfIncident, incidentModal } from '../views/incident-form.ts';
import { type CommandCall, defineCommand, type InboundContext, type SlashCommand } from './surface.ts';
import { refused } from './words.ts';

type Call = Omit<CommandCall, 'triggerId'> & { readonly incident: IncidentRow };

/** What came of it: a refusal, how to use the command, or what was done, as a sentence about `You`. */
export type IncidentDone =
  | { readonly outcome: 'usage'; readonly text: string }
  | { readonly outcome: 'asked'; readonly result: Result<IncidentState, Refusal>; readonly did: string };

/** Changes the incident of a channel. */
export type ChangeIncident = (call: Call, context: InboundContext) => Promise<IncidentDone>;

/** Changes it, and tells the thread of its card; answers what to tell whoever asked. The error is why nothing was done. */
export async function changeIncident(
  change: ChangeIncident,
  call: Call,
  context: InboundContext,
): Promise<Result<string, string>> {
  const done = await change(call, context);
  if (done.outcome === 'usage') return err(done.text);
  if (!done.result.ok) return err(refused(done.result.error));
  const { principal, cause } = call.caller;
  context.tellThread(call.incident, { cause, text: `${named(actorOf(principal))} ${done.did}.` });
  return ok(`You ${done.did}.`);
}

/** A command that changes the incident of the channel it is typed in. `alone`: the form that asks for what was not typed. */
export function incidentCommand({
  name,
  usage,
  about,
  alone,
  change,
}: Pick<SlashCommand, 'name' | 'usage' | 'about'> & {
  readonly alone?: AskedOfIncident;
  readonly change: ChangeIncident;
}): SlashCommand {
  return defineCommand({
    name,
    usage,
    about,
    group: 'Incident',
    right: 'respond',
    where: 'incident',
    ...(alone === undefined ? {} : { opensForm: 'alone' as const }),
    async run(call, context) {
      const { words, triggerId } = call;
      if (alone !== undefined && words.length === 0) return context.openForm(triggerId, incidentModal(alone, call));
      const done = await changeIncident(change, call, context);
      return done.ok ? done.value : done.error;
    },
  });
}
