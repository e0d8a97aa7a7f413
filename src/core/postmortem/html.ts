// A postmortem as one HTML file: no script, nothing from elsewhere, everything foreign escaped. Pure.
import { formatDuration } from '../time.ts';
import type { Postmortem } from './model.ts';

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Text inside HTML. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

const h = escapeHtml;
const ms = (value: number | null) => (value === null ? '–' : formatDuration(value));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '<p>None.</p>';
  const cells = (tag: string, values: readonly string[]) =>
    `<tr>${values.map((value) => `<${tag}>${h(value)}</${tag}>`).join('')}</tr>`;
  return `<table><thead>${cells('th', head)}</thead><tbody>${rows.map((row) => cells('td', row)).join('\n')}</tbody></table>`;
}

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1f2328}
h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #d1d9e0}table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;padding:.3rem .5rem;border-bottom:1px solid #e5e9ee;vertical-align:top;overflow-wrap:anywhere}th{background:#f6f8fa}.meta{color:#59636e}`;

/** The document. */
export function toHtml(p: Postmortem): string {
  const { incident, times } = p;
  const part = (title: string, body: string) => `<h2>${title}</h2>\n${body}\n`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Postmortem #${incident.number}</title><style>${style}</style></head><body>
<h1>#${incident.number} ${h(incident.title)}</h1>
<p class="meta">SEV${incident.severity} · opened ${incident.openedAt} · ${incident.resolvedAt ? `resolved ${incident.resolvedAt}` : 'not resolved'} · ${h(incident.id)}</p>
${part('What triggered it', `<ul>${p.triggers.map((trigger) => `<li>${h(trigger)}</li>`).join('')}</ul>`)}
${part(
  'Contributing alerts',
  table(
    ['Alert', 'Source', 'Fingerprint', 'Since'],
    p.alerts.map((a) => [a.title, a.source, a.fingerprint, a.startsAt ?? '–']),
  ),
)}
${part('What it cost in time', table(['What', 'Time'], [['To the first action', ms(times.firstActionMs)], ['To the first act of a person', ms(times.firstHumanMs)], ['To the resolution', ms(times.resolveMs)], ...p.approvals.map((a) => [`Approval of ${a.step}`, ms(a.waitedMs)])]))}
${part(
  'Runs',
  table(
    ['Run', 'Playbook', 'Version', 'Digest', 'Outcome', 'Time'],
    p.runs.map((r) => [r.runId, r.playbook, r.version, r.digest, r.outcome, ms(r.durationMs)]),
  ),
)}
${part(
  'Which steps ran',
  table(
    ['Step', 'Attempt', 'Action', 'Started', 'Time', 'Outcome', 'Plan'],
    p.attempts.map((a) => [a.step, String(a.attempt), a.uses, a.startedAt, ms(a.durationMs), a.outcome, a.planDigest]),
  ),
)}
${part(
  'What was retried and why',
  table(
    ['Step', 'After attempt', 'Waited', 'Why'],
    p.retries.map((r) => [r.step, String(r.attempt), ms(r.delayMs), r.reason]),
  ),
)}
${part(
  'Approvals',
  table(
    ['Step', 'Outcome', 'By', 'Waited', 'Plan'],
    p.approvals.map((a) => [a.step, a.outcome, a.by.join(', '), ms(a.waitedMs), a.planDigest]),
  ),
)}
${part(
  'How it can be reversed',
  table(
    ['Step', 'How'],
    p.reverse.map(({ step, how }) => [step, how]),
  ),
)}
${part(
  'Evidence',
  table(
    ['Step', 'Name', 'Digest', 'Bytes'],
    p.evidence.map((i) => [i.step, i.name, i.digest, String(i.bytes)]),
  ),
)}
${part(
  'Timeline',
  table(
    ['#', 'At', 'Who', 'What'],
    p.timeline.map((t) => [String(t.seq), t.at, t.who, t.text]),
  ),
)}
</body></html>
`;
}
