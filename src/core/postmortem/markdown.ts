// A postmortem as Markdown. Foreign text cannot break a table, become HTML, a link, a mention or an image. Pure.
import { formatDuration } from '../time.ts';
import type { Postmortem } from './model.ts';

/** Text that shows as it is in Markdown and in a table. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_{}[\]()#+!|<>~&@]/g, (character) =>
      character === '<' ? '&lt;' : character === '>' ? '&gt;' : character === '&' ? '&amp;' : `\\${character}`,
    );
}

const e = escapeMarkdown;
const ms = (value: number | null) => (value === null ? '–' : formatDuration(value));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'None.\n';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

/** The document. */
export function toMarkdown(p: Postmortem): string {
  const { incident, times } = p;
  return `# Postmortem: #${incident.number} ${e(incident.title)}

SEV${incident.severity}. Opened ${incident.openedAt}, ${incident.resolvedAt ? `resolved ${incident.resolvedAt}` : 'not resolved'}. Incident \`${incident.id}\`.

## Impact

_To be written._

## What triggered it

${p.triggers.map((trigger) => `- ${e(trigger)}`).join('\n') || 'No run was started.'}

## Contributing alerts

${table(
  ['Alert', 'Source', 'Fingerprint', 'Since'],
  p.alerts.map((alert) => [e(alert.title), e(alert.source), e(alert.fingerprint), alert.startsAt ?? '–']),
)}
## What it cost in time

${table(['What', 'Time'], [['To the first action', ms(times.firstActionMs)], ['To the first act of a person', ms(times.firstHumanMs)], ['To the resolution', ms(times.resolveMs)], ...p.approvals.map((approval) => [`Approval of ${e(approval.step)}`, ms(approval.waitedMs)])])}
## Runs

${table(
  ['Run', 'Playbook', 'Version', 'Digest', 'Outcome', 'Time'],
  p.runs.map((run) => [
    `\`${run.runId}\``,
    e(run.playbook),
    e(run.version),
    `\`${run.digest}\``,
    e(run.outcome),
    ms(run.durationMs),
  ]),
)}
## Which steps ran

${table(
  ['Step', 'Attempt', 'Action', 'Started', 'Time', 'Outcome', 'Plan'],
  p.attempts.map((line) => [
    e(line.step),
    String(line.attempt),
    e(line.uses),
    line.startedAt,
    ms(line.durationMs),
    e(line.outcome),
    `\`${line.planDigest}\``,
  ]),
)}
## What was retried and why

${table(
  ['Step', 'After attempt', 'Waited', 'Why'],
  p.retries.map((retry) => [e(retry.step), String(retry.attempt), ms(retry.delayMs), e(retry.reason)]),
)}
## Approvals

${table(
  ['Step', 'Outcome', 'By', 'Waited', 'Plan'],
  p.approvals.map((approval) => [
    e(approval.step),
    e(approval.outcome),
    e(approval.by.join(', ')),
    ms(approval.waitedMs),
    `\`${approval.planDigest}\``,
  ]),
)}
## How it can be reversed

${table(
  ['Step', 'How'],
  p.reverse.map(({ step, how }) => [e(step), e(how)]),
)}
## Evidence

${table(
  ['Step', 'Name', 'Digest', 'Bytes'],
  p.evidence.map((item) => [e(item.step), e(item.name), `\`${item.digest}\``, String(item.bytes)]),
)}
## Action items

| Action | Owner | Due |
| --- | --- | --- |
|  |  |  |

## Timeline

${table(
  ['#', 'At', 'Who', 'What'],
  p.timeline.map((line) => [String(line.seq), line.at, e(line.who), e(line.text)]),
)}`;
}
