// What a version must show before it is promoted: that it can be used here, that its tests pass, and how it would have taken the runs that
// are recorded. Changes nothing.
import { touchedSteps } from '../../core/change-control/diff.ts';
import type { PromotionProof } from '../../core/change-control/events.ts';
import type { ActionCatalog } from '../../core/playbook/action-traits.ts';
import { matchTriggers } from '../../core/playbook/match.ts';
import { type Playbook, type PlaybookRef, playbookRef } from '../../core/playbook/playbook.ts';
import type { Refusal } from '../../core/refusal.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { differencesOf, factsOf, replayRun } from '../../core/run/replay.ts';
import { stepOf } from '../../core/run/state.ts';
import type { ChangeControlPorts, RecordedRun } from '../../ports/change-control.ts';

/** What the gates need. */
export type GateParts = {
  readonly control: Pick<ChangeControlPorts, 'compile' | 'history' | 'playTests' | 'recordedRuns' | 'versions'>;
  readonly traits: ActionCatalog;
  readonly library: (name: string) => Playbook | undefined;
};

/** Recorded runs that a version is played against unless more or fewer are asked for, and at most. */
const usualRuns = 100;
const mostRuns = 1000;
/** After so many replays others get their turn. */
const turnEvery = 20;

/** The version compiled anew from its text; or, in words, why it could not run any more. */
export async function usableVersion(
  { control }: Pick<GateParts, 'control'>,
  { name, digest }: PlaybookRef,
): Promise<Result<Playbook, string>> {
  const kept = await control.history.find(name, digest);
  if (!kept) return err('its text is not kept');
  const compiled = control.compile(kept.source, name);
  if (!compiled.ok) return err(compiled.error.join('; '));
  // What this version of the program makes of the text is what it would run; another digest is another playbook.
  if (playbookRef(compiled.value).digest !== digest)
    return err('this version of Firebreak makes something else of its text; register it under a new version number');
  return ok(compiled.value);
}

/** What it has shown, or the first gate that it does not pass. */
export async function passGates(
  parts: GateParts,
  ref: PlaybookRef,
  asked: { readonly runs?: number | undefined; readonly explain?: string | undefined },
): Promise<Result<PromotionProof, Refusal>> {
  const refuse = (message: string) => err({ code: 'wrong_state' as const, message });
  const usable = await usableVersion(parts, ref);
  if (!usable.ok) return refuse(`${ref.name} ${ref.version} no longer validates: ${usable.error}`);
  const { cases, problems } = parts.control.playTests(usable.value);
  if (problems.length > 0)
    return refuse(`tests of ${ref.name} fail with ${ref.version}: ${problems.slice(0, 3).join('; ')}`);
  const replayed = await replayAll(parts, usable.value, Math.min(asked.runs ?? usualRuns, mostRuns));
  const { runs, different, unexplained, examples } = replayed;
  const explained = asked.explain?.trim() ?? '';
  if (unexplained > 0 && explained === '')
    return refuse(
      `${unexplained} of the last ${runs} recorded runs would go another way, and no changed step is the reason: ${examples.join('; ')}. Say why that is right with \`explain\`, or mend it`,
    );
  return ok({
    tests: cases,
    replay: { runs, different, unexplained },
    ...(unexplained > 0 ? { explained } : {}),
  });
}

type Replayed = PromotionProof['replay'] & { readonly examples: readonly string[] };

async function replayAll(parts: GateParts, playbook: Playbook, limit: number): Promise<Replayed> {
  const counts = { runs: 0, different: 0, unexplained: 0 };
  const examples = new Set<string>();
  const touched = new Map<string, ReadonlySet<string>>();
  for await (const run of parts.control.recordedRuns(playbook.name, limit)) {
    const other = await goesOtherwise(parts, playbook, run, touched);
    if (other === 'unreadable') continue;
    counts.runs += 1;
    if (other !== 'same') counts.different += 1;
    if (other !== 'same' && other !== 'explained') {
      counts.unexplained += 1;
      if (examples.size < 3) examples.add(other.because);
    }
    if (counts.runs % turnEvery === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return { ...counts, examples: [...examples] };
}

type Otherwise = 'same' | 'explained' | 'unreadable' | { readonly because: string };

/**
 * How a recorded run would go with the playbook. It is held against the run's own version played in the same way, so that what no replay can
 * tell, such as how long people waited, is no difference. One in steps that the versions differ in is explained by that.
 */
async function goesOtherwise(
  { control, traits, library }: GateParts,
  playbook: Playbook,
  { runId, events }: RecordedRun,
  known: Map<string, ReadonlySet<string>>,
): Promise<Otherwise> {
  const facts = factsOf(events, runId);
  const [first] = facts;
  if (first?.type !== 'run.started') return 'unreadable';
  const before = await control.versions.byDigest(first.data.playbook.digest);
  if (!before) return 'unreadable';
  const { alert, trigger } = first.data;
  // A route may have named it, whatever its triggers say.
  const starts = (one: Playbook) => alert !== null && matchTriggers(one, alert).outcome === 'starts';
  if (trigger.type === 'alert' && starts(before) && !starts(playbook))
    return { because: 'an alert that started it would start it no more' };
  const [was, is] = [replayRun(facts, before, { traits, library }), replayRun(facts, playbook, { traits, library })];
  if (!was.ok || !is.ok) return 'unreadable';
  if (was.value.status !== is.value.status)
    return { because: `a run that ended ${was.value.status} would be ${is.value.status}` };
  const differences = differencesOf(was.value.outline, is.value.outline);
  if (differences.length === 0) return 'same';
  const { digest } = first.data.playbook;
  const touched = known.get(digest) ?? touchedSteps(before, playbook);
  known.set(digest, touched);
  const strange = differences.find(({ about }) => about !== 'run' && !touched.has(stepOf(about)));
  if (strange) return { because: `step ${stepOf(strange.about)} would go another way` };
  return touched.size > 0 ? 'explained' : { because: 'the run as a whole would go another way' };
}
