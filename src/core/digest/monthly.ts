// The monthly digest: what people were asked, which versions came, what was undone, who has access and changed what. Pure.
import { lasted } from '../postmortem/document-time.ts';
import { drillSection } from './drills.ts';
import type { ApprovalFact, ChangeFact, MonthlyFacts } from './facts.ts';
import { type DigestSection, line, mostLines, named, plural, section, sum, times } from './lines.ts';

const inPrivate = 'in private incidents';

/** Its sections, the empty ones too. */
export function monthlySections({
  approvals,
  versions,
  compensations,
  drills,
  access,
}: MonthlyFacts): readonly DigestSection[] {
  return [
    section({ id: 'approvals', title: 'Approvals' }, approvals, {
      nameOf: ({ playbook }) => playbook,
      say: (fact, name) => line(`${name}: ${approvalInWords(fact)}`),
      sayPrivate: (hidden) => `people were asked ${times(sum(hidden, ({ asked }) => asked))} ${inPrivate}`,
    }),
    section({ id: 'versions', title: 'New versions of playbooks' }, versions, {
      nameOf: ({ playbook }) => playbook,
      say: ({ versions: of }, name) =>
        line(
          `${name}: ${of
            .slice(0, 5)
            .map((one) => named(one, 40))
            .join(', ')}${of.length > 5 ? ` and ${of.length - 5} more` : ''}`,
        ),
      sayPrivate: () => '',
    }),
    section({ id: 'compensations', title: 'Undone' }, compensations, {
      nameOf: ({ playbook }) => playbook,
      say: ({ undone, failed }, name) =>
        line(`${name} was undone ${times(undone)}${failed === 0 ? '' : `; the undo failed ${times(failed)}`}`),
      sayPrivate: (hidden) =>
        `runs were undone ${times(sum(hidden, ({ undone, failed }) => undone + failed))} ${inPrivate}`,
    }),
    drillSection(drills),
    accessSection(access),
  ];
}

function approvalInWords({ asked, granted, denied, expired, waitMs }: ApprovalFact): string {
  const parts = [
    `${asked} asked`,
    granted > 0 ? `${granted} approved` : '',
    denied > 0 ? `${denied} denied` : '',
    expired > 0 ? `${expired} that nobody answered` : '',
  ].filter((part) => part !== '');
  return `${parts.join(', ')}${waitMs === null ? '' : `; half were decided within ${lasted(waitMs)}`}`;
}

function accessSection(access: MonthlyFacts['access']): DigestSection {
  const about = { id: 'access', title: 'Access' };
  if (access === null) return { ...about, lines: [], more: 0 };
  const { tokens, sessions, changes } = access;
  const people = [...new Set(changes.map(({ by }) => by))];
  const all = [
    ...tokens.map(({ change, name, by }) =>
      line(`the token ${named(name)} was ${change === 'created' ? 'made' : 'revoked'} by ${named(by)}`),
    ),
    ...(sessions.count === 0
      ? []
      : [
          line(`${plural(sessions.people, 'person').replace('persons', 'people')} signed in, ${times(sessions.count)}`),
        ]),
    ...people.map((by) => line(`${named(by)}: ${changesInWords(changes.filter((one) => one.by === by))}`)),
  ];
  return { ...about, lines: all.slice(0, 2 * mostLines), more: Math.max(0, all.length - 2 * mostLines) };
}

const words: { readonly [type: string]: string | undefined } = {
  'switch.engaged': 'halted automation',
  'switch.released': 'released automation',
  'delivery.replayed': 'replayed a delivery',
  'stream.archived': 'archived an incident or an alert group',
  'restore.accepted': 'accepted a restored database',
  'record.redacted': 'redacted the record',
  'evidence.redacted': 'redacted evidence',
  'silence.created': 'made a silence',
  'silence.expired': 'ended a silence',
  'window.created': 'made a maintenance window',
  'window.removed': 'removed a maintenance window',
};

const changesInWords = (changes: readonly ChangeFact[]): string =>
  changes.map(({ type, count }) => `${words[type] ?? type.replace(/[._]/g, ' ')} ${times(count)}`).join(', ');
