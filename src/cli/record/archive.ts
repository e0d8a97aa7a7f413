// `firebreak archive`: ended incidents and alert groups at rest leave the database for signed files. Holds no rule.
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import pg from 'pg';
import { type ArchiveOutcome, archiveStreams } from '../../engine/record/archive-streams.ts';
import { realRuntime } from '../../platform/runtime.ts';
import { createArchiveFolder } from '../../store/ledger/archive-folder.ts';
import { withOwnedDatabase } from '../session/database-api.ts';
import { durationMs, examples, jsonOption, reasonOption } from '../session/options.ts';
import { CliError, paint, print, printJson, withProgress } from '../session/output.ts';
import { configured } from '../session/settings.ts';

type ArchiveOptions = { olderThan?: number; out?: string; reason?: string; json?: boolean };

/** Adds `archive`. */
export function addArchive(program: Command): void {
  program
    .command('archive')
    .description(
      'let ended incidents and alert groups at rest leave the database: each is written as a signed bundle and verified, then deleted; exit 1 if one had to stay',
    )
    .addOption(
      new Option(
        '--older-than <duration>',
        'only those that ended, or were at rest, so long ago; default: retention.incidents, else 90d',
      ).argParser(durationMs),
    )
    .option('--out <dir>', 'folder of the archives; default: `archive` in the data directory')
    .addOption(reasonOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('archive', 'archive --older-than 180d --out /srv/firebreak-archive --json'))
    .action(archive);
}

async function archive({ olderThan, out, reason, json }: ArchiveOptions): Promise<void> {
  const config = configured();
  const folder = out ?? join(config.dataDir, 'archive');
  const outcomes = await withOwnedDatabase(config, async ({ adapters, engine, principal }) => {
    const { store, signer } = adapters;
    const allowed = await engine.authorised(principal, 'administer', {});
    if (!allowed.ok) throw new CliError(allowed.error.code, allowed.error.message);
    const ageMs = olderThan ?? config.file.retention.incidentsMs ?? defaultAgeMs;
    const endedBefore = new Date((await store.nowMs()) - ageMs).toISOString();
    const parts = {
      exports: {
        events: store.events,
        artifacts: store.artifacts,
        checkpoints: store.checkpoints,
        signer: () => signer,
      },
      place: createArchiveFolder(folder),
      archiveStream: engine.operations.archiveStream,
    };
    const asked = { principal, cause: realRuntime.newId('cmd'), endedBefore, reason };
    return withProgress('archiving', async (step) => {
      const all: ArchiveOutcome[] = [];
      // A group goes after its incidents.
      for (const candidates of [store.archiveCandidates, store.restingGroups])
        for await (const outcome of mayDelete(archiveStreams({ ...parts, candidates }, asked))) {
          all.push(outcome);
          step(`${all.length} streams`);
        }
      return all;
    });
  });
  const left = outcomes.filter((one) => one.outcome === 'left');
  if (left.length > 0) process.exitCode = 1;
  const [incidents, groups] = [outcomes.filter((one) => !isGroup(one)), outcomes.filter(isGroup)];
  if (json) return printJson({ folder, incidents, groups });
  for (const { number, streamId, why } of left)
    print(paint('warning', `${number === null ? streamId : `#${number}`} stays: ${why}`));
  const archived = (some: readonly ArchiveOutcome[]) => some.filter(({ outcome }) => outcome === 'archived').length;
  const ofGroups = groups.length === 0 ? '' : ` and ${archived(groups)} alert groups`;
  print(`${archived(incidents)} incidents${ofGroups} archived in ${folder}.`);
}

const isGroup = ({ number }: ArchiveOutcome): boolean => number === null;

const defaultAgeMs = 90 * 24 * 3_600_000;

/** A role that may not delete is told which one may. */
async function* mayDelete(outcomes: AsyncIterable<ArchiveOutcome>): AsyncGenerator<ArchiveOutcome> {
  try {
    yield* outcomes;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== '42501') throw error;
    throw new CliError(
      'database',
      `this role may not let streams leave (${error.message}); set DATABASE_ADMIN_URL, the address of the owner`,
    );
  }
}
