// What a postmortem says, section by section, before it becomes Markdown or HTML. Plain text: the renderers escape. Pure.
import { formatDuration } from '../time.ts';
import type { Tone } from '../timeline/describe.ts';
import type { Postmortem } from './model.ts';

/** A cell: text, or a name that is shown as code. */
export type TableCell = string | { readonly code: string };
/** A row; a tone colours it where there are colours. */
type Row = { readonly cells: readonly TableCell[]; readonly tone?: Tone };
/** One section. */
export type Section =
  | { readonly title: string; readonly text: string }
  | { readonly title: string; readonly list: readonly string[] }
  | { readonly title: string; readonly head: readonly string[]; readonly rows: readonly Row[] };

const none = '–';
const ms = (value: number | null) => (value === null ? none : formatDuration(value));
const code = (text: string): TableCell => ({ code: text });
const rows = (...cells: readonly (readonly TableCell[])[]): Row[] => cells.map((row) => ({ cells: row }));

/** Names the step of a line; steps of several runs are told apart by the run. */
type NameStep = (line: { readonly runId: string; readonly step: string }) => string;

/** The sections in order. */
export function sectionsOf(p: Postmortem): readonly Section[] {
  const several = p.runs.length > 1;
  const stepOfRun: NameStep = ({ runId, step }) => (several ? `${step} (${runId.slice(-6)})` : step);
  return [...whatHappened(p, stepOfRun), ...whatRan(p, stepOfRun), ...whatIsLeft(p, stepOfRun)];
}

function whatHappened(p: Postmortem, stepOfRun: NameStep): readonly Section[] {
  const { incident, impact, times } = p;
  return [
    { title: 'Summary', text: p.summary },
    {
      title: 'Impact',
      head: ['What', 'Value'],
      rows: rows(
        ['First sign', impact.firstSignAt],
        ['Opened', incident.openedAt],
        ['Resolved', incident.resolvedAt ?? none],
        ['Duration', ms(impact.durationMs)],
        ['Services', impact.services.join(', ') || none],
        ['Alerts', `${impact.alerts}, notified ${impact.notifications} times`],
        ...incident.roles.map(({ role, user }) => [role, user]),
      ),
    },
    { title: 'What triggered it', list: p.triggers },
    {
      title: 'Contributing alerts',
      head: ['Alert', 'Severity', 'Source', 'Times', 'Since', 'Resolved', 'Fingerprint'],
      rows: p.alerts.map((a) => ({
        cells: [a.title, a.severity, a.source, `${a.count}`, a.startsAt ?? none, a.resolvedAt ?? none, a.fingerprint],
      })),
    },
    {
      title: 'What it cost in time',
      head: ['What', 'Time'],
      rows: rows(
        ['To the first action', ms(times.firstActionMs)],
        ['To the first act of a person (MTTA)', ms(times.firstHumanMs)],
        ['To the resolution (MTTR)', ms(times.resolveMs)],
        ['Waiting for approvals', ms(times.approvalMs)],
        ...p.approvals.map((a) => [
          `Approval of ${stepOfRun(a)}${a.by.length > 0 ? ` by ${a.by.join(', ')}` : ''}`,
          ms(a.waitedMs),
        ]),
        ...times.steps.map((s) => [
          `Step ${stepOfRun(s)}, ${s.attempts === 1 ? '1 attempt' : `${s.attempts} attempts`}`,
          s.elapsedMs === s.workedMs ? ms(s.elapsedMs) : `${ms(s.elapsedMs)}, at work ${ms(s.workedMs)}`,
        ]),
      ),
    },
  ];
}

function whatRan(p: Postmortem, stepOfRun: NameStep): readonly Section[] {
  return [
    {
      title: 'Runs',
      head: ['Run', 'Playbook', 'Started by', 'Started', 'Outcome', 'Time', 'Digest'],
      rows: p.runs.map((r) => ({
        tone: r.outcome === 'succeeded' ? 'good' : r.outcome === 'not ended' ? 'neutral' : 'bad',
        cells: [
          code(r.runId),
          `${r.playbook} ${r.version}`,
          r.startedBy,
          r.startedAt,
          r.outcome,
          ms(r.durationMs),
          code(r.digest),
        ],
      })),
    },
    {
      title: 'Which steps ran',
      head: ['Step', 'Attempt', 'Action', 'Worker', 'Started', 'Ended', 'Time', 'Outcome', 'Plan'],
      rows: p.attempts.map((a) => ({
        tone: a.outcome.startsWith('failed') ? 'bad' : a.outcome.startsWith('succeeded') ? 'good' : 'warning',
        cells: [
          stepOfRun(a),
          `${a.attempt}`,
          a.summary ?? a.uses,
          a.worker,
          a.startedAt,
          a.endedAt ?? none,
          ms(a.durationMs),
          a.outcome,
          code(a.planDigest),
        ],
      })),
    },
    {
      title: 'What was retried and why',
      head: ['Step', 'After attempt', 'Waited', 'Why'],
      rows: p.retries.map((r) => ({ cells: [stepOfRun(r), `${r.attempt}`, ms(r.delayMs), r.reason] })),
    },
  ];
}

function whatIsLeft(p: Postmortem, stepOfRun: NameStep): readonly Section[] {
  return [
    {
      title: 'Approvals',
      head: ['Step', 'Outcome', 'By', 'Asked', 'Reason', 'Waited', 'Plan'],
      rows: p.approvals.map((a) => ({
        tone: a.outcome === 'granted' ? 'good' : a.outcome === 'open' ? 'warning' : 'bad',
        cells: [
          stepOfRun(a),
          a.outcome,
          a.by.join(', ') || none,
          `${a.quorum} of ${a.asked.join(', ')}`,
          a.reason ?? none,
          ms(a.waitedMs),
          code(a.planDigest),
        ],
      })),
    },
    {
      title: 'How it can be reversed',
      head: ['Step', 'State', 'How'],
      rows: p.reverse.map((r) => ({
        tone: r.state === 'irreversible' || r.state === 'undo failed' ? 'bad' : 'neutral',
        cells: [stepOfRun(r), r.state, r.how],
      })),
    },
    {
      title: 'Evidence',
      head: ['Step', 'Name', 'Bytes', 'Digest'],
      rows: p.evidence.map((e) => ({ cells: [stepOfRun(e), e.name, `${e.bytes}`, code(e.digest)] })),
    },
    { title: 'Action items', head: ['Action', 'Owner', 'Due'], rows: rows(['', '', '']) },
    {
      title: 'Timeline',
      head: ['#', 'At', 'Who', 'What'],
      rows: p.timeline.map(({ seq, at, who, text, tone }) => ({ tone, cells: [`${seq}`, at, who, text] })),
    },
  ];
}

/** One line under the title. */
export function subtitleOf({ incident }: Postmortem): string {
  const end = incident.resolvedAt ? `${incident.status} ${incident.resolvedAt}` : 'not resolved';
  return `SEV${incident.severity} · opened ${incident.openedAt} · ${end} · ${incident.id}`;
}
