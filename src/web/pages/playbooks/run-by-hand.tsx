// Runs a playbook by hand: its inputs as their types want them, first what would happen, then starting it. What was tried is what is started.
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ApiPlaybook } from '../../../contract/playbook.ts';
import { ask } from '../../data/client.ts';
import { asFailure } from '../../data/failure.ts';
import { useWhyNoOrders } from '../../data/live.ts';
import { useIncidentPages } from '../../data/read.ts';
import { Button } from '../../kit/button.tsx';
import { Dialog, DialogBody, DialogFoot } from '../../kit/dialog.tsx';
import { Field, Input, Select } from '../../kit/field.tsx';
import { toast } from '../../kit/toast.tsx';
import { faultyInputs, inputFault, inputsOf, isNeeded } from '../../model/inputs.ts';
import { states } from '../../model/states.ts';
import { DryRun } from './dry-run.tsx';

type Typed = { readonly [name: string]: string };

/** The form. */
export function RunByHand({ playbook, onClose }: { playbook: ApiPlaybook; onClose: () => void }) {
  const navigate = useNavigate();
  const offline = useWhyNoOrders();
  const [typed, setTyped] = useState<Typed>({});
  const [incident, setIncident] = useState('');
  const [reason, setReason] = useState('');
  const inputs = inputsOf(playbook.inputs, typed);
  const about = JSON.stringify({ inputs, incident });
  const params = { name: playbook.name };
  const target = incident === '' ? {} : { incident };
  const trying = useMutation({
    mutationFn: async (tried: string) => {
      const answer = await ask('POST /playbooks/:name/runs', { params, body: { inputs, ...target, dryRun: true } });
      return { tried, answer };
    },
  });
  const starting = useMutation({
    mutationFn: () =>
      ask('POST /playbooks/:name/runs', { params, body: { inputs, ...target, reason: reason.trim() || undefined } }),
    onSuccess: async (started) => {
      toast(`Started ${playbook.name}`, states.running);
      if ('run' in started) await navigate({ to: '/runs/$id', params: { id: started.run.id } });
    },
  });
  const dry = trying.data?.tried === about && 'dryRun' in trying.data.answer ? trying.data.answer : null;
  const faulty = faultyInputs(playbook.inputs, typed);
  const missing = faulty.length === 0 ? null : `Fill in first: ${faulty.join(', ')}.`;
  const error = trying.error ?? starting.error;
  const isBusy = trying.isPending || starting.isPending;
  return (
    <Dialog
      open
      onClose={onClose}
      wide
      title={`Run ${playbook.name} ${playbook.version} by hand`}
      description="First what would happen: nothing is done by looking. Steps that need an approval ask for it as always."
    >
      <form
        className="flex min-h-0 flex-1 flex-col"
        onSubmit={(event) => {
          event.preventDefault();
          if (offline !== null || missing !== null || isBusy) return;
          if (dry === null) trying.mutate(about);
          else starting.mutate();
        }}
      >
        <DialogBody>
          <InputFields
            inputs={playbook.inputs}
            typed={typed}
            onType={(name, text) => setTyped({ ...typed, [name]: text })}
          />
          <About incident={incident} onPick={setIncident} reason={reason} onReason={setReason} />
          {dry !== null && <DryRun dry={dry} playbook={playbook} />}
          {error !== null && <Refused error={error} />}
        </DialogBody>
        <DialogFoot>
          <Button onClick={onClose}>Not now</Button>
          <Button type="submit" kind="main" why={offline ?? missing} disabled={isBusy}>
            {isBusy ? 'A moment…' : dry === null ? 'What would happen?' : 'Run it'}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}

function InputFields({
  inputs,
  typed,
  onType,
}: {
  inputs: ApiPlaybook['inputs'];
  typed: Typed;
  onType: (name: string, text: string) => void;
}) {
  const all = Object.entries(inputs);
  if (all.length === 0) return <p className="text-sm text-muted">It wants to know nothing.</p>;
  return all.map(([name, input]) => {
    const text = typed[name] ?? '';
    const fault = text.trim() === '' ? null : inputFault(input, text);
    const known = input.enum ?? (input.type === 'boolean' ? [true, false] : null);
    const unless =
      input.default === null
        ? isNeeded(input)
          ? 'Choose…'
          : 'not given'
        : `${String(input.default)} (as it stands in the playbook)`;
    return (
      <Field
        key={name}
        label={isNeeded(input) ? name : `${name} (optional)`}
        hint={[input.description, input.pattern === null ? '' : `Must fit ${input.pattern}`]
          .filter(Boolean)
          .join(' · ')}
        fault={fault ?? undefined}
      >
        {(its) =>
          known === null ? (
            <Input
              {...its}
              value={text}
              inputMode={input.type === 'number' ? 'decimal' : undefined}
              required={isNeeded(input)}
              placeholder={input.default === null ? '' : String(input.default)}
              onChange={(event) => onType(name, event.target.value)}
            />
          ) : (
            <Select {...its} className="w-full" value={text} onChange={(event) => onType(name, event.target.value)}>
              <option value="">{unless}</option>
              {known.map((value) => (
                <option key={String(value)}>{String(value)}</option>
              ))}
            </Select>
          )
        }
      </Field>
    );
  });
}

type AboutProps = {
  readonly incident: string;
  readonly onPick: (id: string) => void;
  readonly reason: string;
  readonly onReason: (text: string) => void;
};

const About = ({ incident, onPick, reason, onReason }: AboutProps) => (
  <div className="grid gap-3 sm:grid-cols-2">
    <IncidentField value={incident} onPick={onPick} />
    <Field
      label="Reason, if you like"
      hint="It stands in the record; one that begins with “drill” makes it an exercise."
    >
      {(its) => <Input {...its} value={reason} maxLength={500} onChange={(event) => onReason(event.target.value)} />}
    </Field>
  </div>
);

function IncidentField({ value, onPick }: { value: string; onPick: (id: string) => void }) {
  const open = useIncidentPages({ status: 'open' }).data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Field label="Belongs to" hint="It stands in the story of that incident.">
      {(its) => (
        <Select {...its} className="w-full" value={value} onChange={(event) => onPick(event.target.value)}>
          <option value="">an incident of its own</option>
          {open.map(({ id, number, title }) => (
            <option key={id} value={id}>{`#${number} ${title}`}</option>
          ))}
        </Select>
      )}
    </Field>
  );
}

function Refused({ error }: { error: Error }) {
  const { message, faults } = asFailure(error);
  return (
    <div role="alert" className="space-y-1 rounded-md border border-red bg-red-ground px-3 py-2 text-sm text-red">
      <p className="font-medium">Not done: {message}</p>
      {faults.map((fault) => (
        <p key={fault.path}>
          {fault.path}: {fault.message}
        </p>
      ))}
    </div>
  );
}
