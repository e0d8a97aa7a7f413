// The form that asks whether somebody may do something, and the answer with every grant that gives it or does not.
import { useId, useState } from 'react';
import type { ApiAccessCheck } from '../../../contract/access.ts';
import { asFailure } from '../../data/failure.ts';
import { useApprovals, usePlaybooks } from '../../data/read.ts';
import { useAskAccess } from '../../data/read-rules.ts';
import { Button } from '../../kit/button.tsx';
import { Card, Section } from '../../kit/card.tsx';
import { Field, Input, Select } from '../../kit/field.tsx';
import { Mono } from '../../kit/parts.tsx';
import { StateGlyph } from '../../kit/state-badge.tsx';
import {
  type AccessForm,
  type AskedRight,
  answerWords,
  askedRights,
  emptyForm,
  questionOf,
} from '../../model/access.ts';
import { questionOf as approvalQuestion } from '../../model/approval.ts';
import { states } from '../../model/states.ts';

/** The section. */
export function AccessCheck({ mayAskOfOthers }: { mayAskOfOthers: boolean }) {
  const [form, setForm] = useState<AccessForm>(emptyForm);
  const asking = useAskAccess();
  const asked = questionOf(form);
  const put = (change: Partial<AccessForm>) => setForm((before) => ({ ...before, ...change }));
  return (
    <Section title="May somebody do something?">
      <Card>
        <form
          className="grid grid-cols-1 gap-x-4 gap-y-3 p-4 sm:grid-cols-2 lg:grid-cols-3"
          onSubmit={(event) => {
            event.preventDefault();
            if (typeof asked !== 'string' && !asking.isPending) asking.mutate(asked);
          }}
        >
          {mayAskOfOthers && (
            <Field label="Who" hint="A name under people:, a Slack user id, or token:NAME. Empty: you.">
              {(its) => <Input {...its} value={form.user} onChange={({ target }) => put({ user: target.value })} />}
            </Field>
          )}
          <Field label="Right">
            {(its) => (
              <Select
                {...its}
                className="w-full"
                value={form.right}
                onChange={({ target }) => put({ right: target.value as AskedRight })}
              >
                {askedRights.map((right) => (
                  <option key={right}>{right}</option>
                ))}
              </Select>
            )}
          </Field>
          {form.right === 'approve' ? <OfRequest form={form} put={put} /> : <OfPlaybook form={form} put={put} />}
          <div className="flex items-end pb-5 sm:col-span-full sm:pb-0">
            <Button type="submit" kind="main" why={typeof asked === 'string' ? asked : null}>
              Check
            </Button>
          </div>
        </form>
        <div aria-live="polite">{asking.data !== undefined && <Answer answer={asking.data} />}</div>
        {asking.error !== null && (
          <p role="alert" className="border-t bg-red-ground px-4 py-3 text-sm text-red">
            Not answered: {asFailure(asking.error).message}
          </p>
        )}
      </Card>
    </Section>
  );
}

type Parts = { readonly form: AccessForm; readonly put: (change: Partial<AccessForm>) => void };

function OfRequest({ form, put }: Parts) {
  const open = useApprovals('open').data?.items ?? [];
  return (
    <Field label="Request" hint={open.length === 0 ? 'Nothing waits for an approval.' : 'What waits for an approval.'}>
      {(its) => (
        <Select
          {...its}
          className="w-full"
          value={form.approval}
          onChange={({ target }) => put({ approval: target.value })}
        >
          <option value="">Choose…</option>
          {open.map(({ approval }) => (
            <option key={approval.id} value={approval.id}>
              {approvalQuestion(approval)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

function OfPlaybook({ form, put }: Parts) {
  const playbooks = usePlaybooks().data?.items ?? [];
  return (
    <>
      <Field label="Playbook">
        {(its) => (
          <Select
            {...its}
            className="w-full"
            value={form.playbook}
            onChange={({ target }) => put({ playbook: target.value })}
          >
            <option value="">No particular one</option>
            {playbooks.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Service" hint="As the run’s input of this name says it.">
        {(its) => <Input {...its} value={form.service} onChange={({ target }) => put({ service: target.value })} />}
      </Field>
      <Field label="Environment" hint="As the run’s input of this name says it.">
        {(its) => (
          <Input {...its} value={form.environment} onChange={({ target }) => put({ environment: target.value })} />
        )}
      </Field>
    </>
  );
}

function Answer({ answer }: { answer: ApiAccessCheck }) {
  const { allowed, by, tried, incident } = answer;
  return (
    <div className="space-y-3 border-t bg-surface px-4 py-3 text-sm">
      <p className="flex items-center gap-2 font-medium">
        <StateGlyph state={allowed ? states.may : states.mayNot} said /> {answerWords(answer)}
      </p>
      {incident?.seen === false && <p>Incident #{incident.number} is private, and not theirs to know of.</p>}
      <Ways title="Given by" ways={by} />
      <Ways title="Not given by" ways={tried} />
      {by.length + tried.length === 0 && (
        <p className="text-muted">Nothing in the configuration gives it to anybody.</p>
      )}
    </div>
  );
}

function Ways({ title, ways }: { title: string; ways: ApiAccessCheck['by'] }) {
  const id = useId();
  if (ways.length === 0) return null;
  return (
    <div>
      <h3 id={id} className="text-xs font-medium text-muted">
        {title}
      </h3>
      <ul aria-labelledby={id} className="mt-1 space-y-1">
        {ways.map(({ at, to, missing }) => (
          <li key={at} className="flex flex-wrap items-baseline gap-x-2">
            <Mono>{at}</Mono>
            <span className="min-w-0 text-muted">{missing.length === 0 ? to.join(', ') : missing.join('; ')}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
