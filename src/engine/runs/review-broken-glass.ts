// The review that a broken glass owes: an action item of the incident with an owner and a day, in the same commit. The rule is the incident's.
import { type IncidentEvent, type Recorded, type RunEvent, systemActor } from '../../core/events.ts';
import { decideIncident } from '../../core/incident/decide.ts';
import type { IncidentRules } from '../../core/incident/rules.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import type { RunState } from '../../core/run/state.ts';
import { addMs } from '../../core/time.ts';

/** A review is due after this many days. */
const dueInDays = 3;
const dayMs = 86_400_000;

type Reviewed = { readonly incident: IncidentState; readonly events: readonly Recorded<IncidentEvent>[] };

/** The incident with a review for every glass that the events broke. One that takes no more items is left as it is: the record says it all. */
export function withReview(
  incident: IncidentState,
  events: readonly Recorded<RunEvent>[],
  given: {
    readonly at: string;
    readonly rules: IncidentRules;
    readonly run: Pick<RunState, 'runId'>;
    readonly playbook: Pick<Playbook, 'name' | 'owner'>;
  },
): Reviewed {
  const { at, rules, run, playbook } = given;
  const context = { at, rules, actor: systemActor, openInGroup: null };
  const due = addMs(at, dueInDays * dayMs).slice(0, 10);
  return events.reduce<Reviewed>(
    (so, { type, data, actor }) => {
      if (type !== 'approval.bypassed') return so;
      const who = actor.name ?? actor.id;
      const text = `Review the broken glass: ${who} let ${data.step} of ${playbook.name} (${run.runId}) go on without ${data.bypassed.join(', ')}: ${data.reason}`;
      const verify = 'the rule of the approval was right, or was changed; whoever was bypassed has been heard';
      const command = {
        type: 'add_action_item' as const,
        text: text.slice(0, 1000),
        owner: playbook.owner.escalation,
        due,
        verify,
      };
      const decision = decideIncident(so.incident, command, context);
      if (!decision.ok || decision.value.state === null) return so;
      return { incident: decision.value.state, events: [...so.events, ...decision.value.events] };
    },
    { incident, events: [] },
  );
}
