// What becomes of an alert and why: one that is known, one that is pasted, or a request as its source would send it; now or at an instant.
// Asking changes nothing, and a link to the answer of a known alert shows it to everybody.
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { ApiExplained } from '../../../contract/alert.ts';
import { ask } from '../../data/client.ts';
import { useZone } from '../../data/preferences.ts';
import { useExplained } from '../../data/read-alerts.ts';
import { Button } from '../../kit/button.tsx';
import { Card, Facts } from '../../kit/card.tsx';
import { Empty, ErrorCard, Skeleton } from '../../kit/feedback.tsx';
import { Field, Input, TextArea } from '../../kit/field.tsx';
import { StateBadge } from '../../kit/state-badge.tsx';
import { Instant } from '../../kit/time.tsx';
import { cx } from '../../kit/tone.ts';
import { raciWords } from '../../model/access.ts';
import { type ExplainQuestion, explainedState, pastedJson } from '../../model/explain.ts';
import { fieldInstant, fieldText } from '../../model/mute-form.ts';
import { KnownAlert } from './known-alert.tsx';
import { Stages } from './stages.tsx';

const route = getRouteApi('/alerts/$section');
type Kind = ExplainQuestion['type'];
const kinds: readonly (readonly [Kind, string])[] = [
  ['known', 'An alert that is known'],
  ['alert', 'An alert as JSON'],
  ['request', 'A request of a source'],
];

/** The form and its answer side by side. */
export function Explain() {
  const { fingerprint, at } = route.useSearch();
  const [kind, setKind] = useState<Kind>('known');
  const asked = useExplained(kind === 'known' ? (fingerprint ?? null) : null, at);
  const pasted = usePasted();
  const answer = kind === 'known' ? asked : pasted.asking;
  const isAsking = kind === 'known' ? asked.isFetching : pasted.asking.isPending;
  return (
    <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <div className="min-w-0 space-y-4">
        <fieldset className="flex flex-wrap gap-1">
          <legend className="sr-only">What is explained</legend>
          {kinds.map(([id, name]) => (
            <button
              key={id}
              type="button"
              aria-pressed={kind === id}
              onClick={() => setKind(id)}
              className={cx(
                'h-7 rounded-md border px-2.5 text-xs font-medium',
                kind === id ? 'border-strong bg-raised text-ink' : 'border-transparent text-muted hover:text-ink',
              )}
            >
              {name}
            </button>
          ))}
        </fieldset>
        <AtField />
        {kind === 'known' ? <KnownAlert /> : <Paste key={kind} kind={kind} {...pasted} at={at} />}
      </div>
      <div className="min-w-0" aria-live="polite">
        {answer.data !== undefined ? (
          <Answer explained={answer.data} />
        ) : isAsking ? (
          <Skeleton className="h-80 w-full" />
        ) : answer.error === null ? (
          <Empty title="Pick an alert, or paste one">
            The answer names every stage, what matched, what did not and why, and who keeps it quiet until when. Asking
            changes nothing.
          </Empty>
        ) : (
          <ErrorCard error={answer.error} what="The explanation" />
        )}
      </div>
    </div>
  );
}

/** The instant of the rules; it stands in the address. */
function AtField() {
  const navigate = route.useNavigate();
  const zone = useZone();
  const { at } = route.useSearch();
  return (
    <Field
      label="At which instant"
      hint={
        at === undefined
          ? 'Empty: now.'
          : 'Silences and windows as they are then; incidents and groups as they are now.'
      }
    >
      {(its) => (
        <span className="flex gap-2">
          <Input
            {...its}
            type="datetime-local"
            className="max-w-56"
            value={at === undefined ? '' : fieldText(Date.parse(at), zone)}
            onChange={(event) => {
              const chosen = fieldInstant(event.target.value, zone) ?? undefined;
              void navigate({ search: (before) => ({ ...before, at: chosen }), replace: true });
            }}
          />
          {at !== undefined && (
            <Button
              onClick={() => void navigate({ search: (before) => ({ ...before, at: undefined }), replace: true })}
            >
              Now
            </Button>
          )}
        </span>
      )}
    </Field>
  );
}

type Body = Parameters<typeof ask<'POST /explain'>>[1]['body'];

function usePasted() {
  const asking = useMutation({ mutationFn: (body: NonNullable<Body>) => ask('POST /explain', { body }) });
  return { asking };
}

function Paste({
  kind,
  asking,
  at,
}: ReturnType<typeof usePasted> & { kind: 'alert' | 'request'; at: string | undefined }) {
  const [text, setText] = useState('');
  const [source, setSource] = useState('alertmanager');
  const [integration, setIntegration] = useState('');
  const [fault, setFault] = useState<string | undefined>(undefined);
  const submit = () => {
    const read =
      kind === 'alert' ? pastedJson(text) : text === '' ? { fault: 'Paste the body first.' } : { json: null };
    setFault('fault' in read ? read.fault : undefined);
    if ('fault' in read) return;
    const delivery = { source: source.trim(), integration: integration.trim() || undefined, body: text };
    // The server checks the alert and names what is wrong with it.
    asking.mutate(kind === 'alert' ? { alert: read.json as never, at } : { delivery, at });
  };
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {kind === 'request' && (
        <div className="grid grid-cols-2 gap-3">
          <Field label="Source">
            {(its) => <Input {...its} value={source} onChange={(event) => setSource(event.target.value)} />}
          </Field>
          <Field label="Integration" hint="Empty: the only one.">
            {(its) => <Input {...its} value={integration} onChange={(event) => setIntegration(event.target.value)} />}
          </Field>
        </div>
      )}
      <Field
        label={kind === 'alert' ? 'The alert in Firebreak’s own form' : 'The body as its source sends it'}
        hint="It proves nothing and is not stored."
        fault={fault}
      >
        {(its) => (
          <TextArea
            {...its}
            rows={12}
            spellCheck={false}
            className="font-mono text-xs"
            value={text}
            onChange={(event) => setText(event.target.value)}
            placeholder={
              kind === 'alert'
                ? '{ "source": "alertmanager", "integration": "alertmanager", "fingerprint": "f1", "status": "firing", "title": "…", "severity": "critical", "labels": {} }'
                : '{ "version": "4", "status": "firing", "alerts": [ … ] }'
            }
          />
        )}
      </Field>
      <Button type="submit" kind="main" disabled={asking.isPending}>
        Explain
      </Button>
    </form>
  );
}

function Answer({ explained: { at, knownAt, delivery, alerts } }: { explained: ApiExplained }) {
  return (
    <div className="space-y-6">
      <p className="text-sm text-muted">
        As of <Instant at={at} />
        {knownAt === null
          ? ', by the rules alone: no incident and no other alert is known'
          : knownAt !== at && ', against incidents and alerts as they are now'}
        .
      </p>
      {delivery?.status === 'refused' && (
        <div role="alert" className="rounded-md border border-red bg-red-ground px-3 py-2 text-sm text-red">
          <p className="font-medium">It would be kept as a dead letter: {delivery.outcome}</p>
          <p>{delivery.detail}</p>
        </div>
      )}
      {delivery !== null && delivery.fields.length > 0 && (
        <ul className="space-y-0.5 text-sm text-muted">
          {delivery.fields.map(({ field, message }) => (
            <li key={field + message}>
              <code className="font-mono text-xs">{field}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {alerts.map((one) => (
        <section key={one.alert.fingerprint} className="space-y-3" aria-label={one.alert.title}>
          <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 font-semibold">
            {one.alert.title} <StateBadge state={explainedState(one)} />
          </h2>
          <Stages alert={one} />
          {one.answers !== null && (
            <Card className="space-y-2 p-4">
              <h3 className="text-sm font-medium">{`Until somebody has it, at SEV${one.answers.severity}`}</h3>
              <Facts facts={raciWords(one.answers)} />
            </Card>
          )}
        </section>
      ))}
    </div>
  );
}
