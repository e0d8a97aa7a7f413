// Looks whether playbooks may still act without asking, and records what follows, once, whatever process is first. Tells nobody.
import { systemPrincipal } from '../../core/authority/principal.ts';
import { hasUndo, type Playbook, playbookRef } from '../../core/playbook/playbook.ts';
import { provesUndo } from '../../core/run/drill-record.ts';
import type { RunState } from '../../core/run/state.ts';
import type { SystemState } from '../../core/system/state.ts';
import { type TrustFacts, trustOf } from '../../core/system/trust.ts';
import { type TrustSettings, trustSettingsOf, usualTrust } from '../../core/trust/settings.ts';
import type { PlaybookCatalog, PlaybookHistory, SystemStream } from '../../ports/ledger.ts';
import type { ClockCheck } from '../../ports/runtime.ts';
import type { TrustReads } from '../../ports/trust.ts';
import type { EngineOptions, EnginePorts } from '../engine-ports.ts';
import { believed } from '../record/believed.ts';
import { type CommandSystem, stateOf } from '../system/command-system.ts';

/** What looking needs. */
type TrustParts = {
  readonly reads: TrustReads;
  readonly history: Pick<PlaybookHistory, 'list' | 'find'>;
  readonly catalog: Pick<PlaybookCatalog, 'all'>;
  readonly systemStream: Pick<SystemStream, 'load'>;
  readonly settings: TrustSettings;
  readonly commandSystem: CommandSystem;
  readonly clock: Pick<ClockCheck, 'agrees'>;
};

const caller = { principal: systemPrincipal, cause: 'trust' };
/** Among so many of its latest runs the drills of a playbook are looked for: it is looked often. */
const latestRuns = 50;
/** Kept versions that are looked at for the first one. */
const maxVersions = 100;

/** Makes the work of a timer: one look, and what it changes in the record. */
function createWatchTrust(parts: TrustParts): () => Promise<void> {
  let kept: ReadonlyMap<string, Kept> = new Map();
  return async () => {
    // Times that differ from the record's make no reason to trust less.
    if (!parts.clock.agrees()) return;
    const loaded = await believed(parts.systemStream.load());
    if (loaded === null) return;
    const system = loaded.state;
    const playbooks = parts.catalog.all();
    const marks = await parts.reads.marks(playbooks.map(({ name }) => name));
    const looks = playbooks.map((playbook) =>
      lookAt(parts, system, { playbook, mark: marks.get(playbook.name) ?? '' }),
    );
    const changed = looks.filter(({ playbook, key }) => kept.get(playbook.name)?.key !== key);
    const read = await readRuns(parts, changed);
    kept = new Map(
      looks.flatMap(({ playbook: { name } }) => {
        const found = read.get(name) ?? kept.get(name);
        return found ? [[name, found] as const] : [];
      }),
    );
    const facts = looks.flatMap((look) => factsOf(look, system, kept.get(look.playbook.name)?.runs));
    const answer = stateOf(
      await parts.commandSystem({ caller, right: 'design', command: { type: 'record_trust', facts } }),
    );
    if (!answer.ok) throw new Error(`trust in playbooks could not be recorded: ${answer.error.message}`);
  };
}

/** The same for an engine; nothing where nothing is read for it. */
export function watchingTrust(
  { trustReads, catalog, systemStream, clock }: EnginePorts,
  { trust: settings = usualTrust }: EngineOptions,
  given: {
    readonly commandSystem: CommandSystem;
    readonly unlessStanding: (work: () => Promise<void>) => Promise<void>;
  },
): () => Promise<void> {
  if (!trustReads) return async () => undefined;
  const { reads, history } = trustReads;
  const { commandSystem } = given;
  const watch = createWatchTrust({ reads, history, catalog, systemStream, settings, commandSystem, clock });
  return () => given.unlessStanding(watch);
}

/** What runs and versions say of a playbook. */
type OfRuns = Pick<TrustFacts, 'lastDrill' | 'undoProvenAt' | 'versionSince' | 'knownSince' | 'cleanRuns'>;
/** What was read of a playbook. It holds as long as the key is the same: as no other run of it ends, and the same is asked. */
type Kept = { readonly key: string; readonly runs: OfRuns };

type Look = {
  readonly playbook: Playbook;
  readonly settings: TrustSettings;
  readonly key: string;
  /** Since when clean runs are counted; null: they are not. */
  readonly supervisedSince: string | null;
};

/** What is to be known of a playbook; `mark`: of the runs of it that ended. */
function lookAt(
  parts: Pick<TrustParts, 'settings'>,
  system: SystemState,
  { playbook, mark }: { readonly playbook: Playbook; readonly mark: string },
): Look {
  const settings = trustSettingsOf(playbook, parts.settings);
  const { level, proposedAt, since } = trustOf(system.trust ?? {}, playbook.name, settings.start);
  const supervisedSince = level === 'supervised' && proposedAt === null ? (since ?? longAgo) : null;
  const { digest } = playbookRef(playbook);
  return { playbook, settings, supervisedSince, key: JSON.stringify([mark, digest, supervisedSince, settings]) };
}

/** Reads what is not known: nothing where no run has ended since the last look. */
async function readRuns(parts: TrustParts, looks: readonly Look[]): Promise<ReadonlyMap<string, Kept>> {
  if (looks.length === 0) return new Map();
  const drills = await parts.reads.drills({ playbooks: looks.map(({ playbook }) => playbook.name), of: latestRuns });
  const read = new Map<string, Kept>();
  for (const { playbook, settings, key, supervisedSince } of looks) {
    const { name } = playbook;
    const last = drills.find((run) => run.playbook.name === name && run.drill !== null && run.drill.outcome !== null);
    read.set(name, {
      key,
      runs: {
        lastDrill: last?.drill?.outcome ? { outcome: last.drill.outcome, at: endOf(last) } : null,
        ...(await agesOf(parts, playbook, settings)),
        cleanRuns:
          supervisedSince === null
            ? 0
            : await cleanRuns(parts, { name, since: supervisedSince, limit: settings.cleanRuns }),
      },
    });
  }
  return read;
}

function factsOf({ playbook: { name }, settings }: Look, system: SystemState, runs: OfRuns | undefined): TrustFacts[] {
  if (!runs) return [];
  const burned = Object.values(system.slos ?? {}).filter(({ subject }) => subject === name);
  return [{ playbook: name, settings, burned, ...runs }];
}

const endOf = (run: RunState): string => run.drill?.endedAt ?? run.finishedAt ?? run.startedAt;
/** Before every instant of a record. */
const longAgo = new Date(0).toISOString();

/** Instants that only some settings ask for: where they do not, nothing is looked up. */
async function agesOf({ history, reads }: TrustParts, playbook: Playbook, settings: TrustSettings) {
  const { undoProvenWithinMs, reviewEveryMs } = settings;
  const { name, digest } = playbookRef(playbook);
  const known = reviewEveryMs === null ? undefined : (await history.list(name, maxVersions)).at(-1);
  const ages = { knownSince: known?.since ?? longAgo, versionSince: longAgo };
  if (undoProvenWithinMs === null || !hasUndo(playbook)) return ages;
  const versionSince = (await history.find(name, digest))?.since ?? longAgo;
  const runs = await reads.ended({ playbook: name, since: versionSince, limit: 1000 });
  const proof = runs.find((run) => run.playbook.digest === digest && provesUndo(run));
  return { ...ages, versionSince, undoProvenAt: proof ? endOf(proof) : null };
}

/** How many of the latest runs that nobody started by hand ended well, in a row; drills are none of them. */
async function cleanRuns(
  { reads }: TrustParts,
  { name, since, limit }: { readonly name: string; readonly since: string; readonly limit: number },
): Promise<number> {
  const ended = await reads.ended({ playbook: name, since, limit: limit * 2 });
  const own = ended.filter(
    ({ trigger }) => trigger.type === 'alert' || (trigger.type === 'schedule' && !trigger.drill),
  );
  const worse = own.findIndex(({ status }) => status !== 'succeeded');
  return worse < 0 ? own.length : worse;
}
