// The head of every page of alerts, with its parts as tabs.
import type { ReactNode } from 'react';
import { useDeliveries, useHeldGroups, useSilences } from '../../data/read.ts';
import { PageBody, PageHead } from '../../kit/card.tsx';
import { Tabs } from '../../kit/tabs.tsx';
import type { AlertPart } from '../../model/alert-search.ts';

/** The head, and below it what a part shows. */
export function AlertsFrame({ part, aside, children }: { part: AlertPart; aside?: ReactNode; children: ReactNode }) {
  const held = useHeldGroups().data?.items.length;
  const silences = useSilences().data?.items.length;
  const dead = useDeliveries('dead').data?.items.length;
  return (
    <>
      <PageHead title="Alerts">{aside}</PageHead>
      <Tabs
        label="Parts of alerts"
        tabs={[
          { name: 'Groups', to: '/alerts', isHere: part === 'groups', count: held },
          { name: 'Explain', to: '/alerts/$section', params: { section: 'explain' }, isHere: part === 'explain' },
          {
            name: 'Silences and windows',
            to: '/alerts/$section',
            params: { section: 'silences' },
            isHere: part === 'silences',
            count: silences,
          },
          {
            name: 'Deliveries',
            to: '/alerts/$section',
            params: { section: 'deliveries' },
            isHere: part === 'deliveries',
            count: dead,
          },
        ]}
      />
      <PageBody className="pt-4">{children}</PageBody>
    </>
  );
}
