// Alerts: what is held and by whom, silences and windows, and deliveries that could not be used, with the way to try them again.
import { PageBody, PageHead } from '../../kit/card.tsx';
import { useTitle } from '../../kit/title.ts';
import { DeadLetters } from './dead-letters.tsx';
import { HeldGroups } from './held-groups.tsx';
import { Silences } from './silences.tsx';
import { Windows } from './windows.tsx';

/** The page. */
export function AlertsPage() {
  useTitle('Alerts');
  return (
    <>
      <PageHead title="Alerts" />
      <PageBody className="space-y-8">
        <Silences />
        <Windows />
        <HeldGroups />
        <DeadLetters />
      </PageBody>
    </>
  );
}
