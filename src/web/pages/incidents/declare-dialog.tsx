// Declares an incident, and leads to it.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ask } from '../../data/client.ts';
import { asFailure } from '../../data/failure.ts';
import { useWhyNoOrders } from '../../data/live.ts';
import { Button } from '../../kit/button.tsx';
import { Dialog, DialogBody, DialogFoot } from '../../kit/dialog.tsx';
import { Field, Input, Select } from '../../kit/field.tsx';

const meanings = ['', 'everybody feels it', 'many feel it', 'some feel it', 'nobody feels it yet'];

/** The form. */
export function DeclareDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const offline = useWhyNoOrders();
  const [title, setTitle] = useState('');
  const [severity, setSeverity] = useState(3);
  const [service, setService] = useState('');
  const declaring = useMutation({
    mutationFn: () =>
      ask('POST /incidents', { body: { title: title.trim(), severity, service: service.trim() || undefined } }),
    onSuccess: async ({ number }) => {
      onClose();
      void queries.invalidateQueries({ queryKey: ['incidents'] });
      await navigate({ to: '/incidents/$number', params: { number: String(number) } });
    },
  });
  const why = offline ?? (title.trim() === '' ? 'Say what is wrong first.' : null);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Declare an incident"
      description="It gets a number and a channel, and those on call are told."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (why === null && !declaring.isPending) declaring.mutate();
        }}
      >
        <DialogBody>
          <Field label="What is wrong?" hint="As one would say it to a colleague: checkout fails for cards.">
            {(its) => (
              <Input {...its} value={title} maxLength={200} onChange={(event) => setTitle(event.target.value)} />
            )}
          </Field>
          <Field label="Severity" hint={`SEV${severity}: ${meanings[severity]}.`}>
            {(its) => (
              <Select
                {...its}
                value={severity}
                onChange={(event) => setSeverity(Number(event.target.value))}
                className="w-full"
              >
                {[1, 2, 3, 4].map((one) => (
                  <option key={one} value={one}>
                    SEV{one}: {meanings[one]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Service, if you know it">
            {(its) => (
              <Input {...its} value={service} maxLength={200} onChange={(event) => setService(event.target.value)} />
            )}
          </Field>
          {declaring.error && (
            <p role="alert" className="text-sm text-red">
              Not declared: {asFailure(declaring.error).message}
            </p>
          )}
        </DialogBody>
        <DialogFoot>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" kind="main" why={why} disabled={declaring.isPending}>
            Declare
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
