// At a start and after a reload: the rules that were read come into force if those that are recorded let them, and that is recorded once for all
// processes. Until then, and if they are refused, the recorded ones hold.
import { systemPrincipal } from '../../core/authority/principal.ts';
import { type CompiledRulebook, compileRulebook } from '../../core/policy/judge.ts';
import { isEmpty, type Rulebook } from '../../core/policy/rulebook.ts';
import type { SystemStream } from '../../ports/ledger.ts';
import type { Rulebooks } from '../../ports/rulebooks.ts';
import type { Log } from '../../ports/runtime.ts';
import { type CommandSystem, stateOf } from '../system/command-system.ts';
import type { Governing } from './governing.ts';

/** What it needs. */
export type TakeOverParts = {
  readonly governing: Governing;
  readonly rulebooks: Pick<Rulebooks, 'keep' | 'byDigest'> | undefined;
  readonly systemStream: Pick<SystemStream, 'load'>;
  readonly commandSystem: CommandSystem;
  readonly log: Pick<Log, 'info' | 'error'>;
};

/** How it ended. `isOther`: this process had others before. `refused`: the rules before stay in force. */
export type TakenOver =
  | { readonly outcome: 'in_force'; readonly isOther: boolean }
  | { readonly outcome: 'refused'; readonly reason: string };

/** Puts rules in force. `source`: where they come from, for people. Rejects where that cannot be recorded: nothing is in force then that is not kept. */
export async function takeOverRules(parts: TakeOverParts, book: Rulebook, source: string): Promise<TakenOver> {
  const before = parts.governing.current().digest;
  const reason = await whyRefused(parts, book, source);
  if (reason !== null) return { outcome: 'refused', reason };
  return { outcome: 'in_force', isOther: parts.governing.current().digest !== before };
}

/** Puts rules in force, or says why those before stay. */
async function whyRefused(parts: TakeOverParts, book: Rulebook, source: string): Promise<string | null> {
  const { governing, rulebooks, systemStream, commandSystem, log } = parts;
  const { state } = await systemStream.load();
  const recorded = state.rulebook?.digest ?? null;
  if (!rulebooks || (recorded === null && isEmpty(book))) {
    governing.replace(book);
    return null;
  }
  await rulebooks.keep(book);
  const after = compileRulebook(book);
  if (recorded === after.digest) {
    governing.replace(book);
    return null;
  }
  const before = await recordedRules(rulebooks, recorded);
  const command = { type: 'change_rulebook' as const, before, after, source };
  const caller = { principal: systemPrincipal, cause: `policies ${source}`.slice(0, 200) };
  const decided = stateOf(await commandSystem({ caller, right: 'design', command }));
  if (!decided.ok) throw new Error(`the rules could not be put in force: ${decided.error.message}`);
  if (decided.value.rulebook?.digest === after.digest) {
    governing.replace(book);
    log.info({ digest: after.digest, source }, 'other rules are in force');
    return null;
  }
  const reason = 'the rules in force deny the change';
  if (before) governing.replace(before.book);
  log.error({ digest: after.digest, source }, `other policies were refused: ${reason}; those before stay in force`);
  return reason;
}

async function recordedRules(
  rulebooks: Pick<Rulebooks, 'byDigest'>,
  digest: string | null,
): Promise<CompiledRulebook | null> {
  const book = digest === null ? null : await rulebooks.byDigest(digest);
  return book ? compileRulebook(book) : null;
}

/**
 * Puts the rules that are recorded in force in this process, whichever process has recorded them. Where none are recorded, those that it was
 * started with stay. Asked again and again: only other rules are read.
 */
export async function adoptRules(
  {
    rulebooks,
    systemStream,
  }: { readonly rulebooks?: Pick<Rulebooks, 'byDigest'>; readonly systemStream: Pick<SystemStream, 'load'> },
  governing: Pick<Governing, 'current' | 'replace'>,
): Promise<boolean> {
  const { state } = await systemStream.load();
  if (!state.rulebook || state.rulebook.digest === governing.current().digest) return false;
  const book = await rulebooks?.byDigest(state.rulebook.digest);
  if (!book) return false;
  governing.replace(book);
  return true;
}
