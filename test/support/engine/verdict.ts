// Plays the people of a run until everything has come to an end, then counts what was lost, doubled or wedged. Looks from outside only.

import { setTimeout as pause } from 'node:timers/promises';
import type { ApiRun } from '../../../src/contract/run.ts';
import type { StoredEvent } from '../../../src/core/events.ts';
import { verifyChain } from '../../../src/core/timeline/chain.ts';
import { type Api, alertIdOf, hasEnded, type Timeline } from '../cluster/api.ts';
import type { EffectsTarget } from './effects-target.ts';

/** What went wrong, one line each. All empty: nothing. */
export type Verdict = {
  readonly runs: readonly ApiRun[];
  /** Alerts that were answered 2xx and have no run. */
  readonly lost: readonly string[];
  /**
   * Alerts with two runs; idempotency keys with more than one recorded result; steps that may not be repeated unasked whose
   * key arrived more than once; steps that got a new key though nobody ordered it.
   */
  readonly doubled: readonly string[];
  /** Runs that neither ended nor wait for people or a time, with what they say they wait for. */
  readonly wedged: readonly string[];
  /** Streams whose chain is broken, or that do not end where their incident says. */
  readonly broken: readonly string[];
  /** Runs that wait visibly, with what for. */
  readonly waiting: readonly string[];
};

/** No fault at all. */
export const clean = { lost: [], doubled: [], wedged: [], broken: [] };

type Case = {
  readonly api: Api;
  /** Playbook's alert by alert id. */
  readonly accepted: ReadonlyMap<string, string>;
  readonly target: EffectsTarget;
  /** Keys that programs have written down. */
  readonly marks: () => readonly string[];
  /** How long everything may take to come to its end. */
  readonly withinMs: number;
};

/** Does what a person on call would do: approves, and says of an unclear step whether it took effect. */
export async function actAsPeople(api: Api, target: EffectsTarget, runs: readonly ApiRun[]): Promise<void> {
  const orders = runs.flatMap((run) => [
    ...Object.values(run.approvals)
      .filter(({ status }) => status === 'open')
      .map((approval) => api.approve(approval)),
    ...run.waitingFor
      .filter(({ kind }) => kind === 'decision')
      .map(({ step }) => {
        const key = `${run.runId}/${step}/${run.nodes[step ?? '']?.round}`;
        const tookEffect = target.effects.some((effect) => effect.key === key);
        return api.settle(run.runId, step ?? '', tookEffect);
      }),
  ]);
  // What is refused or finds nobody to answer is ordered again at the next look.
  await Promise.allSettled(orders);
}

/** Resolves with the verdict once all has ended, or when the time is up. */
export async function judge({ api, accepted, target, marks, withinMs }: Case): Promise<Verdict> {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline && !(await allEnded())) await pause(200);
  const runs = await api.runs();

  async function allEnded(): Promise<boolean> {
    try {
      const open = await api.openRuns();
      await actAsPeople(api, target, open);
      if (open.length > 0) return false;
      // One may have begun since.
      const all = await api.runs();
      const ids = new Set(all.map(alertIdOf));
      return all.every(hasEnded) && [...accepted.keys()].every((id) => ids.has(id));
    } catch {
      // Nobody answers just now.
      return false;
    }
  }

  const found = new Map<string, ApiRun[]>();
  for (const run of runs) found.set(alertIdOf(run), [...(found.get(alertIdOf(run)) ?? []), run]);
  const doubled = [...found]
    .filter(([, { length }]) => length > 1)
    .map(([id, { length }]) => `alert ${id}: ${length} runs`);
  const broken: string[] = [];
  for (const run of runs) {
    const timeline = await api.timeline(run.incidentId);
    doubled.push(...doubledIn(run, timeline.events));
    broken.push(...(await breaksIn(run.incidentId, timeline)));
  }
  const arrivals = new Map<string, number>();
  for (const { path, key } of target.effects)
    if (path.startsWith('/ask/')) arrivals.set(key, (arrivals.get(key) ?? 0) + 1);
  doubled.push(...[...arrivals].filter(([, n]) => n > 1).map(([key, n]) => `${key} took effect ${n} times`));
  doubled.push(...newKeys([...target.effects.map(({ key }) => key), ...marks()], runs));
  return {
    runs,
    lost: [...accepted.keys()].filter((id) => !found.has(id)),
    doubled,
    broken,
    wedged: runs.filter((run) => !hasEnded(run) && !waitsVisibly(run)).map(describe),
    waiting: runs.filter((run) => !hasEnded(run) && waitsVisibly(run)).map(describe),
  };
}

/** It waits for people, or for a time that is still to come. */
function waitsVisibly({ waitingFor }: ApiRun): boolean {
  const now = new Date().toISOString();
  return waitingFor.some(({ kind, until }) => kind !== 'worker' && (until === null || until > now));
}

function describe({ runId, playbook, status, waitingFor }: ApiRun): string {
  return `${runId} (${playbook.name}) is ${status}: ${waitingFor.map(({ what }) => what).join('; ') || 'waits for nothing'}`;
}

async function breaksIn(incidentId: string, { events, version }: Timeline): Promise<string[]> {
  const check = await verifyChain(incidentId, events, null);
  if (check.outcome === 'bad') return [`${incidentId} at ${check.place.seq}: ${check.place.problem}`];
  // Slack may be told something between the two looks: the stream may have gone on, and never ends before.
  return check.head.version >= version ? [] : [`${incidentId} ends at ${check.head.version} instead of ${version}`];
}

/** Results recorded for the same key: a key belongs to one step and round, and a round has one result that is no retry. */
function doubledIn({ runId }: ApiRun, events: readonly StoredEvent[]): string[] {
  const results = new Map<string, number>();
  const keys = new Map<string, string>();
  for (const { type, data } of events) {
    if (data['runId'] !== runId || data['step'] === undefined) continue;
    if (type === 'step.started') keys.set(`${data['step']}#${data['attempt']}`, String(data['idempotencyKey']));
    const key = keys.get(`${data['step']}#${data['attempt']}`);
    if (key === undefined || !['step.succeeded', 'step.failed'].includes(type)) continue;
    results.set(key, (results.get(key) ?? 0) + 1);
  }
  return [...results].filter(([, n]) => n > 1).map(([key, n]) => `${key} has ${n} results`);
}

/** Keys of a step beyond the rounds that its run knows of. */
function newKeys(keys: readonly string[], runs: readonly ApiRun[]): string[] {
  const byId = new Map(runs.map((run) => [run.runId, run]));
  return [...new Set(keys)].flatMap((key) => {
    const [runId = '', step = '', round] = key.split('/');
    const known = byId.get(runId)?.nodes[step]?.round ?? 0;
    return Number(round) <= known ? [] : [`${key} is a key of no round of its run`];
  });
}
