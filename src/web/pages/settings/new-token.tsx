// Makes a service token, and shows it this once: it is kept nowhere, and gone when the dialog closes.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiMe } from '../../../contract/me.ts';
import { ask } from '../../data/client.ts';
import { asFailure } from '../../data/failure.ts';
import { useWhyNoOrders } from '../../data/live.ts';
import { useMe } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Dialog, DialogBody, DialogFoot } from '../../kit/dialog.tsx';
import { Field, Input, Select } from '../../kit/field.tsx';
import { CopyButton } from '../../kit/parts.tsx';
import { endsAt, givableRights, type Lifetime, lifetimes, nameFault } from '../../model/new-token.ts';

type Right = keyof ApiMe['rights'];

/** The dialog. */
export function NewToken({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<{ readonly name: string; readonly token: string } | null>(null);
  if (made === null) return <Form onClose={onClose} made={setMade} />;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`The token ${made.name}`}
      description="It is shown this once and kept nowhere."
    >
      <DialogBody>
        <p className="rounded-md border bg-surface px-3 py-2 font-mono text-xs [overflow-wrap:anywhere]" data-token>
          {made.token}
        </p>
        <p className="text-sm text-muted">
          Send it as <code className="font-mono text-xs">Authorization: Bearer …</code>. Lost, it is revoked and another
          one made.
        </p>
      </DialogBody>
      <DialogFoot>
        <CopyButton text={made.token} label="Copy the token" />
        <Button kind="main" onClick={onClose}>
          I have it
        </Button>
      </DialogFoot>
    </Dialog>
  );
}

type FormProps = {
  readonly onClose: () => void;
  readonly made: (token: { readonly name: string; readonly token: string }) => void;
};

function Form({ onClose, made }: FormProps) {
  const { data: me } = useMe();
  const offline = useWhyNoOrders();
  const [name, setName] = useState('');
  const [rights, setRights] = useState<readonly Right[]>(['view']);
  const [lifetime, setLifetime] = useState<Lifetime>('90');
  const [owner, setOwner] = useState(me?.actor.person ?? '');
  const making = useMutation({
    mutationFn: () => {
      const body = { name, rights: [...rights], expiresAt: endsAt(lifetime, Date.now()) };
      return ask('POST /tokens', { body: owner.trim() === '' ? body : { ...body, owner: owner.trim() } });
    },
    onSuccess: ({ token }) => made({ name, token }),
  });
  const fault = nameFault(name);
  const why = offline ?? (name === '' ? 'Give it a name first.' : fault);
  return (
    <Dialog
      open
      onClose={onClose}
      title="Make a service token"
      description="For a program that asks or orders by itself."
    >
      <form
        className="flex min-h-0 flex-1 flex-col"
        onSubmit={(event) => {
          event.preventDefault();
          if (why === null && !making.isPending) making.mutate();
        }}
      >
        <DialogBody>
          <Field
            label="Name"
            hint="Everything it does is recorded under this name."
            fault={name === '' || fault === null ? undefined : fault}
          >
            {(its) => <Input {...its} value={name} maxLength={63} onChange={({ target }) => setName(target.value)} />}
          </Field>
          <RightsField rights={rights} choose={setRights} />
          <Field label="Ends after">
            {(its) => (
              <Select {...its} value={lifetime} onChange={({ target }) => setLifetime(target.value as Lifetime)}>
                {Object.entries(lifetimes).map(([days, word]) => (
                  <option key={days} value={days}>
                    {word}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Owner, if you like" hint="Key under people: of the configuration; both count as one approver.">
            {(its) => (
              <Input {...its} value={owner} maxLength={100} onChange={({ target }) => setOwner(target.value)} />
            )}
          </Field>
          {making.error !== null && (
            <p role="alert" className="rounded-md border border-red bg-red-ground px-3 py-2 text-sm text-red">
              Not made: {asFailure(making.error).message}
            </p>
          )}
        </DialogBody>
        <DialogFoot>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" kind="main" why={why} disabled={making.isPending}>
            {making.isPending ? 'Making…' : 'Make the token'}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}

type RightsFieldProps = { readonly rights: readonly Right[]; readonly choose: (rights: readonly Right[]) => void };

/** Those that whoever makes it holds. */
function RightsField({ rights, choose }: RightsFieldProps) {
  const { data: me } = useMe();
  return (
    <fieldset className="space-y-1">
      <legend className="text-sm font-medium">Rights</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {(me ? givableRights(me) : []).map((right) => (
          <label key={right} className="flex items-center gap-1.5 text-sm">
            <input
              type="checkbox"
              checked={rights.includes(right)}
              onChange={({ target }) =>
                choose(target.checked ? [...rights, right] : rights.filter((one) => one !== right))
              }
            />
            {right}
          </label>
        ))}
      </div>
      <p className="text-xs text-muted">
        Held for everything. With none, it has what roles of the configuration give to its name.
      </p>
    </fieldset>
  );
}
