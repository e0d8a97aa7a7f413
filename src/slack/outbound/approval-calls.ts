// Which posts call people to an incident's requests for approval, from what was done about them: each once. Pure; sends nothing.
import type { Roles } from '../../core/authority/membership.ts';
import type { Approval, RunState } from '../../core/run/state.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import type { MessageContent } from '../text.ts';
import { questionMessage, reassignedMessage, reminderMessage } from '../views/approval-calls.ts';

/** A post; `parentKey`: of the message in whose thread it stands; null: it stands by itself. */
type Call = {
  readonly key: string;
  readonly about: string;
  readonly message: MessageContent;
  readonly parentKey: string | null;
};

type Around = {
  readonly roles: Roles;
  /** Keys of messages that Slack has already. */
  readonly known: ReadonlySet<string>;
  readonly keyOf: (about: string, id: string) => string;
};

/** The posts of all requests of an incident. */
export function approvalCalls(
  { incident, runs }: { readonly incident: Pick<IncidentRow, 'roles'>; readonly runs: readonly RunState[] },
  around: Around,
): readonly Call[] {
  const lead = incident.roles['lead'] ?? incident.roles['commander'] ?? null;
  return runs.flatMap((run) =>
    Object.values(run.approvals).flatMap((approval) => callsOf(run, approval, lead, around)),
  );
}

/** What is over before it was posted calls nobody any more; a question waits until its request stands. */
function callsOf(run: RunState, approval: Approval, lead: string | null, { roles, known, keyOf }: Around): Call[] {
  return (approval.notes ?? []).flatMap((note, i): Call[] => {
    const key = keyOf(note.type, `${approval.id}/${i}`);
    if (approval.status !== 'open' && !known.has(key)) return [];
    const about = `request for approval ${approval.id}, ${note.type}`;
    switch (note.type) {
      case 'questioned': {
        const parentKey = keyOf('approval', approval.id);
        const message = questionMessage(run, approval, { note, lead });
        return known.has(parentKey) ? [{ key, about, message, parentKey }] : [];
      }
      case 'reassigned':
        return [{ key, about, message: reassignedMessage(approval, note, roles), parentKey: null }];
      case 'reminded':
        return [{ key, about, message: reminderMessage(approval, note, roles), parentKey: null }];
    }
  });
}
