// What people do after an incident: its postmortem, its action items. Each is one command of the pipeline; the deciders hold the rules.
import type { Caller } from '../../core/authority/principal.ts';
import type { IncidentCommand } from '../../core/incident/command.ts';
import type { IncidentState } from '../../core/incident/state.ts';
import { draftsToAdopt } from '../../core/postmortem/document.ts';
import type { FollowUpOperations, ReadPostmortem } from '../../ports/follow-up.ts';
import type { LoadedIncident } from '../../ports/ledger.ts';
import { answerOf } from '../outcome.ts';
import type { CommandIncident } from './incident-operations.ts';

/** What they need. `people`: the keys under `people:`. */
export type FollowUpParts = {
  readonly commandIncident: CommandIncident;
  readonly readPostmortem: ReadPostmortem;
  readonly people: readonly string[];
};

/** Makes them. */
export function createFollowUpOperations({
  commandIncident,
  readPostmortem,
  people,
}: FollowUpParts): FollowUpOperations {
  const on = async (caller: Caller, incidentId: string, command: IncidentCommand) =>
    answerOf<LoadedIncident, IncidentState>(await commandIncident(caller, incidentId, command), {
      committed: ({ incident }) => incident,
      unchanged: ({ incident }) => incident,
    });
  /** Whoever appears in the incident or in the configuration. Read before it is known who asks: nothing of it is answered. */
  const namesAround = async (incidentId: string) => [...people, ...((await readPostmortem(incidentId))?.names ?? [])];

  return {
    async editPostmortem({ incidentId, expectedVersion, sections, ...caller }) {
      const names = sections.factors === undefined ? [] : await namesAround(incidentId);
      return on(caller, incidentId, { type: 'edit_postmortem', expectedVersion, sections, names });
    },
    async setPostmortemStatus({ incidentId, to, expectedVersion, reviewers, reason, ...caller }) {
      const postmortem = to === 'in_review' ? await readPostmortem(incidentId) : null;
      const drafts = postmortem === null ? {} : draftsToAdopt(postmortem.document);
      return on(caller, incidentId, { type: 'set_postmortem_status', to, expectedVersion, reviewers, reason, drafts });
    },
    reviewPostmortem: ({ incidentId, verdict, comment, expectedVersion, ...caller }) =>
      on(caller, incidentId, { type: 'review_postmortem', verdict, comment, expectedVersion }),
    addActionItem: ({ incidentId, text, owner, due, factor, verify, ...caller }) =>
      on(caller, incidentId, { type: 'add_action_item', text, owner, due, factor, verify }),
    changeActionItem: ({ incidentId, id, text, owner, due, factor, verify, link, ...caller }) =>
      on(caller, incidentId, { type: 'change_action_item', id, text, owner, due, factor, verify, link }),
    endActionItem: ({ incidentId, id, outcome, reason, ...caller }) =>
      on(caller, incidentId, { type: 'end_action_item', id, outcome, reason }),
    reopenActionItem: ({ incidentId, id, reason, ...caller }) =>
      on(caller, incidentId, { type: 'reopen_action_item', id, reason }),
    removeActionItem: ({ incidentId, id, reason, ...caller }) =>
      on(caller, incidentId, { type: 'remove_action_item', id, reason }),
  };
}
