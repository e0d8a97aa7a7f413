// The appendix of a postmortem: what the ledger says, table by table, down to every entry. Pure.
import type { DocumentBlock, Section, TableCell, TableRow } from './blocks.ts';
import { type DocumentTime, lasted } from './document-time.ts';
import type { Postmortem } from './model.ts';
import { shortDigest } from './names.ts';

const none = '–';
const ms = (value: number | null) => (value === null ? none : lasted(value));
const code = (text: string): TableCell => ({ code: shortDigest(text) });

type Line = { readonly runId: string; readonly step: string };

/** The sections of the appendix. */
export function appendixOf(p: Postmortem, time: DocumentTime): readonly Section[] {
  const names = new Map(p.runs.map(({ runId, name }) => [runId, name]));
  const several = p.runs.length > 1;
  const stepOf = ({ runId, step }: Line) => (several ? `${step} (${names.get(runId) ?? 'another run'})` : step);
  const at = (instant: string | null) => (instant === null ? none : time.second(instant));
  return [...whatHappened(p, at), ...whatRan(p, { stepOf, at }), ...whatIsLeft(p, { stepOf, at }), ...record(p, at)];
}

type Ways = { readonly stepOf: (line: Line) => string; readonly at: (instant: string | null) => string };

const table = (title: string, head: readonly string[], rows: readonly TableRow[]): Section[] =>
  rows.length === 0 ? [] : [{ title, part: 'appendix', blocks: [{ type: 'table', head, rows }] }];

function whatHappened(p: Postmortem, at: Ways['at']): readonly Section[] {
  const triggers: DocumentBlock[] =
    p.triggers.length > 0
      ? [{ type: 'list', items: p.triggers.map((text) => ({ text, refs: [] })) }]
      : [{ type: 'text', text: 'No playbook was started.' }];
  return [
    { title: 'What triggered it', part: 'appendix', blocks: triggers },
    ...table(
      'Alerts',
      ['Alert', 'Severity', 'Source', 'Times', 'Since', 'Resolved'],
      p.alerts.map((a) => ({
        cells: [a.title, a.severity, a.source, `${a.count}`, at(a.startsAt), at(a.resolvedAt)],
      })),
    ),
    ...table(
      'People',
      ['Role', 'Who'],
      p.incident.roles.map(({ role, user }) => ({ cells: [role, user] })),
    ),
    ...table(
      'Messages of the channel',
      ['#', 'When', 'Who', 'What'],
      p.chat.map(({ seq, saidAt, who, text, files }) => ({
        cells: [`${seq}`, at(saidAt), who, files.length === 0 ? text : `${text} (with ${files.join(', ')})`],
      })),
    ),
  ];
}

function whatRan(p: Postmortem, { stepOf, at }: Ways): readonly Section[] {
  return [
    ...table(
      'Runs',
      ['Playbook', 'Version', 'Started by', 'Started', 'Outcome', 'Time', 'Digest'],
      p.runs.map((r) => ({
        tone: r.outcome === 'succeeded' ? 'good' : r.outcome === 'not ended' ? 'neutral' : 'bad',
        cells: [r.name, r.version, r.startedBy, at(r.startedAt), r.outcome, ms(r.durationMs), code(r.digest)],
      })),
    ),
    ...table(
      'Which steps ran',
      ['Step', 'Try', 'What', 'Started', 'Time', 'Outcome', 'Plan'],
      p.attempts.map((a) => ({
        tone: a.outcome.startsWith('failed') ? 'bad' : a.outcome.startsWith('succeeded') ? 'good' : 'warning',
        cells: [
          stepOf(a),
          `${a.attempt}`,
          a.summary ?? a.uses,
          at(a.startedAt),
          ms(a.durationMs),
          a.outcome,
          code(a.planDigest),
        ],
      })),
    ),
    ...table(
      'What was retried and why',
      ['Step', 'After try', 'Waited', 'Why'],
      p.retries.map((r) => ({ cells: [stepOf(r), `${r.attempt}`, ms(r.delayMs), r.reason] })),
    ),
    ...table(
      'Approvals',
      ['Step', 'Outcome', 'By', 'Asked', 'Reason', 'Waited', 'Plan'],
      p.approvals.map((a) => ({
        tone: a.outcome === 'granted' ? 'good' : a.outcome === 'open' ? 'warning' : 'bad',
        cells: [
          stepOf(a),
          a.outcome,
          a.by.join(', ') || none,
          `${a.quorum} of ${a.asked.join(', ')}`,
          a.reason ?? none,
          ms(a.waitedMs),
          code(a.planDigest),
        ],
      })),
    ),
  ];
}

function whatIsLeft(p: Postmortem, { stepOf }: Ways): readonly Section[] {
  const { times } = p;
  const cost: TableRow[] = [
    { cells: ['From the opening to the first action', ms(times.firstActionMs)] },
    { cells: ['From the opening to the first act of a person', ms(times.firstHumanMs)] },
    { cells: ['From the opening to the resolution', ms(times.resolveMs)] },
    { cells: ['Waiting for approvals', ms(times.approvalMs)] },
    ...times.steps.map((s) => ({
      cells: [
        `Step ${stepOf(s)}, ${s.attempts === 1 ? '1 try' : `${s.attempts} tries`}`,
        s.elapsedMs === s.workedMs ? ms(s.elapsedMs) : `${ms(s.elapsedMs)}, at work ${ms(s.workedMs)}`,
      ],
    })),
  ];
  return [
    ...table('What it cost in time', ['What', 'Time'], cost),
    ...table(
      'How it can be reversed',
      ['Step', 'State', 'How'],
      p.reverse.map((r) => ({ tone: toneOf(r.state), cells: [stepOf(r), r.state, r.how] })),
    ),
    ...table(
      'Evidence',
      ['Step', 'Name', 'Bytes', 'Digest'],
      p.evidence.map((e) => ({ cells: [stepOf(e), e.name, `${e.bytes}`, code(e.digest)] })),
    ),
  ];
}

/** Only what went wrong is red; what cannot be taken back is worth a look. */
function toneOf(state: Postmortem['reverse'][number]['state']) {
  if (state === 'undo failed') return 'bad' as const;
  return state === 'irreversible' ? ('warning' as const) : ('neutral' as const);
}

function record(p: Postmortem, at: Ways['at']): readonly Section[] {
  const about = `${p.record.events} entries in the ledger ${p.incident.id}; the last one has the hash ${p.record.head.slice(0, 12)}… The bundle of this incident holds them whole, with signatures.`;
  const head = ['#', 'When', 'Who', 'What'];
  const rows = p.timeline.map(
    ({ seq, at: when, who, text, tone }): TableRow => ({
      tone,
      seq,
      cells: [`${seq}`, at(when), who, text],
    }),
  );
  return [
    {
      title: 'Ledger',
      part: 'appendix',
      blocks: [
        { type: 'text', text: about },
        { type: 'table', head, rows },
      ],
    },
  ];
}
