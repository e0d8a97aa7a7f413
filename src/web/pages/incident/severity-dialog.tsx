// Changes the severity of an incident.
import { useState } from 'react';
import type { ApiIncident } from '../../../contract/incident.ts';
import { ask } from '../../data/client.ts';
import { ConfirmOrder } from '../../kit/confirm-order.tsx';
import { SeverityBadge } from '../../kit/state-badge.tsx';
import { cx } from '../../kit/tone.ts';

/** Asks for the new one. */
export function SeverityDialog({ incident, onClose }: { incident: ApiIncident; onClose: () => void }) {
  const [severity, setSeverity] = useState(incident.severity);
  return (
    <ConfirmOrder
      onClose={onClose}
      order={{
        title: `Change the severity of #${incident.number}?`,
        effect: 'Who is called, and how loudly, follows the severity.',
        label: `Make it SEV${severity}`,
        given: `#${incident.number} is SEV${severity}`,
        give: (reason) =>
          ask('POST /incidents/:id/severity', { params: { id: incident.id }, body: { severity, reason } }),
        children: (
          <fieldset className="flex flex-wrap gap-2">
            <legend className="sr-only">Severity</legend>
            {[1, 2, 3, 4].map((one) => (
              <label
                key={one}
                className={cx(
                  'flex h-9 cursor-pointer items-center gap-2 rounded-md border px-3 has-focus-visible:outline-2 has-focus-visible:outline-accent',
                  one === severity ? 'border-ink' : 'border-line',
                )}
              >
                <input
                  type="radio"
                  name="severity"
                  className="sr-only"
                  checked={one === severity}
                  onChange={() => setSeverity(one)}
                />
                <SeverityBadge severity={one} />
              </label>
            ))}
          </fieldset>
        ),
      }}
    />
  );
}
