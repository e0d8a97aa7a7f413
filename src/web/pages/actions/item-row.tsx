// One action item: what is to be done, whose it is, until when, and the buttons that end it.
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ApiActionItem } from '../../../contract/action-item.ts';
import { ask } from '../../data/client.ts';
import { useWhyNoOrders } from '../../data/live.ts';
import { useNames } from '../../data/names.ts';
import { useLacking } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { cx } from '../../kit/tone.ts';
import { itemLine } from '../../model/action-items.ts';
import { itemState, states } from '../../model/states.ts';
import { EditItem } from './edit-item.tsx';

type RowProps = {
  readonly item: ApiActionItem;
  /** It stands among those of other incidents. */
  readonly isMixed: boolean;
  readonly onChanged: () => void;
};

const done = ({ id, verify }: ApiActionItem): PendingOrder => ({
  title: `Is ${id} done?`,
  effect: verify === null ? 'It leaves the list of what is to be done.' : `You said you would know by this: ${verify}`,
  label: 'Mark it done',
  reason: 'asked',
  give: (reason) => ask('PATCH /action-items/:id', { params: { id }, body: { status: 'done', reason } }),
  given: `${id} is done`,
});
const drop = ({ id }: ApiActionItem): PendingOrder => ({
  title: `Drop ${id}?`,
  effect: 'It will not be done. It stays in the record, with the reason.',
  label: 'Drop it',
  isGrave: true,
  reason: 'needed',
  give: (reason) => ask('PATCH /action-items/:id', { params: { id }, body: { status: 'dropped', reason } }),
  given: `${id} is dropped`,
  givenState: states.dropped,
});
const reopen = ({ id }: ApiActionItem): PendingOrder => ({
  title: `Open ${id} again?`,
  effect: 'It is to be done after all.',
  label: 'Open it again',
  reason: 'asked',
  give: (reason) => ask('PATCH /action-items/:id', { params: { id }, body: { status: 'open', reason } }),
  given: `${id} is open again`,
  givenState: states.toDo,
});

/** The row. */
export function ItemRow({ item, isMixed, onChanged }: RowProps) {
  const { id, text, status, reason, verify, link, incident } = item;
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const [isEditing, setEditing] = useState(false);
  const name = useNames();
  const why = useLacking('respond');
  const offline = useWhyNoOrders();
  const button = (label: string, order: PendingOrder) => (
    <Button size="small" why={why ?? offline} aria-label={`${label} ${id}`} onClick={() => setPending(order)}>
      {label}
    </Button>
  );
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-2.5">
      <div className="min-w-0 flex-1 basis-64">
        <p className={cx('wrap-anywhere', status !== 'open' && 'text-muted')}>{text}</p>
        <p className="flex flex-wrap items-center gap-x-2 text-xs text-muted">
          <StateBadge state={itemState(item)} plain />
          <span>{itemLine({ ...item, owner: item.owner && name(item.owner) })}</span>
          {link !== null && (
            <a href={link.url} rel="noreferrer noopener" className="underline underline-offset-4">
              {link.key}
            </a>
          )}
          {isMixed && (
            <Link
              to="/incidents/$number/postmortem"
              params={{ number: String(incident.number) }}
              className="min-w-0 truncate underline decoration-strong underline-offset-4 hover:decoration-current"
              data-row
            >
              #{incident.number} {incident.title}
            </Link>
          )}
        </p>
        {verify !== null && status === 'open' && <p className="text-xs text-muted">Worked when: {verify}</p>}
        {reason !== null && <p className="text-xs text-muted wrap-anywhere">“{reason}”</p>}
      </div>
      <div className="flex gap-2">
        {status === 'open' ? (
          <>
            {button('Done', done(item))}
            {button('Drop', drop(item))}
            <Button size="small" why={why ?? offline} aria-label={`Edit ${id}`} onClick={() => setEditing(true)}>
              Edit
            </Button>
          </>
        ) : (
          button('Reopen', reopen(item))
        )}
      </div>
      {isEditing && (
        <EditItem
          item={item}
          onClose={() => {
            setEditing(false);
            onChanged();
          }}
        />
      )}
      <ConfirmOrder
        order={pending}
        onClose={() => {
          setPending(null);
          onChanged();
        }}
      />
    </li>
  );
}
