// What people did by hand again and again, and would be a playbook: with a draft of it. Pure.
import { stringify } from 'yaml';
import { groupBy } from '../postmortem/facts.ts';
import type { Measured } from './measured.ts';

/** Something that was done by hand more than once. */
export type Toil = {
  readonly kind: Measured['byHand'][number]['kind'];
  readonly what: string;
  readonly times: number;
  readonly incidents: number;
  readonly numbers: readonly number[];
  readonly people: readonly string[];
  readonly lastAt: string;
  /** What could be done about it, in a sentence. */
  readonly advice: string;
  /** YAML to begin with; null: nothing is known to write any. */
  readonly draft: string | null;
};

type Doing = { readonly by: Measured['byHand'][number]; readonly incident: Measured };

const maxListed = 10;

/** What was done by hand in two incidents at least, what was done most often first. @param commandAction the action that runs a command */
export function toilIn(incidents: readonly Measured[], commandAction: string): readonly Toil[] {
  const all = incidents.flatMap((incident) => incident.byHand.map((by): Doing => ({ by, incident })));
  const groups = groupBy(all, ({ by }) => `${by.kind} ${by.what}`);
  return [...groups.values()]
    .filter((some) => new Set(some.map(({ incident }) => incident.id)).size > 1)
    .flatMap((some) => toilOf(some, commandAction) ?? [])
    .toSorted((a, b) => b.times - a.times || (a.what < b.what ? -1 : 1));
}

function toilOf(all: readonly Doing[], commandAction: string): Toil | null {
  const [first] = all;
  if (!first) return null;
  const { kind, what } = first.by;
  const numbers = [...new Set(all.map(({ incident }) => incident.number))].toSorted((a, b) => b - a);
  const alert = commonAlert(all);
  return {
    kind,
    what,
    times: all.length,
    incidents: numbers.length,
    numbers: numbers.slice(0, maxListed),
    people: [...new Set(all.map(({ by }) => by.by))].slice(0, maxListed),
    lastAt:
      all
        .map(({ by }) => by.at)
        .toSorted()
        .at(-1) ?? first.by.at,
    advice: adviceFor(kind, { what, alert }),
    draft: draftFor(all, { alert, commandAction }),
  };
}

/** The alert that most of these incidents had; null: no alert was in half of them. */
function commonAlert(all: readonly Doing[]): string | null {
  const incidents = [...new Map(all.map(({ incident }) => [incident.id, incident])).values()];
  const counts = new Map<string, number>();
  for (const { alerts } of incidents)
    for (const name of new Set(alerts.map((alert) => alert.name))) counts.set(name, (counts.get(name) ?? 0) + 1);
  const [most] = [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return most && most[1] * 2 >= incidents.length ? most[0] : null;
}

function adviceFor(
  kind: Toil['kind'],
  { what, alert }: { readonly what: string; readonly alert: string | null },
): string {
  const when = alert === null ? '' : ` when ${alert} fires`;
  switch (kind) {
    case 'run':
      return alert === null
        ? `${what} is started by hand each time; a trigger could start it`
        : `${what} could start by itself${when}; an approval can still stand before what is risky`;
    case 'command':
      return `it could be a playbook that asks for approval${when}; the draft has to be read before it is used`;
    case 'order':
      return `people order "${what}" again and again; a retry policy, a verification or another order of steps may spare them that`;
  }
}

const triggerFor = (alert: string) => [{ source: '*', when: `alert.labels.alertname == ${JSON.stringify(alert)}` }];

type Drafting = { readonly alert: string | null; readonly commandAction: string };

function draftFor(all: readonly Doing[], { alert, commandAction }: Drafting): string | null {
  const [first] = all;
  switch (first?.by.kind) {
    case 'run':
      return alert === null
        ? null
        : `# in the playbook ${first.by.what}\n${stringify({ triggers: triggerFor(alert) })}`;
    case 'command':
      return commandDraft(all, { alert, commandAction });
    default:
      return null;
  }
}

const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/<\w+>/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '') || 'by-hand';

/** The words of a command, quotes taken off. What a shell would do with them is not known, and an action has none. */
const wordsOfCommand = (command: string): readonly string[] =>
  [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare ?? '');

/** A template is code of ours; what people typed is none. */
const literal = (word: string) => word.replaceAll('${{', '$ {{');

/** A playbook with that one command; where it names the service of its incident every time, the service is an input. */
function commandDraft(all: readonly Doing[], { alert, commandAction }: Drafting): string | null {
  const [first] = all;
  if (!first) return null;
  const isAboutService = all.every(({ by, incident }) =>
    incident.services.some((service) => wordsOfCommand(by.said).includes(service)),
  );
  const words = wordsOfCommand(first.by.said);
  if (words.length === 0) return null;
  const command = words.map((word) =>
    isAboutService && first.incident.services.includes(word) ? '${{ inputs.service }}' : literal(word),
  );
  const document = {
    apiVersion: 'firebreak/v1',
    name: slug(first.by.what),
    version: '0.1.0',
    description: `Draft: done by hand ${all.length} times. Read it before you use it.`,
    owner: { product: 'to be said', technical: 'to be said', escalation: '@sre' },
    ...(alert === null ? {} : { triggers: triggerFor(alert) }),
    ...(isAboutService
      ? { inputs: { service: { type: 'string', from: 'alert.labels.service', pattern: '^[a-z0-9-]+$' } } }
      : {}),
    steps: [
      {
        id: 'by-hand',
        uses: commandAction,
        with: { command },
        risk: 'high',
        approval: { from: ['@sre'], expiresIn: '15m' },
      },
    ],
  };
  return stringify(document);
}
