// The rules of silences and windows that people make, and of the begins and ends that are recorded once. Pure.
import type { z } from 'zod';
import { Silence, silenceState } from '../alert/silence.ts';
import { whenFault } from '../alert/when-fault.ts';
import { intervalNamed } from '../alert/where.ts';
import { MaintenanceWindow } from '../alert/window.ts';
import type { Json } from '../json.ts';
import type { Refusal } from '../refusal.ts';
import { assertNever, err, ok, type Result } from '../result.ts';
import { addMs, elapsedMs, maxDurationMs } from '../time.ts';
import { AskedWindow } from './mute-events.ts';
import {
  type FileMutes,
  type HoldingMute,
  holdingKey,
  type MuteEvent,
  type MuteRecord,
  mutesAt,
  noMutes,
  silenceNamed,
  windowNamed,
  windowOf,
} from './mutes.ts';

/** Somebody makes a silence. `sets`: as the configuration has them; `startsAt` absent: now. */
type CreateSilence = {
  readonly type: 'create_silence';
  readonly id: string;
  readonly sets: Json;
  readonly startsAt?: string | undefined;
  readonly endsAt: string;
  readonly owner: string;
  readonly reason: string;
  readonly file: FileMutes;
};

/** Somebody makes a window. `window`: an entry as the configuration has it, with an end. */
type CreateWindow = {
  readonly type: 'create_window';
  readonly window: Json;
  readonly file: FileMutes;
};

/** What can be asked about silences and windows. */
export type MuteCommand =
  | CreateSilence
  | CreateWindow
  | { readonly type: 'expire_silence'; readonly id: string; readonly reason?: string | undefined }
  | { readonly type: 'remove_window'; readonly name: string; readonly reason?: string | undefined }
  /** Some may have begun or ended. */
  | { readonly type: 'record_mutes'; readonly file: FileMutes }
  /** People are to be told which silences look forgotten, once in `everyMs`. */
  | {
      readonly type: 'review_silences';
      readonly forgotten: readonly { readonly id: string; readonly why: string }[];
      readonly everyMs: number;
    };

/** True for a command about silences and windows. */
export const isMuteCommand = <T extends { readonly type: string }>(
  command: T,
): command is Extract<T, { readonly type: MuteCommand['type'] }> =>
  /^(?:create_silence|create_window|expire_silence|remove_window|record_mutes|review_silences)$/.test(command.type);

type Decided = Result<readonly MuteEvent[], Refusal>;
const decidedOn = (...events: readonly MuteEvent[]): Decided => ok(events);
const refuse = (code: Refusal['code'], message: string) => err<Refusal>({ code, message });
const invalid = (path: string, message: string) =>
  err<Refusal>({ code: 'invalid', message: `${path} ${message}`, faults: [{ path, message }] });
const because = (reason: string | undefined) => (reason === undefined ? {} : { reason });
const most = 1000;

/** Decides one command at an instant. */
export function decideMutes(mutes: MuteRecord = noMutes, command: MuteCommand, at: string): Decided {
  switch (command.type) {
    case 'create_silence':
      return createSilence(mutes, command, at);
    case 'create_window':
      return createWindow(mutes, command, at);
    case 'expire_silence': {
      const { id, reason } = command;
      if (!silenceNamed(mutes, id)) return refuse('not_found', missing(id));
      return decidedOn({ type: 'silence.expired', data: { id, ...because(reason) } });
    }
    case 'remove_window': {
      const { name, reason } = command;
      if (!windowNamed(mutes, name))
        return refuse(
          'not_found',
          `there is no window ${name} that somebody made; those of the file are removed there`,
        );
      return decidedOn({ type: 'window.removed', data: { name, ...because(reason) } });
    }
    case 'record_mutes':
      return ok(beginsAndEnds(mutes, at, command.file));
    case 'review_silences': {
      const { forgotten, everyMs } = command;
      const isDue = mutes.reviewedAt === null || elapsedMs(mutes.reviewedAt, at) >= everyMs;
      if (!isDue || forgotten.length === 0) return decidedOn();
      return decidedOn({ type: 'silences.reviewed', data: { forgotten: [...forgotten] } });
    }
    default:
      return assertNever(command);
  }
}

const missing = (id: string) =>
  id.startsWith('file:')
    ? `the silence ${id.slice(5)} stands in the configuration; end it there`
    : `there is no silence ${id}, or it is over`;

/** What zod found wrong, as a refusal that names the field. */
function faultsOf(error: z.ZodError): Decided {
  const faults = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  return err({ code: 'invalid', message: faults.map((one) => `${one.path} ${one.message}`).join('; '), faults });
}

/** Why an end does not do; null: it does. */
function endFault(path: string, endsAt: string, at: string): Decided | null {
  if (endsAt <= at) return invalid(path, `must be in the future; it is ${endsAt}`);
  if (elapsedMs(at, endsAt) > maxDurationMs)
    return invalid(path, `must be within ten years; the latest is ${addMs(at, maxDurationMs)}`);
  return null;
}

function createSilence(mutes: MuteRecord, command: CreateSilence, at: string): Decided {
  const { id, sets, endsAt, owner, reason, file } = command;
  const read = Silence.safeParse({ id, sets, startsAt: command.startsAt ?? at, endsAt, owner, reason, from: 'person' });
  if (!read.success) return faultsOf(read.error);
  if (silenceNamed(mutes, id)) return decidedOn();
  const silence = read.data;
  const fault = endFault('endsAt', silence.endsAt, at) ?? intervalFault(silence, file) ?? setsFault(silence);
  if (fault) return fault;
  if (Object.keys(mutes.silences).length >= most)
    return refuse('wrong_state', `there are ${most} silences already; end one first`);
  const { name: _name, from: _from, ...data } = silence;
  const created: MuteEvent = { type: 'silence.created', data };
  if (silenceState(silence, at) !== 'active') return decidedOn(created);
  return decidedOn(created, { type: 'silence.started', data: { ...timeOf(silence), from: 'person' } });
}

/** A name of an interval that nobody knows would hold never, and nobody would notice. */
function intervalFault({ sets }: Pick<Silence, 'sets'>, { intervals }: FileMutes): Decided | null {
  const unknown = sets.findIndex(({ during }) => during !== undefined && !Object.hasOwn(intervals, during));
  return unknown < 0 ? null : invalid(`sets.${unknown}.during`, `must be one of \`intervals:\`; ${listed(intervals)}`);
}

/** A condition that no alert can make sense of would hold never, and nobody would notice. */
function setsFault({ sets }: Pick<Silence, 'sets'>): Decided | null {
  const faults = sets.flatMap(({ when }, n) => conditionFault(`sets.${n}.when`, when) ?? []);
  return faults[0] ?? null;
}

function conditionFault(path: string, when: string | undefined): Decided | null {
  const fault = when === undefined ? null : whenFault(when, 'condition');
  return fault === null ? null : invalid(path, fault);
}

const listed = (intervals: FileMutes['intervals']): string =>
  Object.keys(intervals).length === 0 ? 'there is none' : `there are ${Object.keys(intervals).join(', ')}`;

function createWindow(mutes: MuteRecord, { window: asked, file }: CreateWindow, at: string): Decided {
  const read = MaintenanceWindow.safeParse(asked);
  if (!read.success) return faultsOf(read.error);
  const window = read.data;
  const { name, during, endsAt, until, where } = window;
  const end = endsAt ?? until;
  if (end === undefined) return invalid('until', 'must say when it comes for the last time');
  const fault = endFault(endsAt === undefined ? 'until' : 'endsAt', end, at);
  if (fault) return fault;
  if (typeof during === 'string' && intervalNamed(file.intervals, during).length === 0)
    return invalid('during', `must be one of \`intervals:\`, or an interval written out; ${listed(file.intervals)}`);
  if (where?.during !== undefined && !Object.hasOwn(file.intervals, where.during))
    return invalid('where.during', `must be one of \`intervals:\`; ${listed(file.intervals)}`);
  const unclear = conditionFault('where.when', where?.when);
  if (unclear) return unclear;
  const { mode, owner, reason, startsAt } = window;
  const given = AskedWindow.parse({
    ...(asked as object),
    mode,
    owner,
    reason,
    ...instants({ startsAt, endsAt, until }),
  });
  const known = windowNamed(mutes, name);
  if (known || file.windows.some((one) => one.name === name))
    return refuse('wrong_state', `there is a window ${name} already; take another name, or remove it first`);
  if (Object.keys(mutes.windows).length >= most)
    return refuse('wrong_state', `there are ${most} windows already; remove one first`);
  const events: MuteEvent[] = [{ type: 'window.created', data: { window: given } }];
  const record = { asked: given, createdBy: { kind: 'system' as const, id: '' }, createdAt: at };
  const holds = mutesAt({ ...noMutes, windows: { [name]: record } }, at, { ...file, silences: [], windows: [] });
  return decidedOn(...events, ...holds.map(begin));
}

/** Those that are there, in the one form that instants are compared in. */
function instants(given: { readonly [name: string]: string | undefined }): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(given).flatMap(([name, at]) => (at === undefined ? [] : [[name, at]])));
}

type Time = Pick<HoldingMute, 'id' | 'from' | 'startsAt' | 'endsAt' | 'owner' | 'reason'>;
const timeOf = ({ id, from, startsAt, endsAt, owner, reason }: Time): Time => ({
  id,
  from,
  startsAt,
  endsAt,
  owner,
  reason,
});

const begin = (mute: ReturnType<typeof mutesAt>[number]): MuteEvent =>
  mute.type === 'silence'
    ? { type: 'silence.started', data: timeOf(mute) }
    : { type: 'window.started', data: { ...timeOf(mute), mode: mute.mode ?? 'consolidate' } };

const end = (mute: HoldingMute): MuteEvent => ({ type: `${mute.type}.ended`, data: timeOf(mute) });

const isOver = (endsAt: string | null | undefined, at: string) => endsAt != null && endsAt <= at;

/**
 * What has begun or ended and was not recorded yet. One of the file ends when it was said to, whatever this process's file says: while two
 * versions of the file are in force, in two processes, neither takes back what the other records.
 */
export function beginsAndEnds(mutes: MuteRecord, at: string, file: FileMutes): readonly MuteEvent[] {
  const events: MuteEvent[] = [];
  const active = mutesAt(mutes, at, file);
  const keys = new Set(active.map(holdingKey));
  for (const mute of active) {
    const before = Object.hasOwn(mutes.holding, holdingKey(mute)) ? mutes.holding[holdingKey(mute)] : undefined;
    if (before && !(isOver(before.endsAt, at) && before.startsAt !== mute.startsAt)) continue;
    if (before) events.push(end(before));
    events.push(begin(mute));
  }
  for (const [key, mute] of Object.entries(mutes.holding))
    if (!keys.has(key) && isOver(mute.endsAt, at)) events.push(end(mute));
  // Nobody was there while they held.
  for (const silence of Object.values(mutes.silences))
    if (isOver(silence.endsAt, at) && !Object.hasOwn(mutes.holding, holdingKey({ type: 'silence', id: silence.id })))
      events.push({ type: 'silence.ended', data: timeOf(silence) });
  for (const record of Object.values(mutes.windows)) {
    const { name: id, endsAt, until, owner, reason, startsAt = null } = windowOf(record);
    if (Object.hasOwn(mutes.holding, holdingKey({ type: 'window', id }))) continue;
    if (isOver(endsAt, at))
      events.push({
        type: 'window.ended',
        data: { id, from: 'person', startsAt, endsAt: endsAt ?? null, owner, reason },
      });
    else if (isOver(until, at))
      events.push({ type: 'window.removed', data: { name: id, reason: 'its last time is over' } });
  }
  return events;
}
