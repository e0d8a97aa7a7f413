// The action items of one incident, with the button that adds one.
import { useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { ApiActionItem } from '../../../contract/action-item.ts';
import type { ApiPostmortem } from '../../../contract/postmortem.ts';
import { useWhyNoOrders } from '../../data/live.ts';
import { useLacking } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Card, Section } from '../../kit/card.tsx';
import { Empty } from '../../kit/feedback.tsx';
import { byDue } from '../../model/action-items.ts';
import { AddItem } from './add-item.tsx';
import { ItemRow } from './item-row.tsx';

type ItemsProps = {
  readonly incident: ApiPostmortem['incident'];
  readonly items: readonly ApiActionItem[];
  readonly factors: ApiPostmortem['sections']['factors'];
};

/** The section. */
export function IncidentItems({ incident, items, factors }: ItemsProps) {
  const queries = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const lacking = useLacking('respond');
  const offline = useWhyNoOrders();
  const changed = () => {
    void queries.invalidateQueries({ queryKey: ['postmortem'] });
    void queries.invalidateQueries({ queryKey: ['action-items'] });
  };
  const add = (
    <Button size="small" why={lacking ?? offline} onClick={() => setAdding(true)}>
      <Plus className="size-3.5" aria-hidden="true" /> Add an action item
    </Button>
  );
  return (
    <Section title="Action items" count={items.filter(({ status }) => status === 'open').length} aside={add}>
      <Card>
        {items.length === 0 ? (
          <Empty title="No action items">What will be different, who does it, and how will you know?</Empty>
        ) : (
          <ul className="divide-y">
            {items.toSorted(byDue).map((item) => (
              <ItemRow key={item.id} item={item} isMixed={false} onChanged={changed} />
            ))}
          </ul>
        )}
      </Card>
      {isAdding && (
        <AddItem
          incident={incident}
          factors={factors}
          onClose={() => {
            setAdding(false);
            changed();
          }}
        />
      )}
    </Section>
  );
}
