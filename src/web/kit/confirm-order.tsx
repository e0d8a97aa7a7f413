// Asks before an order is given: its effect, a reason, and then what became of it. Gives the order that it is handed.
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { asFailure } from '../data/failure.ts';
import { useWhyNoOrders } from '../data/live.ts';
import { type ShownState, states } from '../model/states.ts';
import { Button } from './button.tsx';
import { Dialog, DialogBody, DialogFoot } from './dialog.tsx';
import { Field, Input } from './field.tsx';
import { CopyId } from './parts.tsx';
import { toast } from './toast.tsx';

/** An order that waits to be confirmed. */
export type PendingOrder = {
  /** The question, such as `Undo 2 steps of restart-service?` */
  readonly title: string;
  /** What it will do. */
  readonly effect: ReactNode;
  /** The word of the button that gives it. */
  readonly label: string;
  readonly isGrave?: boolean;
  /** Whether a reason must be, may be or is not given. */
  readonly reason?: 'needed' | 'asked' | 'none';
  /** What exactly runs, or whatever else must be seen before. */
  readonly children?: ReactNode;
  readonly give: (reason: string | undefined) => Promise<unknown>;
  /** Said when it was given. */
  readonly given: string;
  readonly givenState?: ShownState;
};

/** The question; null: nothing is asked. */
export function ConfirmOrder({ order, onClose }: { order: PendingOrder | null; onClose: () => void }) {
  return order === null ? null : <Question order={order} onClose={onClose} />;
}

function Question({ order, onClose }: { order: PendingOrder; onClose: () => void }) {
  const { title, effect, label, isGrave = false, reason: asks = 'asked', give, given, givenState } = order;
  const [reason, setReason] = useState('');
  const offline = useWhyNoOrders();
  const giving = useMutation({
    mutationFn: () => give(reason.trim() || undefined),
    onSuccess: () => {
      toast(given, givenState ?? states.done);
      onClose();
    },
  });
  const missing = asks === 'needed' && reason.trim() === '' ? 'Say why first: it stands in the record.' : null;
  const failure = giving.error === null ? null : asFailure(giving.error);
  const submit = () => {
    if (missing === null && offline === null && !giving.isPending) giving.mutate();
  };
  return (
    <Dialog open onClose={onClose} title={title} description={effect} wide={order.children !== undefined}>
      <form
        className="flex min-h-0 flex-1 flex-col"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <DialogBody>
          {order.children}
          {asks !== 'none' && (
            <Field label={asks === 'needed' ? 'Reason' : 'Reason, if you like'} hint="It stands in the record.">
              {(its) => (
                <Input {...its} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
              )}
            </Field>
          )}
          {failure && (
            <div role="alert" className="rounded-md border border-red bg-red-ground px-3 py-2 text-sm text-red">
              <p className="font-medium">Not done: {failure.message}</p>
              {failure.requestId !== null && <CopyId id={failure.requestId} />}
            </div>
          )}
        </DialogBody>
        <DialogFoot>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" kind={isGrave ? 'grave' : 'main'} why={offline ?? missing} disabled={giving.isPending}>
            {giving.isPending ? 'Sending…' : label}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
