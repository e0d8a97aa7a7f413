// Which posts call people to an incident's requests for approval, from what was done about them: each once. Pure; sends nothing.
import type { Roles } from '../../core/authority/membership.ts';
import { leadOf } from '../../core/incident/state.ts';
import type { Approval, RunState } from '../../core/run/state.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import type { MessageContent } from '../text.ts';
import {
  bypassedMessage,
  fallbackMessage,
  questionMessage,
  reassignedMessage,
  reminderMessage,
} from '../views/approval-calls.ts';

/** A post. `thread`: key of the message in whose thread it stands. */
type Call = {
  readonly key: string;
  readonly message: MessageContent;
  readonly more: { readonly about: string; readonly thread?: string };
};

type Around = {
  readonly roles: Roles;
  /** Keys of messages that Slack has already. */
  readonly known: ReadonlySet<string>;
  readonly keyOf: (about: string, id: string) => string;
  /** The incident is told in a thread already, and a thread has no threads in it. */
  readonly thread: true | undefined;
};

/** The posts of all requests of an incident. */
export function approvalCalls(
  { incident, runs }: { readonly incident: Pick<IncidentRow, 'roles'>; readonly runs: readonly RunState[] },
  around: Around,
): readonly Call[] {
  const lead = leadOf(incident);
  return runs.flatMap((run) =>
    Object.values(run.approvals).flatMap((approval) => callsOf(run, approval, lead, around)),
  );
}

/** What is over before it was posted calls nobody any more; a question waits until its request stands. */
function callsOf(
  run: RunState,
  approval: Approval,
  lead: string | null,
  { roles, known, keyOf, thread }: Around,
): Call[] {
  return (approval.notes ?? []).flatMap((note, i): Call[] => {
    const key = keyOf(note.type, `${approval.id}/${i}`);
    // A broken glass ends the request, and is told all the same.
    if (approval.status !== 'open' && note.type !== 'bypassed' && !known.has(key)) return [];
    const about = `request for approval ${approval.id}, ${note.type}`;
    switch (note.type) {
      case 'questioned': {
        const parentKey = keyOf('approval', approval.id);
        const message = questionMessage(run, approval, { note, lead });
        const more = thread ? { about } : { about, thread: parentKey };
        return known.has(parentKey) ? [{ key, message, more }] : [];
      }
      case 'reassigned':
        return [{ key, message: reassignedMessage(approval, note, roles), more: { about } }];
      case 'reminded':
        return [{ key, message: reminderMessage(approval, note, roles), more: { about } }];
      case 'fell_back':
        return [{ key, message: fallbackMessage(approval, note, roles), more: { about } }];
      case 'bypassed':
        return [{ key, message: bypassedMessage(run, approval, { note, roles }), more: { about } }];
      case 'notified':
        return [];
    }
  });
}
