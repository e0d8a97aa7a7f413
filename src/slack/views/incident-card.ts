// The card of an incident: what burns, since when, who leads, what automation does, and where to look. Pure.
import type { KnownBlock } from '@slack/types';
import type { Alert } from '../../core/alert/alert.ts';
import { type IncidentAlert, leadOf } from '../../core/incident/state.ts';
import { isDrill } from '../../core/run/drill.ts';
import type { RunState } from '../../core/run/state.ts';
import { elapsedMs } from '../../core/time.ts';
import type { IncidentRow } from '../../ports/reads.ts';
import { person, userMention } from '../identity.ts';
import {
  type Button,
  buttonRow,
  code,
  context,
  header,
  joinWithin,
  lasting,
  type MessageContent,
  oneLine,
  plainSection,
  section,
  when,
} from '../text.ts';
import { cardLinks, keyLabels, linkButtons } from './alert-parts.ts';
import { brokenGlass } from './broken-glass.ts';
import { incidentWords, runWords, stateText } from './states.ts';

const severities = ['', 'SEV1 – Critical', 'SEV2 – Major', 'SEV3 – Minor', 'SEV4 – Low'];
/** A severity in words. */
export const severityText = (severity: number): string => severities[severity] ?? `SEV${severity}`;

const maxAlerts = 10;
const maxRoles = 20;
const maxRuns = 5;
const maxGlass = 3;
/** Characters of a description: a card is read at a glance, the page has the rest. */
const maxDescription = 600;

/** What a card shows besides the incident itself. */
export type CardContext = {
  readonly publicUrl: string;
  /** The alert that opened it; null: none did. */
  readonly alert: Alert | null;
  /** Its runs, oldest first. */
  readonly runs: readonly RunState[];
};

/** The page of an incident. */
export const incidentUrl = (publicUrl: string, number: number): string => `${publicUrl}/incidents/${number}`;

/** True for an incident that was opened for an exercise. */
export const isExercise = (runs: readonly RunState[]): boolean => runs[0] !== undefined && isDrill(runs[0]);

/** Before everything that tells of an exercise. */
export const drillMark = (runs: readonly RunState[]): string => (isExercise(runs) ? '[DRILL] ' : '');

/** How many alerts fire, before any list of them that may be cut. */
export function alertsWords(alerts: readonly Pick<IncidentAlert, 'status'>[]): string {
  const firing = alerts.filter(({ status }) => status === 'firing').length;
  return `${firing} of ${alerts.length} alert${alerts.length === 1 ? '' : 's'} firing`;
}

/** What becomes of it, where its status alone does not say. */
export const stateWords = ({ status, mergedInto, settlesAt }: IncidentRow): readonly string[] => [
  ...(mergedInto ? [`merged into #${mergedInto.number}`] : []),
  ...(status === 'open' && settlesAt !== undefined ? [`ends ${when(settlesAt)} unless something fires`] : []),
];

function alertLine({ status, title, count, firstAt, because, unacted }: IncidentAlert): string {
  const times = count > 1 ? `  ×${count}` : '';
  const why = because === undefined ? '' : `  (${oneLine(because, 200)})`;
  const held = unacted ? '  – in a maintenance window: nothing is started for it' : '';
  return `${status === 'firing' ? '●' : '✓'} ${oneLine(title, 200)}${times}  since ${when(firstAt)}${why}${held}`;
}

/** The alerts in lines; a single one that says no more than the title of the card is left out. */
function alertBlocks({ alerts, title }: IncidentRow): readonly KnownBlock[] {
  const all = Object.values(alerts).sort((a, b) => a.status.localeCompare(b.status));
  const [only, ...others] = all;
  if (!only) return [];
  const isSaid = only.title === title && only.count === 1 && only.because === undefined && !only.unacted;
  if (others.length === 0 && isSaid) return [];
  return [section(`${alertsWords(all)}\n${joinWithin(all.map(alertLine), '\n', 2800, maxAlerts)}`)];
}

/** How long it has been like this: since when it burns, or after how long it was over. */
function clock({ status, openedAt, resolvedAt, closedAt }: IncidentRow): string {
  if (status === 'open') return `since ${when(openedAt)}`;
  const end = resolvedAt ?? closedAt ?? openedAt;
  return `after ${lasting(elapsedMs(openedAt, end))}  ·  opened ${when(openedAt)}`;
}

function facts(incident: IncidentRow): string {
  const { severity, roles, acknowledgedBy } = incident;
  const held = Object.entries(roles).map(([role, user]) => `${oneLine(role, 50)}: ${userMention(user)}`);
  const parts = [
    `*${severityText(severity)}*`,
    `${stateText(incidentWords(incident))} ${clock(incident)}`,
    ...stateWords(incident),
    ...(acknowledgedBy ? [`acknowledged by ${person(acknowledgedBy)}`] : []),
    ...(leadOf(incident) === null && incident.status === 'open' ? ['No lead'] : []),
    ...held,
  ];
  return joinWithin(parts, '  ·  ', 2900, maxRoles);
}

/** What is affected, and the labels that say where. */
function affected(alert: Alert | null, { handling }: IncidentRow): readonly KnownBlock[] {
  if (alert === null) return [];
  const { service, description, title } = alert;
  const parts = [
    ...(service === null ? [] : [`*Service* ${code(service, 100)}`]),
    ...(handling?.owner === undefined ? [] : [`*Owner* ${oneLine(handling.owner, 100)}`]),
    ...keyLabels(alert).map((label) => code(label, 110)),
  ];
  const said = description.trim();
  return [
    ...(parts.length === 0 ? [] : [section(joinWithin(parts, '  ·  ', 2900))]),
    ...(said === '' || said === title ? [] : [plainSection(said, maxDescription)]),
  ];
}

/** Where the glass was broken; the latest few, as the messages of the runs say it all. */
const glass = (runs: readonly RunState[]): readonly KnownBlock[] => {
  const lines = runs.flatMap(brokenGlass);
  const more = lines.length - maxGlass;
  const all = [...lines.slice(-maxGlass), ...(more > 0 ? [`and ${more} more before`] : [])];
  return all.length === 0 ? [] : [section(joinWithin(all, '\n', 2900))];
};

/** What automation does about it. */
function automation({ status }: IncidentRow, runs: readonly RunState[]): readonly KnownBlock[] {
  if (runs.length === 0) return status === 'open' ? [section('*Automation*  None matched: no playbook runs.')] : [];
  const lines = runs.map((run) => `${oneLine(run.playbook.name, 100)} ${stateText(runWords(run))}`);
  return [section(`*Automation*  ${joinWithin(lines, '  ·  ', 2800, maxRuns)}`)];
}

/** What people can do from the card; nothing that is an order once it is over. */
function buttons(incident: IncidentRow, { alert, runs }: CardContext): readonly KnownBlock[] {
  const { id, status } = incident;
  const orders: readonly Button[] =
    status !== 'open'
      ? []
      : [
          ...(leadOf(incident) === null ? [{ id: 'incident_lead', label: 'Take lead', value: id }] : []),
          ...(runs.length === 0 ? [{ id: 'incident_run', label: 'Run…', value: id }] : []),
        ];
  const all = [...orders, ...(alert === null ? [] : linkButtons(cardLinks(alert)))];
  return all.length === 0 ? [] : [buttonRow(`card_${id}_buttons`, all)];
}

/** The card of an incident. */
export function incidentCard(incident: IncidentRow, about: CardContext): MessageContent {
  const { title, number } = incident;
  const { text, blocks } = briefCard(incident, about);
  const page = `<${incidentUrl(about.publicUrl, number)}|Open #${number}>`;
  return {
    text,
    blocks: [
      header(`${drillMark(about.runs)}#${number}  ${title}`),
      ...blocks,
      ...glass(about.runs),
      ...automation(incident, about.runs),
      ...alertBlocks(incident),
      ...buttons(incident, about),
      context(page),
    ],
  };
}

/** What of it is said elsewhere too: how it stands, and what is affected. */
function briefCard(incident: IncidentRow, { alert, runs }: CardContext): MessageContent {
  const { number, title, severity } = incident;
  const all = Object.values(incident.alerts);
  const parts = [
    `${drillMark(runs)}Incident ${number}: ${oneLine(title, 200)}. ${severityText(severity)}, ${incidentWords(incident).word.toLowerCase()}`,
    ...(all.length > 0 ? [alertsWords(all)] : []),
    ...(alert?.service ? [`service ${oneLine(alert.service, 100)}`] : []),
  ];
  return { text: `${parts.join(', ')}.`, blocks: [section(facts(incident)), ...affected(alert, incident)] };
}

/** The card where the incident itself goes on elsewhere: no orders, and the links of the alert. */
export function cardElsewhere(incident: IncidentRow, about: CardContext): MessageContent {
  const { number, title } = incident;
  const { text, blocks } = briefCard(incident, about);
  const links = about.alert === null ? [] : linkButtons(cardLinks(about.alert));
  return {
    text,
    blocks: [
      header(`${drillMark(about.runs)}#${number}  ${title}`),
      ...blocks,
      ...(links.length === 0 ? [] : [buttonRow(`card_${incident.id}_links`, links)]),
    ],
  };
}
