// Silences and windows as people ask for them: list, make, end, preview. The rules are the system stream's.
import type { Actor } from '../../core/actor.ts';
import { forgottenBecause } from '../../core/alert/forgotten.ts';
import { Silence, silencedBy, silenceState } from '../../core/alert/silence.ts';
import { type MaintenanceWindow, nextWindow, windowOccurrence } from '../../core/alert/window.ts';
import { type Caller, nameOf as nameOfPrincipal } from '../../core/authority/principal.ts';
import { heldIn } from '../../core/group/state.ts';
import { err, ok } from '../../core/result.ts';
import type { MuteCommand } from '../../core/system/decide-mutes.ts';
import { type MuteRecord, noMutes, silenceNamed, windowNamed, windowOf } from '../../core/system/mutes.ts';
import { addMs } from '../../core/time.ts';
import type { ListedSilence, ListedWindow, MuteOperations } from '../../ports/operations.ts';
import type { EnginePorts } from '../engine-ports.ts';
import type { Pipeline } from '../pipeline.ts';
import { believed } from '../record/believed.ts';
import { type CommandSystem, stateOf } from '../system/command-system.ts';
import { firingAlertsOf } from './hold-told.ts';
import { type MuteWatch, nameOf } from './mute-watch.ts';
import type { AlertRules } from './stages.ts';

/** What they need. */
export type MuteOperationParts = {
  readonly ports: Pick<EnginePorts, 'systemStream' | 'groups' | 'correlation' | 'deliveries' | 'events' | 'runtime'>;
  readonly rules: Pick<AlertRules, 'silences' | 'windows' | 'intervals'>;
  readonly commandSystem: CommandSystem;
  readonly mutes: Pick<MuteWatch, 'look'>;
  readonly pipeline: Pick<Pipeline, 'authorised'>;
};

const dayMs = 24 * 60 * 60_000;
const maxShown = 1000;
const maxLooked = 10_000;

/** The operations on silences and windows. */
export function createMuteOperations(parts: MuteOperationParts): MuteOperations {
  const { ports, rules, commandSystem, mutes, pipeline } = parts;
  const { windows, intervals } = rules;
  const file = {
    windows,
    intervals,
    // A reload gives the file others.
    get silences() {
      return rules.silences;
    },
  };
  const now = () => new Date(ports.runtime.nowMs()).toISOString();
  const known = async (): Promise<MuteRecord> => (await believed(ports.systemStream.load()))?.state.mutes ?? noMutes;

  /** Does it, and lets this process act by it at once; the others follow within seconds. */
  async function command({ principal, cause }: Caller, asked: MuteCommand): Promise<ReturnType<typeof stateOf>> {
    const state = stateOf(await commandSystem({ caller: { principal, cause }, right: 'operate', command: asked }));
    if (state.ok) await mutes.look();
    return state;
  }

  return {
    async silences({ principal }) {
      const allowed = await pipeline.authorised(principal, 'view', {});
      if (!allowed.ok) return allowed;
      return ok(await listSilences(parts, await known(), now()));
    },

    async createSilence({ principal, cause, sets, startsAt, endsAt, owner = nameOfPrincipal(principal), reason, id }) {
      const made = id ?? ports.runtime.newId('sil');
      const asked = { type: 'create_silence' as const, id: made, sets, startsAt, endsAt, owner, reason, file };
      const state = await command({ principal, cause }, asked);
      if (!state.ok) return state;
      const silence = silenceNamed(state.value.mutes ?? noMutes, made);
      // The request came again, and what it made is over.
      if (!silence) return err({ code: 'wrong_state', message: `the silence ${made} was made, and is over` });
      return ok(listedSilence(silence, { held: null, at: now() }));
    },

    async expireSilence({ principal, cause, id, reason }) {
      const state = await command({ principal, cause }, { type: 'expire_silence', id, reason });
      return state.ok ? ok({ id }) : state;
    },

    async previewSilence({ principal, sets }) {
      const allowed = await pipeline.authorised(principal, 'view', {});
      if (!allowed.ok) return allowed;
      return preview(parts, sets, now());
    },

    async windows({ principal }) {
      const allowed = await pipeline.authorised(principal, 'view', {});
      if (!allowed.ok) return allowed;
      const listed = [
        ...windows.map((window) => ({ window, made: null })),
        ...Object.values((await known()).windows).map((record) => ({ window: windowOf(record), made: madeBy(record) })),
      ];
      return ok(listed.map(({ window, made }) => listedWindow(rules, { window, made, at: now() })));
    },

    async createWindow({ principal, cause, window: given }) {
      const window = { owner: nameOfPrincipal(principal), ...given };
      const state = await command({ principal, cause }, { type: 'create_window', window, file });
      if (!state.ok) return state;
      const made = windowNamed(state.value.mutes ?? noMutes, String(given.name));
      if (!made) return err({ code: 'wrong_state', message: `the window ${given.name} was made, and is over` });
      return ok(listedWindow(rules, { window: windowOf(made), made: madeBy(made), at: now() }));
    },

    async removeWindow({ principal, cause, name, reason }) {
      const state = await command({ principal, cause }, { type: 'remove_window', name, reason });
      return state.ok ? ok({ name }) : state;
    },
  };
}

type Made = { readonly by: Actor; readonly at: string };
const madeBy = ({ createdBy: by, createdAt: at }: { createdBy: Actor; createdAt: string }): Made => ({ by, at });

async function listSilences(
  { ports, rules }: MuteOperationParts,
  mutes: MuteRecord,
  at: string,
): Promise<readonly ListedSilence[]> {
  const all = [...rules.silences, ...Object.values(mutes.silences)];
  const current = all.filter((silence) => silenceState(silence, at) !== 'expired');
  const held = current.length === 0 ? new Map() : await ports.groups.silenced(current.map(nameOf));
  return current.map((silence) => listedSilence(silence, { held: held.get(nameOf(silence)) ?? null, at }));
}

function listedSilence(
  silence: Silence & { readonly createdBy?: Actor; readonly createdAt?: string },
  { held, at }: { readonly held: ListedSilence['held']; readonly at: string },
): ListedSilence {
  const { id, name, sets, startsAt, endsAt, owner, reason, from, createdBy, createdAt } = silence;
  const made = createdBy && createdAt !== undefined ? { by: createdBy, at: createdAt } : null;
  const state = silenceState(silence, at) === 'pending' ? 'pending' : 'active';
  const forgotten = forgottenBecause(silence, held, at);
  return { id, name, sets, startsAt, endsAt, owner, reason, from, state, made, held, forgotten };
}

function listedWindow(
  { intervals }: Pick<AlertRules, 'intervals'>,
  { window, made, at }: { readonly window: MaintenanceWindow; readonly made: Made | null; readonly at: string },
): ListedWindow {
  const next = nextWindow(window, at, intervals);
  return { window, from: made ? 'person' : 'file', made, now: windowOccurrence(window, at, intervals), next };
}

/** What a silence with these sets would mute. */
async function preview(
  { ports, rules: { intervals } }: MuteOperationParts,
  sets: unknown,
  at: string,
): Promise<Awaited<ReturnType<MuteOperations['previewSilence']>>> {
  const times = { startsAt: at, endsAt: addMs(at, dayMs) };
  const read = Silence.safeParse({
    id: 'preview',
    sets,
    ...times,
    owner: 'preview',
    reason: 'preview',
    from: 'person',
  });
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    return err({ code: 'invalid', message: faults.map((one) => `${one.path} ${one.message}`).join('; '), faults });
  }
  const silences = [read.data];
  const { groups, deliveries } = ports;
  const firing = new Map(
    (await groups.holders(maxShown))
      .flatMap(({ group }) => heldIn(group))
      .filter(([, { status }]) => status === 'firing')
      .map(([fingerprint, { alert }]) => [fingerprint, alert]),
  );
  for await (const alert of firingAlertsOf(ports)) firing.set(alert.fingerprint, alert);
  const matches = (alert: Parameters<typeof silencedBy>[0]) =>
    silencedBy(alert, at, { silences, intervals }).by !== null;
  const said = await deliveries.saidSince(addMs(at, -dayMs), maxLooked);
  const shown = [...firing.values()].filter(matches).slice(0, maxShown);
  return ok({
    firing: shown.map(({ fingerprint, title, severity, source, labels }) => ({
      fingerprint,
      title,
      severity,
      source,
      labels,
    })),
    deliveries: { matched: said.filter((alerts) => alerts.some(matches)).length, looked: said.length },
  });
}
