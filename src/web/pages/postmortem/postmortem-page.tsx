// The postmortem of an incident: people's words with the entries that show them, what the ledger knows, action items, review and files.
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ApiPostmortem } from '../../../contract/postmortem.ts';
import { asFailure } from '../../data/failure.ts';
import { useWhyNoOrders } from '../../data/live.ts';
import { useLacking } from '../../data/read.ts';
import { usePostmortem } from '../../data/read-follow-up.ts';
import { PageBody } from '../../kit/card.tsx';
import { Empty, ErrorCard, Skeleton, SkeletonRows } from '../../kit/feedback.tsx';
import { SeverityBadge, StateBadge } from '../../kit/state-badge.tsx';
import { useTitle } from '../../kit/title.ts';
import { postmortemState } from '../../model/states.ts';
import { IncidentItems } from '../actions/incident-items.tsx';
import { ReviewPanel } from './review-panel.tsx';
import { SaveAs } from './save-as.tsx';
import { SectionView } from './section-view.tsx';

const route = getRouteApi('/incidents/$number/postmortem');

/** The page. */
export function PostmortemPage() {
  const { number } = route.useParams();
  const postmortem = usePostmortem(number);
  useTitle(`Postmortem of #${number}`);
  if (postmortem.data !== undefined) return <Shown postmortem={postmortem.data} />;
  if (postmortem.error === null)
    return (
      <PageBody className="space-y-6 pt-6">
        <Skeleton className="h-7 w-2/3" />
        <Skeleton className="h-24 w-full" />
        <SkeletonRows rows={6} />
      </PageBody>
    );
  if (asFailure(postmortem.error).status === 404)
    return (
      <Empty title={`There is no incident #${number}`}>
        The number may be mistyped, the link of another Firebreak, or the incident private.
      </Empty>
    );
  return (
    <PageBody className="pt-6">
      <ErrorCard error={postmortem.error} what="The postmortem" retry={() => void postmortem.refetch()} />
    </PageBody>
  );
}

/** Where follow-ups are not in the template, the action items stand at the end. */
const itemsSection = 'followUps';

function Shown({ postmortem }: { postmortem: ApiPostmortem }) {
  const { template, status, actionItems, sections, incident } = postmortem;
  const lacking = useLacking('respond');
  const offline = useWhyNoOrders();
  const why =
    status === 'reviewed' ? 'It is reviewed: set it back to draft before it is edited.' : (lacking ?? offline);
  const items = <IncidentItems incident={incident} items={actionItems} factors={sections.factors} />;
  return (
    <>
      <Head postmortem={postmortem} />
      <PageBody className="grid grid-cols-1 gap-8 pt-5 lg:grid-cols-[minmax(0,1fr)_18rem]">
        <article className="min-w-0 space-y-8">
          {template.map((section) => (
            <SectionView key={section.key} postmortem={postmortem} section={section} why={why}>
              {section.key === itemsSection && <div className="mt-5">{items}</div>}
            </SectionView>
          ))}
          {!template.some(({ key }) => key === itemsSection) && items}
        </article>
        <aside className="min-w-0 space-y-6" aria-label="About this postmortem">
          <ReviewPanel postmortem={postmortem} />
          <SaveAs incident={incident} />
          <p className="text-xs text-muted">
            Version {postmortem.version}, made from {postmortem.events.toLocaleString('en')} entries of the ledger.
          </p>
        </aside>
      </PageBody>
    </>
  );
}

function Head({ postmortem: { incident, status } }: { postmortem: ApiPostmortem }) {
  return (
    <header className="border-b px-4 py-4 md:px-6">
      <p className="text-sm text-muted">
        <Link
          to="/incidents/$number"
          params={{ number: String(incident.number) }}
          className="underline decoration-strong underline-offset-4 hover:decoration-current"
        >
          Incident #{incident.number}
        </Link>
      </p>
      <h1 className="flex max-w-[1200px] flex-wrap items-center gap-x-3 gap-y-1 text-xl font-semibold">
        <SeverityBadge severity={incident.severity} />
        <span className="min-w-0 wrap-anywhere">Postmortem: {incident.title}</span>
        <StateBadge state={postmortemState(status)} />
      </h1>
    </header>
  );
}
