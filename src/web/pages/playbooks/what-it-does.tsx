// What a playbook does: its steps with risk, approvals and undo, what starts it, what it wants to know, and what the register says of it.
import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApiPlaybook, ApiPlaybookStep } from '../../../contract/playbook.ts';
import type { ApiRegisterEntry } from '../../../contract/register.ts';
import { useRegister } from '../../data/read-playbooks.ts';
import { Card, Facts, Section } from '../../kit/card.tsx';
import { CopyId, Exactly, Mono } from '../../kit/parts.tsx';
import { StateGlyph } from '../../kit/state-badge.tsx';
import { Age } from '../../kit/time.tsx';
import { cx } from '../../kit/tone.ts';
import { shortDigest } from '../../model/approval.ts';
import { isNeeded } from '../../model/inputs.ts';
import { approvalWords, isKept, keptWords, stepNotes, triggerWords } from '../../model/playbook-words.ts';
import { markState } from '../../model/states.ts';
import { durationText } from '../../model/time.ts';
import { Trust } from './trust.tsx';

/** The part. */
export function WhatItDoes({ playbook }: { playbook: ApiPlaybook }) {
  const { steps, finally: last } = playbook;
  const names = new Map(steps.concat(last).map(({ id, name }) => [id, name]));
  return (
    <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="min-w-0 space-y-6">
        <Section title="Steps" count={steps.length + last.length}>
          <Card>
            <ol className="divide-y">
              {steps.concat(last).map((step) => (
                <li key={step.id}>
                  <StepLine step={step} names={names} isFinal={last.includes(step)} />
                </li>
              ))}
            </ol>
          </Card>
        </Section>
        <Inputs playbook={playbook} />
      </div>
      <div className="min-w-0 space-y-6">
        <Section title="Starts with">
          <Triggers playbook={playbook} />
        </Section>
        <Trust name={playbook.name} />
        <Register name={playbook.name} />
        <Section title="Rules">
          <Card className="p-4">
            <Rules playbook={playbook} />
          </Card>
        </Section>
      </div>
    </div>
  );
}

const riskTone = { low: 'text-muted', medium: 'text-muted', high: 'text-amber' } as const;

function StepLine({
  step,
  names,
  isFinal,
}: {
  step: ApiPlaybookStep;
  names: ReadonlyMap<string, string>;
  isFinal: boolean;
}) {
  const { risk, compensate } = step;
  const asks = approvalWords(step);
  return (
    <details className="group/step">
      <summary className="flex gap-2 px-3 py-2.5 hover:bg-surface focus-visible:-outline-offset-2">
        <ChevronRight
          className="mt-0.5 size-4 shrink-0 text-muted transition-transform group-open/step:rotate-90"
          aria-hidden="true"
        />
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-medium">{step.name}</span>
            <Mono className="text-muted">{step.uses}</Mono>
            <span className={cx('ml-auto text-xs', riskTone[risk])}>{risk} risk</span>
          </span>
          <span className="block text-xs text-muted">{stepNotes(step, names, isFinal).join(' · ')}</span>
          {asks !== null && <span className="block text-xs text-amber">{asks}</span>}
        </span>
      </summary>
      <div className="space-y-3 px-3 pb-3 pl-9">
        <Call title={`Runs ${step.uses}, for at most ${durationText(step.timeoutMs)} a try`} input={step.with} />
        {step.verify !== null && (
          <p className="text-sm">
            Then waits until <Mono>{step.verify.until}</Mono>
          </p>
        )}
        {compensate === null ? (
          <p className="text-sm text-muted">{step.reversible ? 'There is nothing to undo.' : 'It has no undo.'}</p>
        ) : (
          <Call
            title={`Undone by ${compensate.uses}${compensate.approval === null ? '' : `, which ${approvalWords(compensate)}`}`}
            input={compensate.with}
          />
        )}
      </div>
    </details>
  );
}

const Call = ({ title, input }: { title: string; input: unknown }) => (
  <div className="space-y-1">
    <h3 className="text-xs font-medium text-muted">{title}</h3>
    <Exactly label={title} value={input} />
  </div>
);

function Inputs({ playbook: { inputs } }: { playbook: ApiPlaybook }) {
  const all = Object.entries(inputs);
  if (all.length === 0) return null;
  return (
    <Section title="Inputs" count={all.length}>
      <Card>
        <ul className="divide-y">
          {all.map(([name, input]) => (
            <li key={name} className="px-4 py-2.5">
              <p className="flex flex-wrap items-baseline gap-x-2">
                <Mono className="font-medium">{name}</Mono>
                <span className="text-xs text-muted">
                  {input.type}
                  {isNeeded(input) && ', needed'}
                  {input.default !== null && `, else ${String(input.default)}`}
                </span>
              </p>
              {input.description !== '' && <p className="text-sm">{input.description}</p>}
              <p className="text-xs text-muted">
                {[
                  input.from === null ? '' : `from ${input.from} of the alert`,
                  input.enum === null ? '' : `one of ${input.enum.map(String).join(', ')}`,
                  input.pattern === null ? '' : `fits ${input.pattern}`,
                ]
                  .filter((note) => note !== '')
                  .join(' · ')}
              </p>
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  );
}

function Triggers({ playbook: { triggers } }: { playbook: ApiPlaybook }) {
  if (triggers.length === 0)
    return <p className="text-sm text-muted">Nothing by itself: it is run by hand, or by another playbook.</p>;
  return (
    <ul className="space-y-2">
      {triggers.map((trigger) => (
        <li key={`${trigger.source} ${trigger.when}`} className="rounded-md border bg-surface px-3 py-2">
          <p className="text-sm">{triggerWords(trigger)}</p>
          {trigger.when !== null && <Mono className="whitespace-pre-wrap">{trigger.when}</Mono>}
        </li>
      ))}
    </ul>
  );
}

const sloWords: { readonly [S in NonNullable<ApiRegisterEntry['slo']>]: string } = {
  met: 'kept',
  unclear: 'too few runs to tell',
  burning: 'an error budget is being used up fast',
  burned: 'an error budget is used up',
};

function Register({ name }: { name: string }) {
  const entry = useRegister().data?.items.find(({ playbook }) => playbook === name);
  if (entry === undefined) return null;
  const mark = (one: typeof entry.lastRun) =>
    one === null ? (
      'never'
    ) : (
      <Link
        to="/runs/$id"
        params={{ id: one.runId }}
        className="inline-flex items-center gap-1.5 underline decoration-strong underline-offset-4 hover:decoration-current"
      >
        <StateGlyph state={markState(one.status)} said /> <Age at={one.at} />
      </Link>
    );
  const facts: readonly (readonly [string, ReactNode])[] = [
    [
      'Kept, 30 days',
      <span key="kept" className={isKept(entry) === false ? 'text-red' : ''}>
        {keptWords(entry)}
      </span>,
    ],
    ['Last run', mark(entry.lastRun)],
    ['Last success', mark(entry.lastSuccess)],
    ['Last drill', mark(entry.lastDrill)],
    ['Undoing proven', mark(entry.undoProven)],
    ['Stage', entry.stage],
    ...(entry.slo === null ? [] : [['Promises', sloWords[entry.slo]] as const]),
    ...(entry.dependencies.length === 0 ? [] : [['Depends on', entry.dependencies.join(', ')] as const]),
    ...(entry.dataCategories.length === 0 ? [] : [['Data', entry.dataCategories.join(', ')] as const]),
  ];
  return (
    <Section title="How it goes">
      <Card className="space-y-3 p-4">
        <Facts facts={facts} />
        {entry.gaps.length > 0 && (
          <div className="rounded-md bg-amber-ground px-3 py-2 text-sm text-amber">
            <p className="font-medium">{entry.gaps.length === 1 ? 'One gap' : `${entry.gaps.length} gaps`}</p>
            <ul>
              {entry.gaps.map((gap) => (
                <li key={gap}>{`${gap.charAt(0).toUpperCase()}${gap.slice(1)}`}</li>
              ))}
            </ul>
          </div>
        )}
      </Card>
    </Section>
  );
}

const RunbookLink = ({ url }: { url: string }) => (
  <a href={url} target="_blank" rel="noreferrer" className="break-all underline underline-offset-4">
    {url}
  </a>
);

function Rules({ playbook }: { playbook: ApiPlaybook }) {
  const { owner, sla, runbook, timeoutMs, concurrency, cooldown, digest, maxTargets, env } = playbook;
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Product', owner.product],
    ['Kept by', owner.technical],
    ['Escalates to', owner.escalation],
    ['Class', playbook.class === 'bestEffort' ? 'best effort' : playbook.class],
    ['SLA', sla === null ? 'none' : `${sla.objective} % within ${durationText(sla.completeWithinMs)}`],
    ...(runbook === null ? [] : ([['Runbook', <RunbookLink key="runbook" url={runbook} />]] as const)),
    ['Ends after', durationText(timeoutMs)],
    ['One at a time', concurrency === null ? 'no' : <Mono key="key">{concurrency.key}</Mono>],
    ['Cool-down', cooldown === null ? 'none' : `${durationText(cooldown.windowMs)}, then ${cooldown.onRepeat}`],
    ...(maxTargets === null ? [] : ([['Acts on', `${maxTargets} at most`]] as const)),
    ...(env.length === 0 ? [] : ([['Reads', env.join(', ')]] as const)),
    ['Digest', <CopyId key="digest" id={digest} shown={shortDigest(digest)} className="-ml-1" />],
  ];
  return <Facts facts={facts} />;
}
