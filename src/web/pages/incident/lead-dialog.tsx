// Says who leads an incident.
import { useState } from 'react';
import type { ApiIncident } from '../../../contract/incident.ts';
import { ask } from '../../data/client.ts';
import { useMe } from '../../data/read.ts';
import { ConfirmOrder } from '../../kit/confirm-order.tsx';
import { Field, Input } from '../../kit/field.tsx';

/** Asks who. */
export function LeadDialog({ incident, onClose }: { incident: ApiIncident; onClose: () => void }) {
  const { data: me } = useMe();
  const [user, setUser] = useState(me?.actor.person ?? me?.actor.name ?? me?.actor.id ?? '');
  return (
    <ConfirmOrder
      onClose={onClose}
      order={{
        title: `Who leads #${incident.number}?`,
        effect: 'Whoever leads decides what is done next, and is asked for updates.',
        label: 'Say so',
        reason: 'none',
        given: `${user} leads #${incident.number}`,
        give: () =>
          ask('POST /incidents/:id/roles', {
            params: { id: incident.id },
            body: { role: 'commander', user: user.trim() },
          }),
        children: (
          <Field label="Lead" hint="A name under people:, or a Slack user id.">
            {(its) => <Input {...its} value={user} maxLength={100} onChange={(event) => setUser(event.target.value)} />}
          </Field>
        ),
      }}
    />
  );
}
