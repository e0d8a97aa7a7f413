// What people can do with an incident, named by its effect: only what its state allows.
import { useQueryClient } from '@tanstack/react-query';
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import type { ApiIncident } from '../../../contract/incident.ts';
import { download } from '../../data/client.ts';
import { useWhyNoOrders } from '../../data/live.ts';
import { useLacking } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { Menu, MenuItem, MenuLine } from '../../kit/menu.tsx';
import { toast } from '../../kit/toast.tsx';
import { states } from '../../model/states.ts';
import { type IncidentOrder, incidentOrders } from './incident-orders.ts';
import { LeadDialog } from './lead-dialog.tsx';
import { SeverityDialog } from './severity-dialog.tsx';

const files = [
  ['html', 'Save as a page'],
  ['md', 'Save as Markdown'],
  ['csv', 'Save as CSV'],
  ['bundle', 'Save the sealed bundle'],
] as const;

/** The buttons, and the menu of what is rarer. */
export function IncidentActions({ incident }: { incident: ApiIncident }) {
  const queries = useQueryClient();
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const [dialog, setDialog] = useState<'severity' | 'lead' | null>(null);
  const lacking = useLacking('respond');
  const offline = useWhyNoOrders();
  const why = lacking ?? offline;
  const orders = incidentOrders(incident);
  const [first, ...rest] = orders;
  const open = (order: IncidentOrder) => setPending(order.pending);
  const save = (format: (typeof files)[number][0]) =>
    download(
      'GET /incidents/:id/timeline',
      { params: { id: incident.id }, query: { format } },
      `incident-${incident.number}.${format === 'bundle' ? 'json' : format}`,
    ).catch(() => toast('Not saved: the server refused.', states.failed));
  const close = () => {
    setPending(null);
    setDialog(null);
    void queries.invalidateQueries({ queryKey: ['incident'] });
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      {first && (
        <Button kind={incident.status === 'open' ? 'main' : 'plain'} why={why} onClick={() => open(first)}>
          {first.label}
        </Button>
      )}
      {rest.slice(0, 1).map((order) => (
        <Button key={order.label} why={why} onClick={() => open(order)}>
          {order.label}
        </Button>
      ))}
      <Menu
        label="More about this incident"
        trigger={
          <Button aria-label="More about this incident" className="!px-0 w-8">
            <Ellipsis className="size-4" />
          </Button>
        }
      >
        {why === null && (
          <>
            {rest.slice(1).map((order) => (
              <MenuItem key={order.label} onSelect={() => open(order)}>
                {order.label}…
              </MenuItem>
            ))}
            <MenuItem onSelect={() => setDialog('severity')}>Change the severity…</MenuItem>
            {incident.status !== 'closed' && <MenuItem onSelect={() => setDialog('lead')}>Say who leads…</MenuItem>}
            <MenuLine />
          </>
        )}
        {files.map(([format, label]) => (
          <MenuItem key={format} onSelect={() => void save(format)}>
            {label}
          </MenuItem>
        ))}
      </Menu>
      <ConfirmOrder order={pending} onClose={close} />
      {dialog === 'severity' && <SeverityDialog incident={incident} onClose={close} />}
      {dialog === 'lead' && <LeadDialog incident={incident} onClose={close} />}
    </div>
  );
}
