// Runs that are in one state for too long: since when, who can unblock them, and what to do. Not there while nothing is stuck.
import { Link } from '@tanstack/react-router';
import type { ApiStuck } from '../../../contract/slo.ts';
import { useNames } from '../../data/names.ts';
import { Card, Section } from '../../kit/card.tsx';
import { CopyButton, Mono } from '../../kit/parts.tsx';
import { StateGlyph } from '../../kit/state-badge.tsx';
import { needText } from '../../model/attention.ts';
import { stuckBecause } from '../../model/slo.ts';
import { states } from '../../model/states.ts';

/** The section. */
export function StuckSection({ stuck }: { stuck: readonly ApiStuck[] }) {
  if (stuck.length === 0) return null;
  return (
    <Section title="Stuck" count={stuck.length} loud folds>
      <Card>
        <ul className="divide-y">
          {stuck.map((one) => (
            <li key={`${one.runId}/${one.kind}/${one.step}`}>
              <StuckRun one={one} />
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  );
}

function StuckRun({ one }: { one: ApiStuck }) {
  const name = useNames();
  const { runId, playbook, drill, incident, what, who, escalation, help, runbook } = one;
  const people = [...who, ...(escalation === null ? [] : [escalation])];
  const [first] = help;
  return (
    <article className="space-y-1 px-4 py-2.5 text-xs text-muted">
      <div className="flex items-start gap-2">
        <StateGlyph state={states.stuck} said className="mt-[3px]" />
        <Link
          to="/runs/$id"
          params={{ id: runId }}
          className="min-w-0 flex-1 text-sm font-medium text-ink hover:underline"
        >
          {drill ? `[DRILL] ${playbook}` : playbook}
        </Link>
        <span className="whitespace-nowrap">#{incident.number}</span>
      </div>
      <p className="text-sm text-ink">{name(needText(what))}</p>
      <p>
        {stuckBecause(one)}
        {people.length > 0 && <> · {name([...new Set(people)].join(', '))}</>}
      </p>
      {first !== undefined && (
        <p className="flex items-center gap-1">
          <Mono className="min-w-0 truncate">{first}</Mono>
          <CopyButton text={first} label="Copy the command" />
        </p>
      )}
      {runbook !== null && (
        <a href={runbook} target="_blank" rel="noreferrer" className="underline underline-offset-4 hover:text-ink">
          Runbook
        </a>
      )}
    </article>
  );
}
