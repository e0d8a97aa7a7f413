// People in a world of races: at first they want anything at any time, all at once; in the end they answer what they are asked.
import type { Actor } from '../../../src/core/events.ts';
import type { Refusal } from '../../../src/core/refusal.ts';
import type { Result } from '../../../src/core/result.ts';
import { isTerminal, type RunState } from '../../../src/core/run/state.ts';
import type { RunOrder } from '../../../src/ports/operations.ts';
import { ana, ben } from '../given/given.ts';
import { principalOf } from '../given/principals.ts';
import { cem } from './honest-people.ts';
import type { RaceWorld } from './world.ts';

const people: readonly Actor[] = [ana, ben, cem];
/** So often an escalated step is tried again. */
const patience = 3;
const wishes = [
  ...['approve', 'approve', 'approve', 'approve', 'deny', 'cancel', 'compensate', 'compensate', 'retry', 'retry'],
  ...['pause', 'resume', 'done', 'done', 'signal', 'signal', 'halt', 'release', 'start'],
  ...['acknowledge', 'resolve', 'reopen', 'merge'],
] as const;

/** Somebody wants something, sometimes twice at the same time in different places. */
export function want(world: RaceWorld): void {
  const { chance } = world;
  const wish = chance.pick(wishes) ?? 'approve';
  const run = chance.pick(world.runs);
  if (!run) return;
  for (let times = chance.oneIn(3) ? 2 : 1; times > 0; times--) {
    const actor = chance.pick(people) ?? ana;
    if (wish === 'halt')
      ask(world, (o) => o.halt({ principal: principalOf(actor), cause: 'x', scope: '*', reason: 'x' }));
    else if (wish === 'release')
      ask(world, (o) => o.release({ principal: principalOf(actor), cause: 'x', scope: '*' }));
    else if (wish === 'signal') signal(world, run, actor);
    else if (wish === 'approve' || wish === 'deny') decideOn(world, run, actor, wish);
    else if (wish === 'start') begin(world, run.playbook.name, run.incidentId);
    else if (wish === 'acknowledge' || wish === 'resolve' || wish === 'reopen' || wish === 'merge')
      onIncident(world, actor, wish);
    else order(world, run, actor, wish);
  }
}

/** Somebody wants something of an incident, whatever state it is in. */
function onIncident(world: RaceWorld, actor: Actor, wish: 'acknowledge' | 'resolve' | 'reopen' | 'merge'): void {
  const ids = [...world.tables.incidents.keys()];
  const incidentId = world.chance.pick(ids) ?? '';
  const into = world.chance.pick(ids) ?? '';
  const asked = { principal: principalOf(actor), cause: 'x', incidentId, reason: 'x' };
  ask(world, (o) => {
    switch (wish) {
      case 'acknowledge':
        return o.acknowledge(asked);
      case 'resolve':
        return o.resolveIncident(asked);
      case 'reopen':
        return o.reopenIncident(asked);
      case 'merge':
        return o.merge({ ...asked, into });
    }
  });
}

/** A run is started, with ids that make it the same run however often it is asked for. */
export function begin(world: RaceWorld, playbook: string, incidentId: string | null): void {
  const ids = { run: world.newId('run'), incident: world.newId('inc') };
  for (let times = world.chance.oneIn(3) ? 2 : 1; times > 0; times--)
    ask(world, (o) => o.startRun({ principal: principalOf(ana), cause: 'x', playbook, inputs: {}, incidentId, ids }));
}

/** Everything that waits for people gets an answer, and nothing stays halted. */
export function answerAll(world: RaceWorld): void {
  for (const scope of world.tables.switches.keys())
    ask(world, (o) => o.release({ principal: principalOf(ana), cause: 'x', scope }));
  for (const run of world.runs) {
    if (isTerminal(run.status)) continue;
    if (run.paused) order(world, run, ana, 'resume');
    for (const { status } of Object.values(run.approvals))
      if (status === 'open') for (const actor of [ben, cem]) decideOn(world, run, actor, 'approve');
    for (const [step, node] of Object.entries(run.nodes)) {
      if (node.status === 'unknown') order(world, run, ana, world.chance.oneIn(2) ? 'done' : 'retry', step);
      else if (node.status === 'failed' && node.escalated && run.status === 'running')
        order(world, run, ana, node.round < patience ? 'retry' : 'cancel', step);
    }
  }
}

type Operations = NonNullable<ReturnType<RaceWorld['anyProcess']>>['operations'];

function ask(world: RaceWorld, what: (operations: Operations) => Promise<Result<unknown, Refusal>>): void {
  const process = world.anyProcess(null);
  if (!process) return;
  what(process.operations).then((answer) => {
    if (!answer.ok) world.refusals.set(answer.error.code, (world.refusals.get(answer.error.code) ?? 0) + 1);
  }, world.failed);
}

function order(world: RaceWorld, { runId }: RunState, actor: Actor, wish: RunOrder, step?: string): void {
  ask(world, (o) =>
    o.orderRun({
      principal: principalOf(actor),
      cause: 'x',
      runId,
      order: wish,
      ...(step === undefined ? {} : { step }),
    }),
  );
}

function signal(world: RaceWorld, { runId }: RunState, actor: Actor): void {
  ask(world, (o) => o.signalRun({ principal: principalOf(actor), cause: 'x', runId, name: 'go', data: null }));
}

function decideOn(world: RaceWorld, run: RunState, actor: Actor, decision: 'approve' | 'deny'): void {
  const asked = Object.values(run.approvals);
  const approval = asked.find(({ status }) => status === 'open') ?? asked.at(-1);
  if (!approval) return;
  const { id: approvalId, planDigest } = approval;
  ask(world, (o) => o.decideApproval({ principal: principalOf(actor), cause: 'x', approvalId, decision, planDigest }));
}
