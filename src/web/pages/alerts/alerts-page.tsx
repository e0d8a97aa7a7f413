// Alerts: the groups they are in and what holds them, what becomes of one, what keeps them quiet, and the deliveries that brought them.
import { getRouteApi } from '@tanstack/react-router';
import { useLacking } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Empty } from '../../kit/feedback.tsx';
import { useTitle } from '../../kit/title.ts';
import { AlertsFrame } from './alerts-frame.tsx';
import { DeliveryList } from './delivery-list.tsx';
import { DeliveryNotes } from './delivery-notes.tsx';
import { Explain } from './explain.tsx';
import { GroupList } from './group-list.tsx';
import { Mutes } from './mutes.tsx';

/** The page of groups. */
export function AlertsPage() {
  useTitle('Alerts');
  return (
    <AlertsFrame part="groups">
      <GroupList />
    </AlertsFrame>
  );
}

const section = getRouteApi('/alerts/$section');

/** Another part by its address. */
export function AlertsSectionPage() {
  const { section: part } = section.useParams();
  useTitle('Alerts');
  if (part === 'explain')
    return (
      <AlertsFrame part={part}>
        <Explain />
      </AlertsFrame>
    );
  if (part === 'silences') return <SilencesPart />;
  if (part === 'deliveries')
    return (
      <AlertsFrame part={part}>
        <div className="space-y-8">
          <DeliveryList />
          <DeliveryNotes />
        </div>
      </AlertsFrame>
    );
  return <Empty title="There is no such part of alerts">The link may be cut, or of another Firebreak.</Empty>;
}

function SilencesPart() {
  const navigate = section.useNavigate();
  const lacking = useLacking('operate');
  return (
    <AlertsFrame
      part="silences"
      aside={
        <Button
          kind="main"
          why={lacking}
          onClick={() => void navigate({ search: (before) => ({ ...before, silence: '' }) })}
        >
          Keep alerts quiet…
        </Button>
      }
    >
      <Mutes />
    </AlertsFrame>
  );
}
