// What a new run must know before it starts: its keys, and whether people are to be asked first. Starts nothing.
import type { Actor } from '../../core/actor.ts';
import type { Alert } from '../../core/alert/alert.ts';
import type { JsonObject } from '../../core/json.ts';
import { renderKey } from '../../core/playbook/plan.ts';
import { type Playbook, playbookRef } from '../../core/playbook/playbook.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { NewRun } from '../../core/run/started.ts';
import { addMs, elapsedMs, formatDuration } from '../../core/time.ts';
import type { RunLookups } from '../../ports/ledger.ts';
import type { Admission } from '../admission.ts';
import { believed } from '../record/believed.ts';

/** What preparing needs. */
export type PrepareParts = {
  readonly lookups: Pick<RunLookups, 'lastRunOf'>;
  readonly admission: Pick<Admission, 'storm'>;
  /** Who answers for a version; absent: nobody is known to. */
  readonly authorOf?: (digest: string) => Actor | undefined;
};

/** The prepared parts of a run, or why there is to be none. */
export async function prepareRun(
  parts: PrepareParts,
  playbook: Playbook,
  start: { readonly alert: Alert | null; readonly inputs: JsonObject; readonly at: string },
): Promise<Result<Pick<NewRun, 'concurrencyKey' | 'cooldownKey' | 'gate' | 'author'>, string>> {
  const { alert, inputs, at } = start;
  const scope = { alert: alert ?? undefined, inputs };
  const keyOf = (template: string | undefined) => (template === undefined ? ok(null) : renderKey(template, scope));
  const concurrencyKey = keyOf(playbook.concurrency?.key);
  if (!concurrencyKey.ok) return err(`its concurrency key: ${concurrencyKey.error}`);
  const cooldown = keyOf(playbook.cooldown?.key);
  if (!cooldown.ok) return err(`its cooldown key: ${cooldown.error}`);
  const cooldownKey = cooldown.value === null ? null : `${playbook.name}: ${cooldown.value}`;
  const asked = { reason: '', from: [playbook.owner.escalation] };
  const author = parts.authorOf?.(playbookRef(playbook).digest);
  const prepared = { concurrencyKey: concurrencyKey.value, cooldownKey, ...(author && { author }) };
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
  const storm = await parts.admission.storm();
  return ok(storm === null ? prepared : { ...prepared, gate: { ...asked, reason: storm } });
}
