// What the system stream knows of silences and windows: those that people made and that are not over, and which of all hold. Types,
// questions and folds; decides nothing.

import type { Actor } from '../actor.ts';
import { type Silence, silenceState } from '../alert/silence.ts';
import type { TimeIntervals } from '../alert/time-interval.ts';
import { MaintenanceWindow, windowOccurrence } from '../alert/window.ts';
import { assertNever } from '../result.ts';
import type { SystemEvent } from './events.ts';
import type { AskedWindow } from './mute-events.ts';

/** Who made it, and when. */
type Made = { readonly createdBy: Actor; readonly createdAt: string };

/** A silence that somebody made. */
export type SilenceRecord = Silence & Made;

/** A window that somebody made. */
export type WindowRecord = Made & { readonly asked: AskedWindow };

/** A silence or window that holds, in the one time that people were told of. */
export type HoldingMute = {
  readonly type: 'silence' | 'window';
  /** Of a silence its id, of a window its name. */
  readonly id: string;
  readonly from: 'file' | 'person';
  readonly startsAt: string | null;
  readonly endsAt: string | null;
  readonly owner: string;
  readonly reason: string;
};

/** What is known of silences and windows. What is over is in it no longer: the events keep it. */
export type MuteRecord = {
  /** Of people, pending and active ones, by id. */
  readonly silences: { readonly [id: string]: SilenceRecord };
  /** Of people, by name. */
  readonly windows: { readonly [name: string]: WindowRecord };
  /** Those whose begin was recorded and whose end was not, by `holdingKey`. */
  readonly holding: { readonly [key: string]: HoldingMute };
  /** When people were last told what looks forgotten; null: never. */
  readonly reviewedAt: string | null;
};

/** Before any was recorded. */
export const noMutes: MuteRecord = { silences: {}, windows: {}, holding: {}, reviewedAt: null };

/** An event about silences and windows. */
export type MuteEvent = Extract<SystemEvent, { type: `silence.${string}` | `window.${string}` | 'silences.reviewed' }>;

/** True for an event about silences and windows. */
export const isMuteEvent = <T extends { readonly type: SystemEvent['type'] }>(
  event: T,
): event is Extract<T, { readonly type: MuteEvent['type'] }> => /^(?:silences?|window)\./.test(event.type);

/** One silence or window holds once at a time. */
export const holdingKey = ({ type, id }: Pick<HoldingMute, 'type' | 'id'>): string => `${type} ${id}`;

const own = <T>(record: { readonly [key: string]: T }, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** A silence that somebody made and that is not over. */
export const silenceNamed = ({ silences }: MuteRecord, id: string): SilenceRecord | undefined => own(silences, id);

/** A window that somebody made and that is not over. */
export const windowNamed = ({ windows }: MuteRecord, name: string): WindowRecord | undefined => own(windows, name);

/** The window as the stages take it. What was checked when it was asked for is readable ever after. */
export const windowOf = ({ asked }: Pick<WindowRecord, 'asked'>): MaintenanceWindow => MaintenanceWindow.parse(asked);

const without = <T>(record: { readonly [key: string]: T }, key: string): { readonly [key: string]: T } =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));

/** Folds one event. */
export function evolveMutes(
  mutes: MuteRecord,
  event: MuteEvent & { readonly at: string; readonly actor: Actor },
): MuteRecord {
  const made = { createdBy: event.actor, createdAt: event.at };
  switch (event.type) {
    case 'silence.created': {
      const { id, sets, startsAt, endsAt, owner, reason } = event.data;
      const silence = { id, name: null, sets, startsAt, endsAt, owner, reason, from: 'person' as const, ...made };
      return { ...mutes, silences: { ...mutes.silences, [id]: silence } };
    }
    case 'silence.expired':
      return ended({ ...mutes, silences: without(mutes.silences, event.data.id) }, { type: 'silence', ...event.data });
    case 'silence.started':
      return started(mutes, { type: 'silence', ...event.data });
    case 'silence.ended': {
      const { id, from } = event.data;
      const silences = from === 'person' ? without(mutes.silences, id) : mutes.silences;
      return ended({ ...mutes, silences }, { type: 'silence', id });
    }
    case 'window.created': {
      const { window } = event.data;
      return { ...mutes, windows: { ...mutes.windows, [window.name]: { asked: window, ...made } } };
    }
    case 'window.removed': {
      const { name } = event.data;
      return ended({ ...mutes, windows: without(mutes.windows, name) }, { type: 'window', id: name });
    }
    case 'window.started':
      return started(mutes, { type: 'window', ...event.data });
    case 'window.ended': {
      const { id, from } = event.data;
      const comesOnce = windowNamed(mutes, id)?.asked.during === undefined;
      const windows = from === 'person' && comesOnce ? without(mutes.windows, id) : mutes.windows;
      return ended({ ...mutes, windows }, { type: 'window', id });
    }
    case 'silences.reviewed':
      return { ...mutes, reviewedAt: event.at };
    default:
      return assertNever(event);
  }
}

function started(mutes: MuteRecord, { type, id, from, startsAt, endsAt, owner, reason }: HoldingMute): MuteRecord {
  const mute: HoldingMute = { type, id, from, startsAt, endsAt, owner, reason };
  return { ...mutes, holding: { ...mutes.holding, [holdingKey(mute)]: mute } };
}

const ended = (mutes: MuteRecord, mute: Pick<HoldingMute, 'type' | 'id'>): MuteRecord => ({
  ...mutes,
  holding: without(mutes.holding, holdingKey(mute)),
});

/** The silences and windows of the file, with the intervals that windows name. */
export type FileMutes = {
  readonly silences: readonly Silence[];
  readonly windows: readonly MaintenanceWindow[];
  readonly intervals: TimeIntervals;
};

/** Those of people and of the file that hold at an instant. */
export function mutesAt(
  mutes: MuteRecord,
  at: string,
  file: FileMutes,
): readonly (HoldingMute & { mode?: 'quiet' | 'consolidate' })[] {
  const silences = [...file.silences, ...Object.values(mutes.silences)].filter(
    (silence) => silenceState(silence, at) === 'active',
  );
  const windows = [
    ...file.windows.map((window) => ({ window, from: 'file' as const })),
    ...Object.values(mutes.windows).map((record) => ({ window: windowOf(record), from: 'person' as const })),
  ];
  return [
    ...silences.map(({ id, from, startsAt, endsAt, owner, reason }) => ({
      type: 'silence' as const,
      id,
      from,
      startsAt,
      endsAt,
      owner,
      reason,
    })),
    ...windows.flatMap(({ window, from }) => {
      const occurrence = windowOccurrence(window, at, file.intervals);
      if (occurrence === null) return [];
      const { name: id, owner, reason, mode } = window;
      return [{ type: 'window' as const, id, from, ...occurrence, owner, reason, mode }];
    }),
  ];
}
