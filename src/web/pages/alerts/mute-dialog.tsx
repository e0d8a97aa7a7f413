// Keeps alerts quiet: a silence, or a maintenance window that comes once; with what it would mute before it is ordered.
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../../data/client.ts';
import { asFailure } from '../../data/failure.ts';
import { useWhyNoOrders } from '../../data/live.ts';
import { useZone } from '../../data/preferences.ts';
import { useLacking, useMe } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Dialog, DialogBody, DialogFoot } from '../../kit/dialog.tsx';
import { Field, Input, Select, TextArea } from '../../kit/field.tsx';
import { toast } from '../../kit/toast.tsx';
import { cx } from '../../kit/tone.ts';
import { emptyMute, fieldInstant, fieldText, type MuteForm, muteFault, whereOf } from '../../model/mute-form.ts';
import { states } from '../../model/states.ts';
import type { Zone } from '../../model/time.ts';
import { MutePreview } from './mute-preview.tsx';

const hourMs = 3_600_000;

/** Gives the order. */
async function create(form: MuteForm, zone: Zone): Promise<void> {
  const times = {
    startsAt: fieldInstant(form.startsAt, zone) ?? undefined,
    endsAt: fieldInstant(form.endsAt, zone) ?? '',
  };
  const about = { owner: form.owner.trim() || undefined, reason: form.reason.trim() };
  const where = whereOf(form);
  if (form.kind === 'silence')
    await ask('POST /silences', { body: { sets: where === null ? [] : [where], ...times, ...about } });
  else {
    const startsAt = times.startsAt ?? new Date().toISOString();
    const { name, mode } = form;
    await ask('POST /windows', {
      body: { name, mode, where: where ?? undefined, startsAt, endsAt: times.endsAt, ...about },
    });
  }
}

/** The form. `match`: matchers that it begins with. */
export function MuteDialog({ match, onClose }: { match: string; onClose: () => void }) {
  const zone = useZone();
  const offline = useWhyNoOrders();
  const lacking = useLacking('operate');
  const [form, setForm] = useState(() => emptyMute(fieldText(Date.now() + hourMs, zone), match));
  const isSilence = form.kind === 'silence';
  const creating = useMutation({
    mutationFn: () => create(form, zone),
    onSuccess: () => {
      toast(isSilence ? 'The silence holds' : `The window ${form.name} is planned`, states.silenced);
      onClose();
    },
  });
  const why = lacking ?? offline ?? muteFault(form, zone, Date.now());
  const failure = creating.error === null ? null : asFailure(creating.error);
  const set = (change: Partial<MuteForm>) => setForm((before) => ({ ...before, ...change }));
  return (
    <Dialog
      open
      onClose={onClose}
      wide
      title="Keep alerts quiet"
      description="Nothing is lost: what is held is counted and listed, and what still fires at the end is told."
    >
      <form
        className="flex min-h-0 flex-1 flex-col"
        onSubmit={(event) => {
          event.preventDefault();
          if (why === null && !creating.isPending) creating.mutate();
        }}
      >
        <DialogBody>
          <KindChoice kind={form.kind} set={set} />
          {!isSilence && <WindowFields form={form} set={set} />}
          <WhichAlerts form={form} set={set} />
          <Times form={form} set={set} zone={zone} />
          <AboutIt form={form} set={set} />
          <MutePreview where={whereOf(form)} isSilence={isSilence} />
          {failure !== null && (
            <div role="alert" className="rounded-md border border-red bg-red-ground px-3 py-2 text-sm text-red">
              <p className="font-medium">Not done: {failure.message}</p>
              {failure.faults.map(({ path, message }) => (
                <p key={path}>
                  {path}: {message}
                </p>
              ))}
            </div>
          )}
        </DialogBody>
        <DialogFoot>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" kind="main" why={why} disabled={creating.isPending}>
            {creating.isPending ? 'Sending…' : isSilence ? 'Silence them' : 'Plan the window'}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}

type Part = { readonly form: MuteForm; readonly set: (change: Partial<MuteForm>) => void };

function KindChoice({ kind, set }: { kind: MuteForm['kind']; set: Part['set'] }) {
  return (
    <fieldset className="flex gap-1">
      <legend className="sr-only">How</legend>
      {(['silence', 'window'] as const).map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={kind === one}
          onClick={() => set({ kind: one })}
          className={cx(
            'h-7 rounded-md border px-2.5 text-xs font-medium',
            kind === one ? 'border-strong bg-raised text-ink' : 'border-transparent text-muted hover:text-ink',
          )}
        >
          {one === 'silence' ? 'Silence' : 'Maintenance window'}
        </button>
      ))}
    </fieldset>
  );
}

function WindowFields({ form, set }: Part) {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label="Name" hint="Such as move-of-db-9.">
        {(its) => <Input {...its} value={form.name} onChange={(event) => set({ name: event.target.value })} />}
      </Field>
      <Field label="Meanwhile" hint="Ends and acknowledgements always pass.">
        {(its) => (
          <Select
            {...its}
            className="w-full"
            value={form.mode}
            onChange={(event) => set({ mode: event.target.value === 'quiet' ? 'quiet' : 'consolidate' })}
          >
            <option value="consolidate">gather all into one incident</option>
            <option value="quiet">tell nobody</option>
          </Select>
        )}
      </Field>
    </div>
  );
}

function WhichAlerts({ form, set }: Part) {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <div className="sm:col-span-2">
        <Field label="Labels" hint='One matcher in a line, such as team="payments" or host=~"db-.*"; all must hold.'>
          {(its) => (
            <TextArea
              {...its}
              rows={2}
              spellCheck={false}
              className="font-mono text-xs"
              value={form.match}
              onChange={(event) => set({ match: event.target.value })}
            />
          )}
        </Field>
      </div>
      <Field label="Service">
        {(its) => <Input {...its} value={form.service} onChange={(event) => set({ service: event.target.value })} />}
      </Field>
      <Field label="Source">
        {(its) => <Input {...its} value={form.source} onChange={(event) => set({ source: event.target.value })} />}
      </Field>
    </div>
  );
}

const lengths = [
  ['1 h', hourMs],
  ['4 h', 4 * hourMs],
  ['1 day', 24 * hourMs],
  ['1 week', 168 * hourMs],
] as const;

function Times({ form, set, zone }: Part & { zone: Zone }) {
  const from = fieldInstant(form.startsAt, zone);
  const shown = zone === 'local' ? 'In your time zone.' : `In ${zone}.`;
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label="Begins" hint={`Empty: now. ${shown}`}>
        {(its) => (
          <Input
            {...its}
            type="datetime-local"
            value={form.startsAt}
            onChange={(event) => set({ startsAt: event.target.value })}
          />
        )}
      </Field>
      <Field
        label="Ends"
        hint={
          <span className="flex flex-wrap gap-x-2">
            {lengths.map(([name, ms]) => (
              <button
                key={name}
                type="button"
                className="underline decoration-strong underline-offset-2 hover:text-ink"
                onClick={() => set({ endsAt: fieldText((from === null ? Date.now() : Date.parse(from)) + ms, zone) })}
              >
                {name}
              </button>
            ))}
          </span>
        }
      >
        {(its) => (
          <Input
            {...its}
            required
            type="datetime-local"
            value={form.endsAt}
            onChange={(event) => set({ endsAt: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}

function AboutIt({ form, set }: Part) {
  const { data: me } = useMe();
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label="Reason" hint="It stands in the record.">
        {(its) => (
          <Input
            {...its}
            required
            maxLength={1000}
            value={form.reason}
            onChange={(event) => set({ reason: event.target.value })}
          />
        )}
      </Field>
      <Field label="Owner" hint="Who is asked about it; empty: you.">
        {(its) => (
          <Input
            {...its}
            placeholder={me?.actor.name ?? me?.actor.id ?? ''}
            value={form.owner}
            onChange={(event) => set({ owner: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}
