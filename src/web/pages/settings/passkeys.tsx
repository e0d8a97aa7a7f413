// Passkeys: yours, and for administrators everybody's; how one is registered, confirmed and revoked.
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { ApiPasskey } from '../../../contract/passkey.ts';
import { ask } from '../../data/client.ts';
import { makePasskey } from '../../data/passkey.ts';
import { useLacking, useMe, usePasskeys } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Card, Section } from '../../kit/card.tsx';
import { ConfirmOrder, type PendingOrder } from '../../kit/confirm-order.tsx';
import { Empty, ErrorCard, SkeletonRows } from '../../kit/feedback.tsx';
import { Field, Input } from '../../kit/field.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Instant } from '../../kit/time.tsx';
import { states } from '../../model/states.ts';

const revoking = ({ id, name }: ApiPasskey): PendingOrder => ({
  title: `Revoke the passkey “${name}”?`,
  effect: 'From now on nothing that it signs counts. What it approved so far stays as it is.',
  label: `Revoke ${name}`,
  isGrave: true,
  give: (reason) => ask('DELETE /passkeys/:id', { params: { id }, body: { reason } }),
  given: 'The passkey is revoked',
});

const confirming = ({ id, name, owner }: ApiPasskey): PendingOrder => ({
  title: `Is “${name}” a passkey of ${owner.name ?? owner.id}?`,
  effect: `Ask ${owner.name ?? owner.id} in person first. From then on it approves in that name.`,
  label: `Confirm ${name}`,
  reason: 'none',
  give: () => ask('POST /passkeys/:id/confirm', { params: { id }, body: {} }),
  given: 'The passkey counts from now on',
});

/** The part. */
export function Passkeys() {
  const passkeys = usePasskeys();
  const [pending, setPending] = useState<PendingOrder | null>(null);
  const lacking = useLacking('administer');
  const { data: me } = useMe();
  const close = () => {
    setPending(null);
    void passkeys.refetch();
  };
  return (
    <div className="max-w-3xl space-y-8">
      <Section title="A new passkey">
        <NewPasskey ask={setPending} />
      </Section>
      <Section title={lacking === null ? 'Passkeys of everybody' : 'Your passkeys'}>
        {passkeys.data === undefined ? (
          passkeys.error === null ? (
            <SkeletonRows />
          ) : (
            <ErrorCard error={passkeys.error} what="The passkeys" retry={() => void passkeys.refetch()} />
          )
        ) : passkeys.data.items.length === 0 ? (
          <Empty title="No passkeys yet">An approval that takes one cannot be given without it.</Empty>
        ) : (
          <Card>
            <ul className="divide-y">
              {passkeys.data.items.map((passkey) => (
                <Row
                  key={passkey.id}
                  passkey={passkey}
                  mayConfirm={lacking === null && passkey.owner.id !== me?.actor.id}
                  ask={setPending}
                />
              ))}
            </ul>
          </Card>
        )}
      </Section>
      <ConfirmOrder order={pending} onClose={close} />
    </div>
  );
}

function NewPasskey({ ask: pend }: { ask: (order: PendingOrder) => void }) {
  const [name, setName] = useState('');
  const { data: me } = useMe();
  const isPerson = me?.actor.kind === 'user';
  const missing = isPerson ? (name.trim() === '' ? 'Say first what you call it.' : null) : 'Only people have passkeys.';
  const making: PendingOrder = {
    title: `Register “${name.trim()}”?`,
    effect:
      'Your browser asks for a security key, a finger, a face or a PIN. It is announced, so that you learn of one that you did not register.',
    label: 'Register it',
    reason: 'none',
    give: () => makePasskey(name.trim()),
    given: 'The passkey is registered',
  };
  return (
    <Card className="p-4">
      <form
        className="flex flex-wrap items-start gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (missing !== null) return;
          pend(making);
        }}
      >
        <div className="min-w-0 flex-1 basis-60">
          <Field
            label="What you call it"
            hint="Such as “laptop” or “key on my ring”. Takes a sign-in of the last ten minutes."
          >
            {(its) => <Input {...its} value={name} maxLength={60} onChange={(event) => setName(event.target.value)} />}
          </Field>
        </div>
        <Button type="submit" kind="main" why={missing} className="sm:mt-6">
          <KeyRound className="size-4" aria-hidden="true" /> Register…
        </Button>
      </form>
    </Card>
  );
}

const words = { counts: states.active, waits: states.waits, revoked: states.revoked } as const;

function Row({
  passkey,
  mayConfirm,
  ask: pend,
}: {
  passkey: ApiPasskey;
  mayConfirm: boolean;
  ask: (order: PendingOrder) => void;
}) {
  const { name, owner, registeredAt, rpId, provenBy, status } = passkey;
  const proven = { local: 'on this machine', oidc: 'after single sign-on', slack: 'after a sign-in with Slack' }[
    provenBy
  ];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 text-sm">
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium break-words">
          {name} <span className="font-normal text-muted">of {owner.name ?? owner.id}</span>
        </p>
        <p className="text-xs text-muted">
          for {rpId} · registered {proven} <Instant at={registeredAt} />
        </p>
        {status === 'waits' && (
          <p className="text-xs">It counts once somebody else who administers Firebreak has confirmed it.</p>
        )}
      </div>
      <StateBadge state={words[status]} plain />
      {status === 'waits' && mayConfirm && (
        <Button size="small" onClick={() => pend(confirming(passkey))}>
          Confirm…
        </Button>
      )}
      {status !== 'revoked' && (
        <Button size="small" kind="grave" onClick={() => pend(revoking(passkey))}>
          Revoke…
        </Button>
      )}
    </li>
  );
}
