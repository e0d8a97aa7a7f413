// One request: its question, exactly what runs, who can answer and who has, how long there is, and what happens next.
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ApiActor } from '../../../contract/actor.ts';
import type { ApiListedApproval } from '../../../contract/approval.ts';
import { useNames } from '../../data/names.ts';
import { useApprovals, useRun } from '../../data/read.ts';
import { Card, Facts, PageBody, Section } from '../../kit/card.tsx';
import { Empty, ErrorCard, Skeleton } from '../../kit/feedback.tsx';
import { CopyId } from '../../kit/parts.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Age, Instant } from '../../kit/time.tsx';
import { useTitle } from '../../kit/title.ts';
import { questionOf, riskText, stepName, whoAnswers } from '../../model/approval.ts';
import { approvalState } from '../../model/states.ts';
import { roughText } from '../../model/time.ts';
import { AttendButtons } from './attend.tsx';
import { DecideButtons } from './decide.tsx';
import { ExactPlan } from './exact-plan.tsx';
import { TimeLeft } from './time-left.tsx';

const route = getRouteApi('/approvals/$id');
/** The id of a request begins with the id of its run. */
const runIdOf = (id: string) => id.replace(/^apr_/, 'run_').replace(/\..*$/, '');

/** The page. */
export function ApprovalPage() {
  const { id } = route.useParams();
  const open = useApprovals('open');
  const run = useRun(runIdOf(id));
  const listed = open.data?.items.find(({ approval }) => approval.id === id);
  const kept = Object.values(run.data?.approvals ?? {}).find((one) => one.id === id);
  const approval = listed?.approval ?? kept;
  useTitle(approval ? questionOf(approval) : 'Approval');
  if (approval !== undefined && run.data !== undefined)
    return (
      <Shown
        listed={
          listed ?? {
            approval,
            runId: run.data.id,
            incidentId: run.data.incidentId,
            refusal: 'it is decided',
            excluded: null,
          }
        }
        incident={run.data.incident}
        playbook={run.data.playbook.name}
      />
    );
  if (run.isPending || open.isPending)
    return (
      <PageBody className="space-y-4 pt-6">
        <Skeleton className="h-7 w-1/2" />
        <Skeleton className="h-40 w-full" />
      </PageBody>
    );
  if (run.error !== null)
    return (
      <PageBody className="pt-6">
        <ErrorCard error={run.error} what="The request" retry={() => void run.refetch()} />
      </PageBody>
    );
  return <Empty title="There is no such request">It may have been asked about anew, with another plan.</Empty>;
}

type ShownProps = {
  readonly listed: ApiListedApproval;
  readonly incident: { readonly number: number; readonly title: string };
  readonly playbook: string;
};

function Shown({ listed, incident, playbook }: ShownProps) {
  const { approval, runId } = listed;
  const name = useNames();
  const { plan, rule, status } = approval;
  const isOpen = status === 'open';
  const link = 'underline underline-offset-4 decoration-strong hover:decoration-current';
  const facts: readonly (readonly [string, ReactNode])[] = [
    [
      'Incident',
      <Link key="incident" to="/incidents/$number" params={{ number: String(incident.number) }} className={link}>
        #{incident.number} {incident.title}
      </Link>,
    ],
    [
      'Run',
      <Link key="run" to="/runs/$id" params={{ id: runId }} className={link}>
        {playbook}
      </Link>,
    ],
    ['Target', plan.target ?? 'none'],
    ['Risk', riskText(plan)],
    ['Can answer', whoAnswers(approval, name)],
    ...(approval.because.length > 0 ? [['Because', approval.because.join('; ')] as const] : []),
    ...(isOpen && approval.missing.length > 0 ? [['Missing', approval.missing.join(', and ')] as const] : []),
    ...(rule.policy === null ? [] : [['Policy', rule.policy] as const]),
    ...(rule.stepUp ? [['Takes', 'a passkey of whoever approves'] as const] : []),
    ['Asked', <Instant key="asked" at={approval.requestedAt} />],
    ['Runs out', <Instant key="out" at={approval.expiresAt} />],
    ['Id', <CopyId key="id" id={approval.id} className="-ml-1" />],
  ];
  return (
    <PageBody className="pt-6">
      <header className="flex flex-wrap items-center gap-3 pb-5">
        <h1 className="min-w-0 text-xl font-semibold">{questionOf(approval)}</h1>
        <StateBadge state={approvalState(status)} />
        {isOpen && (
          <span className="ml-auto">
            <TimeLeft approval={approval} />
          </span>
        )}
      </header>
      <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="min-w-0 space-y-5">
          <ExactPlan approval={approval} />
          {isOpen && (
            <div className="flex flex-wrap items-center gap-2 border-t pt-4">
              <DecideButtons listed={listed} />
              <AttendButtons approval={approval} />
            </div>
          )}
        </div>
        <div className="min-w-0 space-y-6">
          <Card className="p-4">
            <Facts facts={facts} />
          </Card>
          <Section title="Answers">
            <Answers listed={listed} />
          </Section>
          {isOpen && <Next listed={listed} />}
        </div>
      </div>
    </PageBody>
  );
}

function Answers({ listed: { approval } }: { listed: ApiListedApproval }) {
  const name = useNames();
  const called = ({ name: own, id }: ApiActor) => own ?? name(id);
  const { approvals, notes, decidedAt, decidedBy, reason, status } = approval;
  const noted = notes.map((note) => {
    const who = called(note.by);
    switch (note.type) {
      case 'questioned':
        return { at: note.at, text: `${who} asks: “${note.question}”` };
      case 'reassigned':
        return { at: note.at, text: `${who} handed it on to ${note.to.map(name).join(', ')}` };
      case 'fell_back':
        return {
          at: note.at,
          text: `Nobody of ${note.empty.map(name).join(', ')} may answer: ${note.to.map(name).join(', ')} may in their place`,
        };
      case 'bypassed':
        return { at: note.at, text: `⚠ ${who} broke the glass: “${note.reason}”` };
      case 'notified':
        return {
          at: note.at,
          text: note.delivered ? `${note.notify} was told` : `${note.notify} could not be told: ${note.message ?? ''}`,
        };
      default:
        return { at: note.at, text: `${who} had people reminded` };
    }
  });
  const given = approvals.map(({ actor, at }) => ({ at, text: `✓ ${called(actor)} approved` }));
  const end =
    status === 'denied' && decidedAt !== null
      ? [
          {
            at: decidedAt,
            text: `✕ ${decidedBy === null ? 'Somebody' : called(decidedBy)} denied${reason ? `: “${reason}”` : ''}`,
          },
        ]
      : [];
  const all = [...given, ...noted, ...end].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  if (all.length === 0) return <p className="text-sm text-muted">Nobody has answered yet.</p>;
  return (
    <ul className="space-y-1.5 text-sm">
      {all.map(({ at, text }) => (
        <li key={at + text} className="flex justify-between gap-3">
          <span className="min-w-0">{text}</span>
          <Age at={at} className="text-xs whitespace-nowrap text-muted" />
        </li>
      ))}
    </ul>
  );
}

function Next({ listed: { approval } }: { listed: ApiListedApproval }) {
  const { rule, nextRungAt, gates } = approval;
  return (
    <Section title="What happens next">
      <ul className="list-disc space-y-1 pl-4 text-sm text-muted">
        <li>Approved by everybody who must agree: {stepName(approval)} starts at once, exactly as planned.</li>
        <li>Denied: it does not run, and the playbook says what follows.</li>
        {nextRungAt !== null && (
          <li>
            Nobody answers: further people are called <Age at={nextRungAt} />.
          </li>
        )}
        {rule.conditions.map((text) => (
          <li key={text}>{text}.</li>
        ))}
        {gates.map((gate) => (
          <li key={gate.name}>
            The check {gate.name} {gate.passed === null ? 'has not answered yet' : `said ${gate.passed ? 'yes' : 'no'}`}
            {gate.message === null ? '' : `: ${gate.message}`}.
          </li>
        ))}
        <li>No answer within {roughText(rule.expiresInMs)} of asking: it runs out, and nothing happens.</li>
      </ul>
    </Section>
  );
}
