// The form of an action item: what, whose, until when, against which factor, and how one will know that it worked. Sends nothing itself.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiPostmortem } from '../../../contract/postmortem.ts';
import { asFailure } from '../../data/failure.ts';
import { useWhyNoOrders } from '../../data/live.ts';
import { Button } from '../../kit/button.tsx';
import { Dialog, DialogBody, DialogFoot } from '../../kit/dialog.tsx';
import { Field, Input, Select, TextArea } from '../../kit/field.tsx';
import { toast } from '../../kit/toast.tsx';
import type { SaidOfItem } from '../../model/action-items.ts';
import { states } from '../../model/states.ts';

type FormProps = {
  readonly title: string;
  readonly description: string;
  /** The button that sends it, and what it says meanwhile. */
  readonly label: readonly [string, string];
  readonly given: SaidOfItem;
  /** Factors to choose from; none: it is not asked for. */
  readonly factors: ApiPostmortem['sections']['factors'];
  /** Sends what is said; answers what to tell. */
  readonly send: (said: SaidOfItem) => Promise<string>;
  readonly onClose: () => void;
};

type FieldOf = (name: keyof SaidOfItem) => {
  readonly value: string;
  readonly onChange: (event: { readonly target: { readonly value: string } }) => void;
};

/** The form. */
export function ItemForm({ title, description, label, given, factors, send, onClose }: FormProps) {
  const offline = useWhyNoOrders();
  const [said, setSaid] = useState(given);
  const on: FieldOf = (name) => ({
    value: said[name],
    onChange: (event) => setSaid({ ...said, [name]: event.target.value }),
  });
  const sending = useMutation({
    mutationFn: () => send(said),
    onSuccess: (told) => {
      toast(told, states.toDo);
      onClose();
    },
  });
  const why = offline ?? (said.text.trim() === '' ? 'Say what is to be done.' : null);
  const [idle, busy] = label;
  return (
    <Dialog open onClose={onClose} title={title} description={description}>
      <form
        className="flex min-h-0 flex-1 flex-col"
        onSubmit={(event) => {
          event.preventDefault();
          if (why === null && !sending.isPending) sending.mutate();
        }}
      >
        <DialogBody>
          <ItemFields factors={factors} on={on} />
          {sending.error && (
            <p role="alert" className="rounded-md border border-red bg-red-ground px-3 py-2 text-sm text-red">
              Not saved: {asFailure(sending.error).message}
            </p>
          )}
        </DialogBody>
        <DialogFoot>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" kind="main" why={why} disabled={sending.isPending}>
            {sending.isPending ? busy : idle}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}

function ItemFields({ factors, on }: Pick<FormProps, 'factors'> & { readonly on: FieldOf }) {
  return (
    <>
      <Field label="Action">{(its) => <TextArea {...its} rows={2} maxLength={1000} {...on('text')} />}</Field>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field label="Owner" hint="A name or Slack user id">
          {(its) => <Input {...its} maxLength={500} {...on('owner')} />}
        </Field>
        <Field label="Due" hint="2026-12-01, friday, 2w">
          {(its) => <Input {...its} maxLength={40} {...on('due')} />}
        </Field>
      </div>
      {factors.length > 0 && (
        <Field label="Factor that it addresses">
          {(its) => (
            <Select {...its} className="w-full" {...on('factor')}>
              <option value="">None of them</option>
              {factors.map(({ id, text }) => (
                <option key={id} value={id}>
                  {text.slice(0, 80)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <Field label="How you will know that it worked">
        {(its) => <Input {...its} maxLength={500} {...on('verify')} />}
      </Field>
    </>
  );
}
