// Requests for a decision as the terminal shows them: a line in a list, or one with exactly what would run. Asks nothing.
import type { ApiApproval, ApiApprovalNote } from '../../contract/approval.ts';
import { elapsedMs, formatDuration } from '../../core/time.ts';
import type { FoundApproval } from '../session/ids.ts';
import { type Colour, line, paint, table } from '../session/output.ts';
import { age } from './show-run.ts';

const colours: { readonly [status in ApiApproval['status']]: Colour } = {
  open: 'warning',
  granted: 'good',
  denied: 'bad',
  expired: 'bad',
  voided: 'dim',
};

/** A list of them. */
export function approvalTable(items: readonly FoundApproval[], now: string): string {
  return table(
    ['APPROVAL', 'STATUS', 'AGE', 'ASKS', 'WOULD RUN'],
    items.map(({ approval }) => [
      approval.id,
      { text: approval.status, colour: colours[approval.status] },
      age(approval.requestedAt, now),
      line(approval.rule.from.join(', '), 16),
      `${approval.plan.playbook.name} ${approval.step}: ${approval.plan.uses} ${JSON.stringify(approval.plan.with)}`,
    ]),
    'cut',
  );
}

/** One of them. */
export function approvalText({ approval, runId }: FoundApproval, now: string): string {
  const { plan, rule, status } = approval;
  const left = formatDuration(Math.max(0, elapsedMs(now, approval.expiresAt)));
  return [
    `${paint('bold', `${plan.playbook.name} ${plan.playbook.version}, step ${approval.step}`)}  ${paint(colours[status], status)}`,
    `${approval.id} of run ${runId}, asked ${approval.requestedAt}${status === 'open' ? `, ${left} left` : ''}`,
    `asks:      ${line(rule.who, 600)}${approval.assigned === null ? '' : `, now ${line(approval.assigned.join(', '))}`}`,
    ...rule.conditions.map((text) => `rule:      ${line(text, 600)}`),
    ...approval.because.map((text) => `policy:    ${line(text, 600)}`),
    ...approval.approvals.map(({ actor, at }) => `agreed:    ${line(actor.name ?? actor.id)} ${at}`),
    ...approval.notes.map(noteText),
    ...approval.gates.map(gateText),
    ...(approval.missing.length === 0 ? [] : [`missing:   ${line(approval.missing.join(', and '), 600)}`]),
    ...(plan.summary === undefined ? [] : [`does:      ${line(plan.summary, 600)}`]),
    `would run: ${plan.uses} ${line(JSON.stringify(plan.with), 4000)}`,
    ...(plan.target === null ? [] : [`target:    ${line(plan.target)}`]),
    `risk:      ${plan.risk}${plan.reversible ? '' : ', cannot be undone'}`,
    ...(plan.undo === null ? [] : [`undo:      ${plan.undo.uses} ${line(JSON.stringify(plan.undo.with), 2000)}`]),
    `plan:      ${approval.planDigest}`,
    ...(approval.reason === null ? [] : [`because:   ${line(approval.reason)}`]),
    ...(status === 'open' ? [`decide:    firebreak approve ${approval.id} --plan ${approval.planDigest}`] : []),
  ].join('\n');
}

function noteText(note: ApiApprovalNote): string {
  const by = line(note.by.name ?? note.by.id);
  switch (note.type) {
    case 'questioned':
      return `asked:     ${by} ${note.at}: ${line(note.question, 1000)}`;
    case 'reassigned':
      return `handed on: ${by} ${note.at}: to ${line(note.to.join(', '))}${note.reason === null ? '' : `, ${line(note.reason)}`}`;
    case 'reminded':
      return `reminded:  ${by} ${note.at}`;
    case 'fell_back':
      return `fallback:  ${note.at}: nobody of ${line(note.empty.join(', '))} may decide; ${line(note.to.join(', '))} may`;
    case 'bypassed':
      return paint('bad', `GLASS BROKEN by ${by} ${note.at}: ${line(note.reason, 1000)}`);
    case 'notified':
      return `told:      ${line(note.notify)} ${note.at}${note.delivered ? '' : `: it could not be told, ${line(note.message ?? '')}`}`;
  }
}

function gateText({ name, passed, at, status, message }: ApiApproval['gates'][number]): string {
  if (passed === null) return `check:     ${line(name)} has not answered yet`;
  const why = message === null ? '' : `: ${line(message)}`;
  return `check:     ${line(name)} said ${passed ? 'yes' : 'no'} ${at ?? ''}${status === null ? '' : ` (${status})`}${why}`;
}

/** What a decision came to. */
export function decidedText({ step, status, missing, plan }: ApiApproval): string {
  const what = line(plan.summary ?? plan.name ?? step, 600);
  switch (status) {
    case 'open':
      return `Your approval counts; still needed: ${line(missing.join(', and '), 600)}: ${what}`;
    case 'granted':
      return `Approved: ${what}`;
    case 'denied':
      return `Denied, it does not run: ${what}`;
    case 'expired':
    case 'voided':
      return `Not counted, the request is ${status}: ${what}`;
  }
}
