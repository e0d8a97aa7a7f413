// Adds an action item to an incident: what, whose, until when, against which factor, and how one will know that it worked.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiPostmortem } from '../../../contract/postmortem.ts';
import { ask } from '../../data/client.ts';
import { asFailure } from '../../data/failure.ts';
import { useWhyNoOrders } from '../../data/live.ts';
import { Button } from '../../kit/button.tsx';
import { Dialog, DialogBody, DialogFoot } from '../../kit/dialog.tsx';
import { Field, Input, Select, TextArea } from '../../kit/field.tsx';
import { toast } from '../../kit/toast.tsx';
import { states } from '../../model/states.ts';

type AddProps = {
  readonly incident: ApiPostmortem['incident'];
  readonly factors: ApiPostmortem['sections']['factors'];
  readonly onClose: () => void;
};

const empty = { text: '', owner: '', due: '', factor: '', verify: '' };
type FieldOf = (name: keyof typeof empty) => {
  readonly value: string;
  readonly onChange: (event: { readonly target: { readonly value: string } }) => void;
};

/** The form. */
export function AddItem({ incident, factors, onClose }: AddProps) {
  const offline = useWhyNoOrders();
  const [said, setSaid] = useState(empty);
  const given = (name: keyof typeof empty) => said[name].trim() || undefined;
  const on: FieldOf = (name) => ({
    value: said[name],
    onChange: (event) => setSaid({ ...said, [name]: event.target.value }),
  });
  const adding = useMutation({
    mutationFn: () =>
      ask('POST /action-items', {
        body: {
          incident: incident.id,
          text: said.text.trim(),
          owner: given('owner'),
          due: given('due'),
          factor: given('factor'),
          verify: given('verify'),
        },
      }),
    onSuccess: ({ id }) => {
      toast(`${id} is added`, states.toDo);
      onClose();
    },
  });
  const why = offline ?? (said.text.trim() === '' ? 'Say what is to be done.' : null);
  return (
    <Dialog
      open
      onClose={onClose}
      title="What is to be done?"
      description={`After #${incident.number}: ${incident.title}`}
    >
      <form
        className="flex min-h-0 flex-1 flex-col"
        onSubmit={(event) => {
          event.preventDefault();
          if (why === null && !adding.isPending) adding.mutate();
        }}
      >
        <DialogBody>
          <ItemFields factors={factors} on={on} />
          {adding.error && (
            <p role="alert" className="rounded-md border border-red bg-red-ground px-3 py-2 text-sm text-red">
              Not added: {asFailure(adding.error).message}
            </p>
          )}
        </DialogBody>
        <DialogFoot>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" kind="main" why={why} disabled={adding.isPending}>
            {adding.isPending ? 'Adding…' : 'Add it'}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}

function ItemFields({ factors, on }: Pick<AddProps, 'factors'> & { readonly on: FieldOf }) {
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
