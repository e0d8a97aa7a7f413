// The message of a run that takes longer than it should: what holds it up, who can unblock it, what can be done. Pure.
import type { Roles } from '../../core/authority/membership.ts';
import { waitingFor } from '../../core/run/owed.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';
import type { KillSwitch } from '../../ports/admission.ts';
import { mentions } from '../identity.ts';
import { buttonRow, code, context, joinWithin, type MessageContent, section, when } from '../text.ts';
import { orderEffect } from './order-words.ts';
import { runTitle, statusText } from './run-message.ts';
import { haltLine, haltsOf, waitLine } from './wait-lines.ts';

/** Who is to be told, and what else holds runs up. */
export type OverdueContext = {
  /** Of the playbook: a role or a user; null if the playbook is no longer there. */
  readonly escalation: string | null;
  readonly roles: Roles;
  readonly switches: readonly KillSwitch[];
};

/** Everything that holds a run up, in lines; workers too. */
const heldUpBy = (run: RunState, switches: readonly KillSwitch[]): readonly string[] => [
  ...haltsOf(run.playbook.name, switches).map(haltLine),
  ...waitingFor(run).map(waitLine),
];

/** The message for the lateness that was noted at `overdueAt`; it closes when the run ends or starts afresh. */
export function overdueMessage(
  run: RunState,
  overdueAt: string,
  { escalation, roles, switches }: OverdueContext,
): MessageContent {
  const isOpen = run.overdueAt === overdueAt && !isTerminal(run.status);
  const title = `${runTitle(run)} for incident #${run.incident.number}`;
  const since = `overdue since ${when(overdueAt)}, started ${when(run.startedAt)}`;
  const small = context(`${since}  ·  ${code(run.runId)}`);
  if (!isOpen) {
    const text = `No longer overdue: ${title}, ${statusText(run)}.`;
    return { text, blocks: [section(text, `overdue_${run.runId}_closed`), small] };
  }
  const called = escalation === null ? '' : joinWithin(mentions([escalation], roles), ' ', 900);
  const waits = joinWithin(heldUpBy(run, switches), '\n', 1900);
  return {
    text: `Overdue: ${title} takes longer than its playbook allows. ${called}\n${waits}`,
    blocks: [
      section(
        `*Overdue: ${title} takes longer than its playbook allows*\n${called}`.trim(),
        `overdue_${run.runId}_open`,
      ),
      section(waits),
      buttonRow(`overdue_${run.runId}_buttons`, [
        {
          id: 'run_nudge',
          label: 'Nudge',
          value: run.runId,
          confirm: {
            title: 'Remind people?',
            text: 'Whoever can unblock the run is mentioned once more.',
            yes: 'Nudge',
          },
        },
        {
          id: 'run_retry',
          label: 'Retry',
          value: run.runId,
          confirm: { title: 'Try again?', text: 'What failed, or is unclear, is carried out once more.', yes: 'Retry' },
        },
        {
          id: 'run_cancel',
          label: 'Cancel run',
          value: run.runId,
          style: 'danger',
          confirm: {
            title: 'Cancel the run?',
            text: orderEffect.cancel,
            yes: 'Cancel run',
          },
        },
      ]),
      small,
    ],
  };
}

/** The reminder that a nudge posts, in words of its own: a mention that is added to a message calls nobody. */
export function nudgeMessage(
  run: RunState,
  { called, by, switches, roles }: { called: readonly string[]; by: string } & Omit<OverdueContext, 'escalation'>,
): MessageContent {
  const title = `${runTitle(run)} for incident #${run.incident.number}`;
  const waits = joinWithin(heldUpBy(run, switches), '\n', 1900);
  const text = `${joinWithin(mentions(called, roles), ' ', 900)} Reminder from ${by}: ${title}\n${waits}`.trim();
  return { text, blocks: [section(text), context(`started ${when(run.startedAt)}  ·  ${code(run.runId)}`)] };
}
