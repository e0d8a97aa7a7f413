// The weekly digest: what waits and ages, what fails again and again, what people did by hand, what was forgotten. Pure.
import { lasted } from '../postmortem/document-time.ts';
import { assertNever } from '../result.ts';
import type { InterventionFact, OverdueItemFact, QueueFact, WeeklyFacts } from './facts.ts';
import { type DigestSection, line, named, plural, section, sum, times } from './lines.ts';

const inPrivate = 'in private incidents';

/** Its sections, the empty ones too. */
export function weeklySections(facts: WeeklyFacts): readonly DigestSection[] {
  return [
    section({ id: 'queues', title: 'Waiting, and getting older' }, facts.queues ?? [], {
      nameOf: ({ queue }) => queue,
      say: (fact) => line(queueInWords(fact)),
      sayPrivate: () => '',
    }),
    section({ id: 'dependencies', title: 'Failing again and again' }, facts.dependencies, {
      nameOf: ({ target }) => target,
      say: ({ days, failures, playbooks }, name) =>
        line(
          `${name} failed ${times(failures)} on ${plural(days, 'day')}, for ${playbooks
            .slice(0, 3)
            .map((one) => named(one))
            .join(', ')}`,
        ),
      sayPrivate: (hidden) =>
        `${plural(
          sum(hidden, ({ failures }) => failures),
          'more failure',
        )} ${inPrivate}`,
    }),
    section({ id: 'interventions', title: 'Done by hand' }, byPlaybook(facts.interventions), {
      nameOf: ({ playbook }) => playbook,
      say: ({ orders }, name) =>
        line(`${name}: ${orders.map(({ order, count }) => `${orderInWords(order)} ${times(count)}`).join(', ')}`),
      sayPrivate: (hidden) => `people stepped in ${times(sum(hidden, ({ count }) => count))} ${inPrivate}`,
    }),
    section({ id: 'silences', title: 'Silences that look forgotten' }, facts.forgotten ?? [], {
      nameOf: ({ id }) => id,
      say: ({ owner, why }, name) => line(`${name} of ${named(owner)}: ${why}`),
      sayPrivate: () => '',
    }),
    section({ id: 'items', title: 'Action items overdue' }, facts.items ?? [], {
      nameOf: ({ id }) => id,
      say: (item) => line(itemInWords(item)),
      sayPrivate: () => '',
    }),
  ];
}

function queueInWords({ queue, name, count, oldestMs }: QueueFact): string {
  const since = `the oldest for ${lasted(oldestMs)}`;
  switch (queue) {
    case 'approvals':
      return `${plural(count, 'approval')} ${count === 1 ? 'waits' : 'wait'} for an answer, ${since}`;
    case 'runs':
      return `${plural(count, 'run')} ${count === 1 ? 'queues' : 'queue'}${name === null ? '' : ` for ${named(name)}`}, ${since}`;
    case 'deliveries':
      return `${plural(count, 'delivery').replace(/delivery./, 'deliveries')} could not be dealt with, ${since}`;
    default:
      return assertNever(queue);
  }
}

const itemInWords = ({ id, text, owner, due }: OverdueItemFact): string =>
  `${id}: ${named(text, 140)} (${owner === null ? 'nobody yet' : named(owner)}, due ${due})`;

const orders: { readonly [type: string]: string | undefined } = {
  'run.retried': 'retried',
  'run.paused': 'paused',
  'run.resumed': 'resumed',
  'run.cancel_requested': 'cancelled',
  'run.compensation_started': 'undone',
  'run.signalled': 'signalled',
  'step.succeeded': 'a step marked done',
};
/** What people can do to a run by hand, by the event that says so. */
export const interventionTypes: readonly string[] = Object.keys(orders);
const orderInWords = (type: string): string => orders[type] ?? type;

type ByPlaybook = {
  readonly playbook: string | null;
  readonly count: number;
  readonly orders: readonly InterventionFact[];
};

/** One line for each playbook, the one that needed people most first. */
function byPlaybook(facts: readonly InterventionFact[]): readonly ByPlaybook[] {
  const names = [...new Set(facts.map(({ playbook }) => playbook))];
  return names
    .map((playbook) => {
      const own = facts.filter((fact) => fact.playbook === playbook).toSorted((a, b) => b.count - a.count);
      return { playbook, count: sum(own, ({ count }) => count), orders: own };
    })
    .toSorted((a, b) => b.count - a.count || String(a.playbook).localeCompare(String(b.playbook)));
}
