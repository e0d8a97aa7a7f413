// Change control of playbooks in one engine: what people order about versions, and what follows from the folder. The rules are in
// core/change-control.
import { type Caller, isOneRequest, systemPrincipal } from '../../core/authority/principal.ts';
import { rollbackTarget, type VersionCommand } from '../../core/change-control/decide.ts';
import type { CanaryPart } from '../../core/change-control/events.ts';
import { inputMisfits } from '../../core/change-control/inputs-fit.ts';
import {
  type PlaybookLife,
  type PlaybookVersion,
  playbookStreamId,
  versionAt,
  versionOf,
  versionsNamed,
} from '../../core/change-control/state.ts';
import type { ActionCatalog } from '../../core/playbook/action-traits.ts';
import { type Playbook, PlaybookRef, playbookRef } from '../../core/playbook/playbook.ts';
import type { Rulebook } from '../../core/policy/rulebook.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { ChangeControlOperations, ChangeControlPorts, FolderPlaybook } from '../../ports/change-control.ts';
import type { EventStore, PlaybookCatalog, PlaybookLives } from '../../ports/ledger.ts';
import type { Log } from '../../ports/runtime.ts';
import type { Pipeline } from '../pipeline.ts';
import type { TakenOver } from '../policy/take-over-rules.ts';
import type { CommandLife } from './command-life.ts';
import { passGates, usableVersion } from './gates.ts';
import type { InForce } from './in-force.ts';

/** What it needs. */
export type ChangeControlParts = {
  readonly control: ChangeControlPorts;
  readonly lives: PlaybookLives;
  readonly events: Pick<EventStore, 'causedBy'>;
  readonly pipeline: Pipeline;
  readonly commandLife: CommandLife;
  readonly catalog: PlaybookCatalog;
  readonly traits: ActionCatalog;
  readonly inForce: InForce;
  /** Puts policies, freezes and environments in force, if those in force let them. */
  readonly takeOverRules: (book: Rulebook, source: string) => Promise<TakenOver>;
  readonly log: Log;
};

/** Change control of one engine. */
export type ChangeControl = {
  readonly operations: ChangeControlOperations;
  /** Records what the folder holds: as live where it decides, else as drafts that nobody has answered for. */
  readonly recordFolder: (folder: readonly FolderPlaybook[]) => Promise<readonly string[]>;
  /** Reads folder and configuration anew, as Firebreak itself; with any fault nothing changes. Answers what is otherwise. */
  readonly reload: (caller: Caller) => Promise<Result<readonly string[], Refusal>>;
};

const bySystem: Caller = { principal: systemPrincipal, cause: 'folder' };

/** Makes it. */
export function createChangeControl(parts: ChangeControlParts): ChangeControl {
  const { control, inForce } = parts;
  const given = parts;
  const reload = (caller: Caller) => reloadAll(parts, caller);
  const afterwards = async <T>(answer: Promise<Result<T, Refusal>>): Promise<Result<T, Refusal>> => {
    const done = await answer;
    if (done.ok) await inForce.refresh();
    return done;
  };
  return {
    recordFolder: (folder) => recordFolder(given, folder, bySystem),
    reload,
    operations: {
      registerPlaybook: ({ principal, cause, source, path }) =>
        afterwards(register(given, { principal, cause }, { text: source, path })),
      promotePlaybook: (asked) => afterwards(promote(given, asked)),
      rollBackPlaybook: (asked) => afterwards(rollBack(given, asked)),
      retirePlaybook: (asked) =>
        afterwards(
          ordered(given, asked, async (_, { ref: { digest } }) =>
            ok({ type: 'retire_version', digest, reason: asked.reason }),
          ),
        ),
      async reload({ principal, cause }) {
        const allowed = await parts.pipeline.authorised(principal, 'design', {});
        if (!allowed.ok) return allowed;
        const changes = await reload({ principal, cause });
        return changes.ok ? ok({ changes: changes.value }) : changes;
      },
    },
  };

  function rollBack(
    own: Given,
    asked: Parameters<ChangeControlOperations['rollBackPlaybook']>[0],
  ): Promise<Result<PlaybookVersion, Refusal>> {
    return ordered(own, { ...asked, version: asked.version ?? null }, async (_, { ref }) => {
      const usable = await usableVersion({ control }, ref);
      const unusable = usable.ok ? null : usable.error;
      return ok({ type: 'roll_back_version', digest: ref.digest, reason: asked.reason, unusable });
    });
  }
}

type Given = ChangeControlParts;

const inFolder =
  'what is in the folder is live (`changeControl: folder`): put the other file there and reload, or set `changeControl: promoted`';

type Ordered = Caller & { readonly playbook: string; readonly version: string | null };

/** One order about a version that is named, where the ledger decides; `version` null: the one before the live one. */
async function ordered(
  { control, catalog, commandLife, events }: Given,
  { principal, cause, playbook, version }: Ordered,
  command: (life: PlaybookLife, version: PlaybookVersion) => Promise<Result<VersionCommand, Refusal>>,
): Promise<Result<PlaybookVersion, Refusal>> {
  const meant: { digest?: string } = {};
  const life = await commandLife.order({
    caller: { principal, cause },
    playbook,
    resource: { playbook, labels: catalog.byName(playbook)?.labels },
    async command(known) {
      if (control.mode === 'folder') return err({ code: 'wrong_state', message: inFolder });
      // An order that comes again, because its answer got lost, means the version that it meant at first.
      const done = isOneRequest(cause) ? await events.causedBy(playbookStreamId(playbook), cause) : null;
      if (done) {
        meant.digest = PlaybookRef.parse(done.data['playbook']).digest;
        return ok(null);
      }
      const found = theVersion(known, version);
      if (!found.ok) return found;
      meant.digest = found.value.ref.digest;
      return command(known, found.value);
    },
  });
  if (!life.ok) return life;
  const after = versionOf(life.value, meant.digest ?? '');
  if (!after) throw new Error(`a version of ${playbook} was changed and is not there`);
  return ok(after);
}

/** The one version that a text means; null: the one that a rollback goes to. */
export function theVersion(life: PlaybookLife, text: string | null): Result<PlaybookVersion, Refusal> {
  if (text === null) {
    const before = versionOf(life, rollbackTarget(life) ?? '');
    return before
      ? ok(before)
      : err({ code: 'wrong_state', message: `no other version of ${life.name} was live before` });
  }
  const [found, other] = versionsNamed(life, text);
  if (found && !other) return ok(found);
  const known = Object.values(life.versions).map(({ ref }) => ref.version);
  const message = other
    ? `${text} can mean several versions of ${life.name}; name the digest`
    : `${life.name} has no version ${text}; it has ${[...new Set(known)].join(', ') || 'none'}`;
  return err({ code: other ? 'conflict' : 'not_found', message });
}

/** What a canary takes where nobody says how much, in percent. */
const firstShare = 5;

function promote(
  given: Given,
  asked: Parameters<ChangeControlOperations['promotePlaybook']>[0],
): Promise<Result<PlaybookVersion, Refusal>> {
  return ordered(given, asked, async (life, version) => {
    const { to } = asked;
    const only = asked.only ?? version.canary?.only;
    const part: CanaryPart = {
      share: asked.share ?? version.canary?.share ?? firstShare,
      ...(only === undefined ? {} : { only }),
    };
    const misfits = to === 'canary' ? await misfitsOf(given, life, version) : [];
    const blank = { tests: 0, replay: { runs: 0, different: 0, unexplained: 0 } };
    const command = {
      type: 'promote_version' as const,
      digest: version.ref.digest,
      to,
      reason: asked.reason,
      misfits,
      ...(to === 'canary' ? { canary: part } : {}),
    };
    // Who may not promote it, or could not, hears that at once and not after a thousand replays.
    const early = given.commandLife.dry(life, { ...command, proof: blank }, asked.principal);
    if (!early.ok) return early;
    const proof = await passGates({ ...given, library: given.catalog.byName }, version.ref, asked);
    return proof.ok ? ok({ ...command, proof: proof.value }) : proof;
  });
}

async function misfitsOf({ control }: Given, life: PlaybookLife, { ref }: PlaybookVersion): Promise<readonly string[]> {
  const live = versionAt(life, 'live');
  const [before, after] = await Promise.all(
    [live?.ref.digest, ref.digest].map((digest) => (digest === undefined ? null : control.versions.byDigest(digest))),
  );
  return before && after ? inputMisfits(before, after) : [];
}

/** Makes one version known, as a draft of whoever asks. */
async function register(
  { control, catalog, commandLife, pipeline }: Given,
  caller: Caller,
  { text, path }: { readonly text: string; readonly path: string },
): Promise<Result<PlaybookVersion, Refusal>> {
  const compiled = control.compile(text, path);
  if (!compiled.ok) {
    // Whoever may not register is told that, not what is wrong with the file.
    const name = /^name:\s*["']?([A-Za-z][\w-]*)/m.exec(text)?.[1];
    const resource = name === undefined ? {} : { playbook: name, labels: catalog.byName(name)?.labels };
    const allowed = await pipeline.authorised(caller.principal, 'design', resource);
    return allowed.ok ? err({ code: 'invalid', message: compiled.error.join('; ') }) : allowed;
  }
  const playbook = compiled.value;
  const ref = playbookRef(playbook);
  const life = await commandLife.order({
    caller,
    playbook: playbook.name,
    // Of the version in force where there is one: a new one does not choose who may change it.
    resource: { playbook: playbook.name, labels: (catalog.byName(playbook.name) ?? playbook).labels },
    async command() {
      await control.versions.keep(playbook, text);
      return ok({ type: 'register_version', ref, path });
    },
  });
  if (!life.ok) return life;
  const version = versionOf(life.value, ref.digest);
  if (!version) throw new Error(`${ref.name} ${ref.version} was registered and is not there`);
  return ok(version);
}

/** Records what the folder holds; answers what is otherwise by that, and what was refused, in words. */
async function recordFolder(
  given: Given,
  folder: readonly FolderPlaybook[],
  caller: Caller,
): Promise<readonly string[]> {
  const { control, lives, commandLife, log } = given;
  const said: string[] = [];
  const command = async (playbook: Pick<Playbook, 'name' | 'labels'>, asked: VersionCommand) => {
    const before = await lives.load(playbook.name);
    const life = await commandLife.order({
      caller,
      playbook: playbook.name,
      resource: { playbook: playbook.name, labels: playbook.labels },
      command: async () => ok(asked),
    });
    if (life.ok) return life.value === before.life ? null : life.value;
    said.push(`${playbook.name}: ${life.error.message}`);
    log.warn({ playbook: playbook.name }, `not recorded: ${life.error.message}`);
    return null;
  };
  const there = new Set(folder.map(({ playbook }) => playbook.name));
  const gone = control.mode === 'folder' ? (await lives.heads()).keys() : [];
  const before = await lives.loadAll([...new Set([...there, ...gone])]);
  for (const { playbook, text, path } of folder) {
    await control.versions.keep(playbook, text);
    const ref = playbookRef(playbook);
    const life = before.get(ref.name)?.life;
    const known = life && versionOf(life, ref.digest);
    if (control.mode === 'promoted') {
      if (known && (known.author !== null || caller.principal.type === 'system')) continue;
      if (await command(playbook, { type: 'register_version', ref, path }))
        said.push(`${ref.name} ${ref.version} is registered as a draft`);
    } else if (known?.stage !== 'live' && (await command(playbook, { type: 'follow_folder', ref, path })))
      said.push(`${ref.name} ${ref.version} is live`);
  }
  if (control.mode === 'folder')
    for (const [name, { life }] of before)
      if (!there.has(name) && versionAt(life, 'live'))
        if (await command({ name }, { type: 'follow_folder', ref: null, path: '' }))
          said.push(`${name} is live no more`);
  return said;
}

async function reloadAll(given: Given, caller: Caller): Promise<Result<readonly string[], Refusal>> {
  const { control, inForce, log } = given;
  const parts = control.reloadables.map(({ name, read }) => ({ name, read: read() }));
  const folder = control.readFolder();
  const rules = control.readRules();
  const faults = [
    ...parts.flatMap(({ name, read }) => (read.ok ? [] : read.error.map((fault) => `${name}: ${fault}`))),
    ...(folder.ok ? [] : folder.error),
    ...(rules.ok ? [] : rules.error),
  ];
  if (faults.length > 0 || !folder.ok || !rules.ok) return nothingReloaded(log, faults);
  const taken = await given.takeOverRules(rules.value.book, rules.value.source);
  if (taken.outcome === 'refused') return nothingReloaded(log, [`policies: ${taken.reason}`]);
  const changes = taken.isOther ? ['policies changed'] : [];
  for (const { read } of parts) if (read.ok) changes.push(...read.value());
  if (control.mode === 'folder') control.replace(folder.value.map(({ playbook }) => playbook));
  // Where the folder decides nobody is asked: it has decided by what is in it.
  changes.push(...(await recordFolder(given, folder.value, control.mode === 'folder' ? bySystem : caller)));
  await inForce.refresh();
  log.info({ changes }, 'reloaded');
  return ok(changes);
}

function nothingReloaded(log: Log, faults: readonly string[]): Result<never, Refusal> {
  log.warn({ faults }, 'nothing was reloaded: what was in force stays');
  return err({ code: 'invalid', message: `nothing was reloaded, and what was in force stays: ${faults.join('; ')}` });
}
