// Hands a request on to others whom its rule lets decide.
import { useState } from 'react';
import type { ApiApproval } from '../../../contract/approval.ts';
import { ask } from '../../data/client.ts';
import { ConfirmOrder } from '../../kit/confirm-order.tsx';
import { Field, Input } from '../../kit/field.tsx';
import { stepName } from '../../model/approval.ts';

/** Asks to whom. */
export function HandOver({ approval, onClose }: { approval: ApiApproval; onClose: () => void }) {
  const [to, setTo] = useState('');
  return (
    <ConfirmOrder
      onClose={onClose}
      order={{
        title: `Hand ${stepName(approval)} on?`,
        effect: 'They are called, and can decide in the place of those who are asked now.',
        label: 'Hand it on',
        given: `Handed on to ${to}`,
        give: (reason) =>
          ask('POST /approvals/:id/delegate', { params: { id: approval.id }, body: { to: to.trim(), reason } }),
        children: (
          <Field
            label="To whom"
            hint={`A role of its rule (${approval.rule.from.join(', ')}), or a person who belongs to one.`}
          >
            {(its) => <Input {...its} value={to} maxLength={100} onChange={(event) => setTo(event.target.value)} />}
          </Field>
        ),
      }}
    />
  );
}
