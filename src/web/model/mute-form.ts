// What somebody typed to keep alerts quiet, as the API takes it; or what is missing, in a sentence. Pure.
import type { ApiSilence } from '../../contract/mute.ts';
import { atWall, wallMs } from './calendar.ts';
import type { Zone } from './time.ts';

/** The form of a silence or a window, as it is typed. */
export type MuteForm = {
  readonly kind: 'silence' | 'window';
  /** Of a window. */
  readonly name: string;
  readonly mode: 'quiet' | 'consolidate';
  /** Matchers over labels, one in a line. */
  readonly match: string;
  readonly service: string;
  readonly source: string;
  /** As a field of the browser has them, `2026-11-27T14:00`; empty: now. */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly owner: string;
  readonly reason: string;
};

/** An empty form that ends in an hour. */
export const emptyMute = (endsAt: string, match = ''): MuteForm => ({
  kind: 'silence',
  name: '',
  mode: 'consolidate',
  match,
  service: '',
  source: '',
  startsAt: '',
  endsAt,
  owner: '',
  reason: '',
});

type Where = ApiSilence['sets'][number];

/** The condition; null: nothing is named, so that it would mute everything. */
export function whereOf({ match, service, source }: Pick<MuteForm, 'match' | 'service' | 'source'>): Where | null {
  const matchers = match
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const where: Where = {
    ...(matchers.length > 0 && { match: matchers }),
    ...(service.trim() !== '' && { service: service.trim() }),
    ...(source.trim() !== '' && { source: source.trim() }),
  };
  return Object.keys(where).length === 0 ? null : where;
}

/** An instant as a field of the browser shows it, in a time zone. */
export const fieldText = (ms: number, zone: Zone): string => new Date(wallMs(ms, zone)).toISOString().slice(0, 16);

/** The instant that a field shows in a time zone; null: it shows none. */
export function fieldInstant(text: string, zone: Zone): string | null {
  const wall = Date.parse(`${text}Z`);
  return text === '' || Number.isNaN(wall) ? null : new Date(atWall(wall, zone)).toISOString();
}

/** What keeps it from being ordered, in a sentence; null: nothing. */
export function muteFault(form: MuteForm, zone: Zone, nowMs: number): string | null {
  const { kind, name, reason, startsAt, endsAt } = form;
  if (kind === 'silence' && whereOf(form) === null)
    return 'Say first which alerts: a silence of everything is refused.';
  if (kind === 'window' && !/^[a-z0-9][a-z0-9_-]*$/.test(name))
    return 'Give the window a name of lower-case letters, digits, - and _.';
  const ends = fieldInstant(endsAt, zone);
  if (ends === null) return 'Say when it ends: nothing is quiet for ever.';
  const starts = fieldInstant(startsAt, zone);
  if (Date.parse(ends) <= (starts === null ? nowMs : Date.parse(starts))) return 'It must end after it begins.';
  if (reason.trim() === '') return 'Say why first: it stands in the record.';
  return null;
}
