// Takes a canary back that is worse than the live version, whatever process sees it first, and has people told. The test is in core.
import { systemPrincipal } from '../../core/authority/principal.ts';
import { judgeCanary } from '../../core/change-control/canary.ts';
import { type PlaybookLife, versionAt } from '../../core/change-control/state.ts';
import { ok } from '../../core/result.ts';
import { elapsedMs } from '../../core/time.ts';
import type { ChangeControlPorts } from '../../ports/change-control.ts';
import type { PlaybookLives } from '../../ports/ledger.ts';
import type { Log, Runtime } from '../../ports/runtime.ts';
import type { EnginePorts } from '../engine-ports.ts';
import { readCanaryTrial } from './canary-trial.ts';
import type { CommandLife } from './command-life.ts';
import type { InForce } from './in-force.ts';

/** What watching needs. */
export type WatchCanariesParts = {
  readonly control: Pick<ChangeControlPorts, 'mode' | 'trials'>;
  readonly lives: Pick<PlaybookLives, 'load'>;
  readonly inForce: Pick<InForce, 'refresh' | 'lives'>;
  readonly commandLife: Pick<CommandLife, 'order'>;
  readonly announce: EnginePorts['announce'];
  readonly runtime: Pick<Runtime, 'nowMs'>;
  readonly log: Pick<Log, 'warn'>;
};

const caller = { principal: systemPrincipal, cause: 'canary' };
/** So long after it was taken back people may still have to be told: the process that did it may have died before. */
const toldWithinMs = 86_400_000;

/** Makes the work of a timer: one look at every canary. */
export function createWatchCanaries(parts: WatchCanariesParts): () => Promise<void> {
  const { control, inForce, runtime, announce } = parts;
  const told = new Set<string>();

  /** People hear of each once, also of one that another process has taken back. */
  async function tell(life: PlaybookLife): Promise<void> {
    const now = new Date(runtime.nowMs()).toISOString();
    for (const { ref, stage, since, promotedBy, reason } of Object.values(life.versions)) {
      if (stage !== 'draft' || promotedBy?.kind !== 'system' || elapsedMs(since, now) > toldWithinMs) continue;
      const key = `playbook.demoted ${ref.digest} ${since}`;
      if (told.has(key)) continue;
      const live = versionAt(life, 'live')?.ref.version;
      await announce({
        key,
        text: `The canary ${ref.name} ${ref.version} was taken back: ${reason}. ${live === undefined ? 'No version is live.' : `${live} goes on.`}`,
        state: 'undone',
      });
      told.add(key);
    }
  }

  return async () => {
    if (control.mode === 'folder') return;
    await inForce.refresh();
    for (const life of inForce.lives()) if (await demotedNow(parts, life)) await inForce.refresh();
    for (const life of inForce.lives()) await tell(life);
  };
}

/** Whether the canary of a playbook was taken back just now. */
async function demotedNow(parts: WatchCanariesParts, life: PlaybookLife): Promise<boolean> {
  const { control, runtime, commandLife, log } = parts;
  const trial = await readCanaryTrial(control.trials, { life, nowMs: runtime.nowMs() });
  if (trial === null) return false;
  const { canary, tried, known } = trial;
  const reason = judgeCanary(tried, known);
  if (reason === null) return false;
  const { digest } = canary.ref;
  const demoted = await commandLife.order({
    caller,
    playbook: life.name,
    resource: { playbook: life.name },
    command: async () => ok({ type: 'demote_version', digest, reason }),
  });
  if (!demoted.ok) {
    log.warn({ playbook: life.name }, `a canary was not taken back: ${demoted.error.message}`);
    return false;
  }
  return true;
}
