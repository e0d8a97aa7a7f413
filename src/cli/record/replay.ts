// `firebreak replay`: plays a run that has ended once more by the rules, with the answers it got, and says where the two part.
// Finds what a changed playbook, or a changed Firebreak, would have done otherwise. Has no effect.
import type { Command } from 'commander';
import { actionTraits } from '../../actions/registry.ts';
import type { StoredEvent } from '../../core/events.ts';
import { canonicalJson } from '../../core/json.ts';
import { type Playbook, playbookRef } from '../../core/playbook/playbook.ts';
import { factsOf, type ReplayDifference, replayRun } from '../../core/run/replay.ts';
import { isTerminal, type RunState } from '../../core/run/state.ts';
import { describe } from '../../core/timeline/describe.ts';
import { foldStream } from '../../core/timeline/fold-stream.ts';
import { readEvent } from '../../core/timeline/read-event.ts';
import type { Store } from '../../store/open.ts';
import { playbookOf } from '../playbook/simulated-run.ts';
import { withRecord } from '../session/database.ts';
import { findId } from '../session/ids.ts';
import { examples, jsonOption } from '../session/options.ts';
import { CliError, line, paint, print, printJson } from '../session/output.ts';

/** Adds `replay RUN`. */
export function addReplay(program: Command): void {
  program
    .command('replay')
    .description('play an ended run once more from its record; exit 1 if it would go another way')
    .argument('<run>', 'id of the run, or its end')
    .option('--playbook <file>', 'with this playbook instead of the version the run is pinned to')
    .addOption(jsonOption())
    .addHelpText('after', examples('replay run_01jq…', 'replay run_01jq… --playbook playbooks/clear-cache.yaml'))
    .action((text: string, options: { playbook?: string; json?: boolean }) =>
      withRecord(async ({ store }) => {
        const state = await runOf(store, text);
        if (!isTerminal(state.status))
          throw new CliError(
            'wrong_state',
            `run ${state.runId} is still ${state.status}; only one that has ended can be replayed`,
          );
        const pinned = await store.versions.byDigest(state.playbook.digest);
        if (!pinned) throw new Error(`run ${state.runId} is pinned to ${state.playbook.digest}, which is not stored`);
        const playbook = options.playbook === undefined ? pinned : playbookOf(options.playbook);
        const result = replay({ state, events: await eventsOf(store, state.incidentId), playbook });
        process.exitCode = result.same ? 0 : 1;
        if (options.json) printJson(result);
        else printReplay(result);
      }),
    );
}

/** What the record holds of a run, more than any answer of the API does. */
async function runOf({ reads }: Store, text: string): Promise<RunState> {
  const id = await findId(text, {
    kind: 'run',
    prefix: 'run',
    page: async (cursor) => {
      const page = await reads.runs({ limit: 200, cursor: cursor ?? null });
      return { items: page.items.map(({ state }) => state.runId), cursor: page.cursor };
    },
  });
  const row = await reads.run(id);
  if (!row) throw new CliError('not_found', `there is no run ${line(id, 80)}; \`firebreak runs\` lists them`);
  return row.state;
}

async function eventsOf({ events }: Store, incidentId: string): Promise<readonly StoredEvent[]> {
  const found: StoredEvent[] = [];
  for await (const event of events.readStream(incidentId)) found.push(event);
  return found;
}

/** An event of the run that this version cannot read: the replay does without it, and says so. */
function foreignText(event: StoredEvent, runId: string): readonly string[] {
  const isForeign = event.data['runId'] === runId && readEvent(event).outcome !== 'known';
  return isForeign ? [`event ${event.seq} has no part in the replay: ${describe(event).text}`] : [];
}

/** What replaying a run shows. */
type Replay = {
  readonly run: string;
  readonly playbook: { readonly name: string; readonly version: string; readonly digest: string };
  readonly same: boolean;
  /** Whether the events lead to the state that is stored. */
  readonly folds: boolean;
  readonly outcome: { readonly recorded: string; readonly replayed: string };
  readonly differences: readonly ReplayDifference[];
  /** What the replay had to do without: orders that came while something was still moving, answers that were never given. */
  readonly notes: readonly string[];
};

/** Replays a run from the events of its incident by a playbook. */
export function replay(given: {
  readonly state: RunState;
  readonly events: readonly StoredEvent[];
  readonly playbook: Playbook;
}): Replay {
  const { state, events, playbook } = given;
  const { runId } = state;
  const played = replayRun(factsOf(events, runId), playbook, { traits: actionTraits });
  if (!played.ok)
    throw new CliError('unreadable', `this version cannot read how ${runId} was started; use the one that wrote it`);
  const { status, differences, notes } = played.value;
  const folds = canonicalJson(foldStream(events).runs.get(runId)) === canonicalJson(state);
  const outcome = { recorded: state.status, replayed: status };
  return {
    run: runId,
    playbook: playbookRef(playbook),
    same: folds && differences.length === 0 && outcome.recorded === outcome.replayed,
    folds,
    outcome,
    differences,
    notes: [...events.flatMap((event) => foreignText(event, runId)), ...notes],
  };
}

function printReplay({ run, playbook, same, folds, outcome, differences, notes }: Replay): void {
  print(`${run} by ${playbook.name} ${playbook.version}  ${paint('dim', playbook.digest)}`);
  if (!folds) print(paint('bad', 'The recorded events do not lead to the stored state.'));
  for (const { about, recorded, replayed } of differences) {
    print(`\n${paint('bold', about)}`);
    for (const text of recorded) print(`  ${paint(replayed.includes(text) ? 'neutral' : 'bad', `- ${line(text)}`)}`);
    for (const text of replayed) print(`  ${paint(recorded.includes(text) ? 'neutral' : 'good', `+ ${line(text)}`)}`);
  }
  for (const note of notes) print(line(note));
  print(
    same
      ? paint('good', `The same again: ${outcome.recorded}.`)
      : paint(
          'bad',
          `${differences.length > 0 ? '\n' : ''}Recorded: ${outcome.recorded}. Replayed: ${outcome.replayed}.`,
        ),
  );
}
