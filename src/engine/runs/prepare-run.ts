// What a new run must know before it starts: its keys, and whether people are to be asked first. Starts nothing.
import type { Actor } from '../../core/actor.ts';
import { renderKey } from '../../core/playbook/plan.ts';
import type { Playbook } from '../../core/playbook/playbook.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Asking } from '../../core/run/draft.ts';
import type { Governance } from '../../core/run/govern.ts';
import { type RuledStart, ruleStart, type Starting } from '../../core/run/govern-start.ts';
import { type NewRun, refOf } from '../../core/run/started.ts';
import { addMs, elapsedMs, formatDuration } from '../../core/time.ts';
import type { RunLookups } from '../../ports/ledger.ts';
import type { Admission } from '../admission.ts';
import type { Governing } from '../policy/governing.ts';
import { believed } from '../record/believed.ts';

/** What preparing needs. */
export type PrepareParts = {
  readonly lookups: Pick<RunLookups, 'lastRunOf'>;
  readonly admission: Pick<Admission, 'storm' | 'supervised'>;
  readonly governing: Pick<Governing, 'of'>;
  readonly asking: Asking;
  /** Who answers for a version; absent: nobody is known to. */
  readonly authorOf?: (digest: string) => Actor | undefined;
};

/** A run that is to start. */
export type ToPrepare = Omit<Starting, 'ref' | 'playbook'>;

/** What it is made with besides what was asked for. */
export type Prepared = RuledStart &
  Pick<NewRun, 'concurrencyKey' | 'cooldownKey' | 'author'> & { readonly governance?: Governance };

/** The prepared parts of a run, or why there is to be none. */
export async function prepareRun(
  parts: PrepareParts,
  playbook: Playbook,
  start: ToPrepare,
): Promise<Result<Prepared, string>> {
  const keyed = await keysAndGate(parts, playbook, start);
  if (!keyed.ok) return keyed;
  const { gate = start.gate, ...keys } = keyed.value;
  const ruling = parts.governing.of(playbook.name, start.at);
  const governance = ruling instanceof Promise ? await ruling : ruling;
  const { gate: _, ...about } = start;
  const ref = refOf(playbook);
  const ruled = ruleStart(governance, { ...about, playbook, ref, ...(gate && { gate }) });
  if (!ruled.ok) return ruled;
  const author = parts.authorOf?.(ref.digest);
  return ok({ ...keys, ...ruled.value, ...(author && { author }), ...(governance && { governance }) });
}

/** Its keys, and whom the playbook itself has asked first. */
async function keysAndGate(
  parts: PrepareParts,
  playbook: Playbook,
  { alert, inputs, at }: Pick<ToPrepare, 'alert' | 'inputs' | 'at'>,
): Promise<Result<Pick<NewRun, 'concurrencyKey' | 'cooldownKey' | 'gate'>, string>> {
  const scope = { alert: alert ?? undefined, inputs };
  const keyOf = (template: string | undefined) => (template === undefined ? ok(null) : renderKey(template, scope));
  const concurrencyKey = keyOf(playbook.concurrency?.key);
  if (!concurrencyKey.ok) return err(`its concurrency key: ${concurrencyKey.error}`);
  const cooldown = keyOf(playbook.cooldown?.key);
  if (!cooldown.ok) return err(`its cooldown key: ${cooldown.error}`);
  const cooldownKey = cooldown.value === null ? null : `${playbook.name}: ${cooldown.value}`;
  const asked = { reason: '', from: [playbook.owner.escalation] };
  const prepared = { concurrencyKey: concurrencyKey.value, cooldownKey };
  // Who starts a run by hand has thought about it; what starts by itself again and again has not.
  if (alert === null) return ok(prepared);
  if (playbook.cooldown && cooldownKey !== null) {
    const since = addMs(at, -playbook.cooldown.windowMs);
    const { atMost = 1 } = playbook.cooldown;
    const found = await believed(parts.lookups.lastRunOf(cooldownKey, since, atMost).then((run) => ({ last: run })));
    if (found === null) {
      const reason = `the record of the run that was last about the same (${cooldownKey}) cannot be believed`;
      return ok({ ...prepared, gate: { ...asked, reason } });
    }
    const { last } = found;
    if (last) {
      const ago = formatDuration(elapsedMs(last.startedAt, at));
      const reason =
        atMost === 1
          ? `run ${last.runId} was about the same (${cooldownKey}) and started only ${ago} ago`
          : `${atMost} runs were about the same (${cooldownKey}) within ${ago}, and no more may be; the first is ${last.runId}`;
      return playbook.cooldown.onRepeat === 'skip' ? err(reason) : ok({ ...prepared, gate: { ...asked, reason } });
    }
  }
  const reason = parts.admission.supervised(playbook) ?? (await parts.admission.storm());
  return ok(reason === null ? prepared : { ...prepared, gate: { ...asked, reason } });
}
