// The silences and windows of people, as this process last read them; and the begin and end of all, recorded once whatever process is first.
// What a change of them means for alerts is decided by stages and groups, not here.
import { forgottenBecause } from '../../core/alert/forgotten.ts';
import { type Silence, silenceState } from '../../core/alert/silence.ts';
import type { MaintenanceWindow } from '../../core/alert/window.ts';
import { systemPrincipal } from '../../core/authority/principal.ts';
import { beginsAndEnds, type MuteCommand } from '../../core/system/decide-mutes.ts';
import { type MuteRecord, noMutes, windowOf } from '../../core/system/mutes.ts';
import { elapsedMs } from '../../core/time.ts';
import type { EnginePorts } from '../engine-ports.ts';
import { believed } from '../record/believed.ts';
import { type CommandSystem, stateOf } from '../system/command-system.ts';
import type { AlertRules } from './stages.ts';

/** What it needs. */
export type MuteWatchParts = {
  readonly ports: Pick<EnginePorts, 'systemStream' | 'groups' | 'runtime' | 'clock'>;
  readonly rules: Pick<AlertRules, 'silences' | 'windows' | 'intervals'>;
  readonly commandSystem: CommandSystem;
  readonly holdTold: () => Promise<void>;
};

/** The silences and windows of one process. */
export type MuteWatch = {
  readonly byPeople: () => { readonly silences: readonly Silence[]; readonly windows: readonly MaintenanceWindow[] };
  /** Reads what other processes have changed. Where the record cannot be believed, people's silences hold nothing back. */
  readonly refresh: () => Promise<void>;
  /** That, and records what has begun or ended, and looks anew at what is held where anything changed. */
  readonly look: () => Promise<void>;
};

const caller = { principal: systemPrincipal, cause: 'reconcile' };
const reviewEveryMs = 7 * 24 * 60 * 60_000;
/** How often a process asks whether any looks forgotten. */
const askEveryMs = 60 * 60_000;

/** Watches silences and windows. */
export function createMuteWatch({ ports, rules, commandSystem, holdTold }: MuteWatchParts): MuteWatch {
  const { systemStream, groups, runtime, clock } = ports;
  let mutes: MuteRecord = noMutes;
  let people: ReturnType<MuteWatch['byPeople']> = { silences: [], windows: [] };
  /** What groups were last looked at with, and which times have put told alerts on hold. */
  let woken: string | null = null;
  let swept: ReadonlySet<string> = new Set();
  let askedAt: string | null = null;
  const now = () => new Date(runtime.nowMs()).toISOString();

  function take(next: MuteRecord): void {
    if (next === mutes) return;
    mutes = next;
    people = { silences: Object.values(next.silences), windows: Object.values(next.windows).map(windowOf) };
  }

  async function refresh(): Promise<void> {
    const loaded = await believed(systemStream.load());
    take(loaded?.state.mutes ?? noMutes);
  }

  async function record(command: MuteCommand): Promise<void> {
    const state = stateOf(await commandSystem({ caller, right: 'operate', command }));
    if (!state.ok) throw new Error(`silences and windows were not looked at: ${state.error.message}`);
    take(state.value.mutes ?? noMutes);
  }

  /** Groups of which something is held are looked at anew once anything about silences and windows is other than before. */
  async function follow(): Promise<void> {
    const text = JSON.stringify([mutes.silences, mutes.windows, mutes.holding]);
    if (text !== woken) await groups.wakeHeld(now());
    woken = text;
    const times = Object.entries(mutes.holding).map(([key, { startsAt }]) => `${key} ${startsAt}`);
    if (times.some((time) => !swept.has(time))) await holdTold();
    swept = new Set(times);
  }

  /** Tells people, once a week, which silences look forgotten. */
  async function review(): Promise<void> {
    const at = now();
    const { reviewedAt } = mutes;
    if (askedAt !== null && elapsedMs(askedAt, at) < askEveryMs) return;
    askedAt = at;
    if (reviewedAt !== null && elapsedMs(reviewedAt, at) < reviewEveryMs) return;
    const all = [...rules.silences, ...people.silences].filter((silence) => silenceState(silence, at) !== 'expired');
    if (all.length === 0) return;
    const held = await groups.silenced(all.map(nameOf));
    const forgotten = all.flatMap((silence) => {
      const why = forgottenBecause(silence, held.get(nameOf(silence)) ?? null, at);
      return why === null ? [] : [{ id: silence.id, why }];
    });
    if (forgotten.length > 0) await record({ type: 'review_silences', forgotten, everyMs: reviewEveryMs });
  }

  return {
    byPeople: () => people,
    refresh,
    async look() {
      await refresh();
      // When something begins or ends is a matter for processes whose clocks agree.
      if (clock.agrees()) {
        const { silences, windows, intervals } = rules;
        const file = { silences, windows, intervals };
        if (beginsAndEnds(mutes, now(), file).length > 0) await record({ type: 'record_mutes', file });
        await review();
      }
      await follow();
    },
  };
}

/** The name under which the record has what a silence holds. */
export const nameOf = ({ name, id }: Pick<Silence, 'name' | 'id'>): string => name ?? id;
