// What a section of a postmortem says: words, points by phase with their references, clocks, what would have made it shorter.
import type { ReactNode } from 'react';
import type { ApiPostmortem } from '../../../contract/postmortem.ts';
import { Facts } from '../../kit/card.tsx';
import { ClockTime, Instant } from '../../kit/time.tsx';
import { clockWords, factorWords, paragraphsOf, phaseWords } from '../../model/postmortem.ts';
import { durationText } from '../../model/time.ts';
import { EntryRefs } from './entry-refs.tsx';

/** Prose as paragraphs: what it says is text, never markup. */
const Prose = ({ text }: { text: string }) => (
  <div className="max-w-[72ch] space-y-2">
    {paragraphsOf(text).map((paragraph, index) => (
      <p key={index} className="whitespace-pre-line wrap-anywhere">
        {paragraph}
      </p>
    ))}
  </div>
);

const phases = ['detection', 'diagnosis', 'action', 'recovery'] as const;

type ContentProps = { readonly postmortem: ApiPostmortem; readonly section: string };

/** Its content; null: nobody has written it, and the ledger knows nothing of it. */
export function sectionContent({ postmortem, section }: ContentProps): ReactNode {
  const { sections, incident } = postmortem;
  const prose = (text: string) => (text.trim() === '' ? null : <Prose text={text} />);
  switch (section) {
    case 'summary':
    case 'surprise':
    case 'followUps':
      return prose(sections[section]);
    case 'impact': {
      const { who, what, measured } = sections.impact;
      const facts = [
        ['Who', who],
        ['What', what],
        ['Measured', measured],
      ] as const;
      const said = facts.filter(([, text]) => text.trim() !== '');
      return said.length === 0 ? null : (
        <Facts facts={said.map(([name, text]) => [name, <Prose key={name} text={text} />])} />
      );
    }
    case 'clocks':
      return <ClockList postmortem={postmortem} />;
    case 'story':
      return sections.story.length === 0 ? null : <StoryByPhase postmortem={postmortem} />;
    case 'factors':
      return sections.factors.length === 0 ? null : (
        <Points
          incident={incident.id}
          points={sections.factors.map((one) => ({ ...one, label: factorWords[one.type] }))}
        />
      );
    case 'helped':
    case 'notHelped':
      return sections[section].length === 0 ? null : <Points incident={incident.id} points={sections[section]} />;
    case 'counterfactuals':
      return postmortem.counterfactuals.length === 0 ? null : <Counterfactuals postmortem={postmortem} />;
    default:
      return prose(sections.custom[section] ?? '');
  }
}

type Shown = {
  readonly text: string;
  readonly refs: ApiPostmortem['sections']['helped'][number]['refs'];
  readonly label?: string;
  readonly at?: string | null;
};

function Points({ incident, points }: { incident: string; points: readonly Shown[] }) {
  return (
    <ul className="max-w-[76ch] space-y-3">
      {points.map(({ text, refs, label, at }, index) => (
        <li key={index} className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3">
          <span className="pt-px text-xs leading-5 text-muted">
            {at === undefined || at === null ? <span aria-hidden="true">•</span> : <ClockTime at={at} />}
          </span>
          <div className="min-w-0">
            <p className="wrap-anywhere">
              {label !== undefined && (
                <span className="mr-2 rounded-sm bg-raised px-1.5 py-0.5 text-xs font-medium text-muted">{label}</span>
              )}
              {text}
            </p>
            <EntryRefs incident={incident} refs={refs} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function StoryByPhase({ postmortem: { sections, incident } }: { postmortem: ApiPostmortem }) {
  return (
    <div className="space-y-4">
      {phases
        .map((phase) => ({ phase, points: sections.story.filter((entry) => entry.phase === phase) }))
        .filter(({ points }) => points.length > 0)
        .map(({ phase, points }) => (
          <section key={phase} aria-label={phaseWords[phase]}>
            <h3 className="mb-2 text-xs font-semibold text-muted">{phaseWords[phase]}</h3>
            <Points incident={incident.id} points={points} />
          </section>
        ))}
    </div>
  );
}

function ClockList({ postmortem: { clocks, incident } }: { postmortem: ApiPostmortem }) {
  const facts = clockWords.map(([name, word]) => {
    const { at, how, ref } = clocks[name];
    const value = (
      <div key={name} className="min-w-0">
        {at === null ? <span className="text-muted">{how}</span> : <Instant at={at} className="tabular font-medium" />}
        {at !== null && <span className="text-muted"> · {how}</span>}
        {ref !== null && <EntryRefs incident={incident.id} refs={[ref]} />}
      </div>
    );
    return [word, value] as const;
  });
  return <Facts facts={facts} />;
}

function Counterfactuals({ postmortem: { counterfactuals, incident } }: { postmortem: ApiPostmortem }) {
  return (
    <div className="max-w-[76ch] space-y-3">
      <ul className="space-y-3">
        {counterfactuals.map(({ id, text, shorterMs, wouldBeMs, method, refs }) => (
          <li key={id}>
            <p>
              {text} <span className="tabular font-medium text-green">{durationText(shorterMs)} shorter</span>
              <span className="text-muted">, {durationText(wouldBeMs)} in all.</span>
            </p>
            <p className="text-xs text-muted">{method}</p>
            <EntryRefs incident={incident.id} refs={refs} />
          </li>
        ))}
      </ul>
      {counterfactuals.length > 1 && (
        <p className="text-xs text-muted">They overlap in time and are not to be added up.</p>
      )}
    </div>
  );
}
