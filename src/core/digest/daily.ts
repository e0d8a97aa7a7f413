// The daily digest: what failed, what was tried again and again, what broke its SLA, what is stuck. Pure.
import { lasted } from '../postmortem/document-time.ts';
import { drillSection } from './drills.ts';
import type { DailyFacts } from './facts.ts';
import { type DigestSection, line, named, plural, section, sum, times } from './lines.ts';

/** A step that was tried again this often within a day is a storm of retries. */
const stormOfRetries = 10;

const inPrivate = 'in private incidents';

/** Its sections, the empty ones too. */
export function dailySections({ failures, retries, overdue, stuck, drills }: DailyFacts): readonly DigestSection[] {
  return [
    section({ id: 'failures', title: 'Failed' }, failures, {
      nameOf: ({ playbook }) => playbook,
      say: ({ step, error, runs, incident }, name) => {
        const where = step === null ? '' : ` at ${named(step)}`;
        return line(`${name} failed ${times(runs)}${where}${error === null ? '' : `: ${named(error)}`}`, incident);
      },
      sayPrivate: (hidden) =>
        `${plural(
          sum(hidden, ({ runs }) => runs),
          'run',
        )} failed ${inPrivate}`,
    }),
    section(
      { id: 'retries', title: 'Tried again and again' },
      retries.filter((fact) => fact.retries >= stormOfRetries),
      {
        nameOf: ({ playbook }) => playbook,
        say: ({ step, error, runs, retries: tries, incident }, name) => {
          const why = error === null ? '' : `: ${named(error)}`;
          return line(
            `${name} tried ${named(step ?? 'a step')} again ${times(tries)} in ${plural(runs, 'run')}${why}`,
            incident,
          );
        },
        sayPrivate: (hidden) => `steps were tried again ${times(sum(hidden, (fact) => fact.retries))} ${inPrivate}`,
      },
    ),
    section({ id: 'overdue', title: 'Over their SLA' }, overdue, {
      nameOf: ({ playbook }) => playbook,
      say: ({ runs, incident }, name) => line(`${name} took longer than its SLA ${times(runs)}`, incident),
      sayPrivate: (hidden) =>
        `${plural(
          sum(hidden, ({ runs }) => runs),
          'run',
        )} took longer than the SLA ${inPrivate}`,
    }),
    section({ id: 'stuck', title: 'Stuck now' }, stuck ?? [], {
      nameOf: ({ playbook }) => playbook,
      say: ({ what, drill, ageMs, incident }, name) =>
        line(`${drill ? '[DRILL] ' : ''}${name} has waited ${lasted(ageMs)} for ${named(what, 200)}`, incident),
      sayPrivate: () => '',
    }),
    drillSection(drills),
  ];
}
