// Runs a playbook by hand: its inputs, first what it would do, then doing it.
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ApiPlaybook } from '../../../contract/playbook.ts';
import type { ApiDryRun } from '../../../contract/run.ts';
import { ask } from '../../data/client.ts';
import { asFailure } from '../../data/failure.ts';
import { useWhyNoOrders } from '../../data/live.ts';
import { Button } from '../../kit/button.tsx';
import { Dialog, DialogBody, DialogFoot } from '../../kit/dialog.tsx';
import { Field, Input, Select } from '../../kit/field.tsx';
import { toast } from '../../kit/toast.tsx';
import { planLine } from '../../model/approval.ts';
import { inputsOf } from '../../model/inputs.ts';
import { states } from '../../model/states.ts';

/** The form. */
export function StartDialog({ playbook, onClose }: { playbook: ApiPlaybook; onClose: () => void }) {
  const navigate = useNavigate();
  const offline = useWhyNoOrders();
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({});
  const inputs = inputsOf(playbook.inputs, given);
  const params = { name: playbook.name };
  const trying = useMutation({
    mutationFn: () => ask('POST /playbooks/:name/runs', { params, body: { inputs, dryRun: true } }),
  });
  const starting = useMutation({
    mutationFn: () => ask('POST /playbooks/:name/runs', { params, body: { inputs } }),
    onSuccess: async (started) => {
      onClose();
      toast(`Started ${playbook.name}`, states.running);
      if ('run' in started) await navigate({ to: '/runs/$id', params: { id: started.run.id } });
    },
  });
  const dry = trying.data !== undefined && 'dryRun' in trying.data ? trying.data : null;
  const error = trying.error ?? starting.error;
  return (
    <Dialog
      open
      onClose={onClose}
      wide
      title={`Run ${playbook.name} ${playbook.version}?`}
      description="It opens an incident of its own. Steps that need an approval ask for it as always."
    >
      <form
        className="flex min-h-0 flex-1 flex-col"
        onSubmit={(event) => {
          event.preventDefault();
          if (offline === null && !starting.isPending) starting.mutate();
        }}
      >
        <DialogBody>
          {Object.entries(playbook.inputs).map(([name, input]) => (
            <Field
              key={name}
              label={name}
              hint={input.description || (input.pattern ? `Must fit ${input.pattern}` : '')}
            >
              {(its) =>
                input.enum === null ? (
                  <Input
                    {...its}
                    value={given[name] ?? ''}
                    placeholder={input.default === null ? '' : String(input.default)}
                    onChange={(event) => setGiven({ ...given, [name]: event.target.value })}
                  />
                ) : (
                  <Select
                    {...its}
                    className="w-full"
                    value={given[name] ?? ''}
                    onChange={(event) => setGiven({ ...given, [name]: event.target.value })}
                  >
                    <option value="">{input.default === null ? 'Choose…' : String(input.default)}</option>
                    {input.enum.map((value) => (
                      <option key={String(value)}>{String(value)}</option>
                    ))}
                  </Select>
                )
              }
            </Field>
          ))}
          {dry && <WouldDo dry={dry} />}
          {error !== null && (
            <div
              role="alert"
              className="space-y-1 rounded-md border border-red bg-red-ground px-3 py-2 text-sm text-red"
            >
              <p className="font-medium">{asFailure(error).message}</p>
              {asFailure(error).faults.map(({ path, message }) => (
                <p key={path}>
                  {path}: {message}
                </p>
              ))}
            </div>
          )}
        </DialogBody>
        <DialogFoot>
          <Button onClick={() => trying.mutate()} disabled={trying.isPending}>
            What would it do?
          </Button>
          <Button type="submit" kind="main" why={offline} disabled={starting.isPending}>
            Run it
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}

const woulds = { run: 'runs', skip: 'is skipped', fail: 'would fail', not_reached: 'is not reached' } as const;

function WouldDo({ dry }: { dry: ApiDryRun }) {
  return (
    <section aria-label="What it would do" className="rounded-md border">
      <ol className="divide-y text-sm">
        {dry.steps.map(({ step, would, plan, approval, reason }) => (
          <li key={step} className="px-3 py-2">
            <p>
              <span className="font-medium">{step}</span> <span className="text-muted">{woulds[would]}</span>
              {approval && <span className="text-amber"> · asks {approval.from.join(', ')}</span>}
            </p>
            {plan && <code className="block truncate font-mono text-xs text-muted">{planLine(plan)}</code>}
            {reason !== null && <p className="text-xs text-muted">{reason}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
