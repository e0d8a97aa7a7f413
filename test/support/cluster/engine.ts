// What a test does with an engine and what it waits for: runs, decisions, orders, alerts. The language of the integration tests.
import { onTestFinished } from 'vitest';
import type { Actor, StoredEvent } from '../../../src/core/events.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import {
  type Approval,
  isTerminal,
  type NodeState,
  nodeOf,
  type RunState,
  type RunStatus,
} from '../../../src/core/run/state.ts';
import type { RunOrder } from '../../../src/ports/operations.ts';
import { ana, InProcess, webhookToken } from '../engine/in-process.ts';
import { type SteeredTarget, startSteeredTarget } from '../engine/steered-target.ts';
import { principalOf } from '../given/principals.ts';
import { alertBody, type GivenAlert } from '../given/texts.ts';

/** One Firebreak, and what a test does with it. */
export class Engine extends InProcess {
  /** A target of one's own, until the end of the test. */
  async target(): Promise<SteeredTarget> {
    const target = await startSteeredTarget();
    onTestFinished(target.close);
    return target;
  }

  /** Starts a run by hand; answers its id. */
  async run(playbook: string, inputs: { target?: SteeredTarget; key?: string } = {}, incidentId: string | null = null) {
    const given = { ...inputs, ...(inputs.target ? { target: inputs.target.url } : {}) } as JsonObject;
    const started = await this.operations.startRun({
      principal: principalOf(ana),
      cause: 'test',
      playbook,
      inputs: given,
      incidentId,
    });
    if (!started.ok) throw new Error(started.error.message);
    return started.value.run.runId;
  }

  async state(runId: string): Promise<RunState> {
    const row = await this.app.store.reads.run(runId);
    if (!row) throw new Error(`there is no run ${runId}`);
    return row.state;
  }

  /** The run once it stands where it should; fails at once if it has ended otherwise. */
  async reaches(runId: string, ...statuses: readonly RunStatus[]): Promise<RunState> {
    return this.when(runId, `to be ${statuses.join(' or ')}`, (run) => statuses.includes(run.status));
  }

  /** The run once something holds of it. */
  async when(runId: string, what: string, holds: (run: RunState) => boolean): Promise<RunState> {
    try {
      return await this.until(what, async () => {
        const run = await this.state(runId);
        if (holds(run)) return run;
        if (isTerminal(run.status)) throw new Error(`it ended ${run.status}: ${run.reason}`);
        return null;
      });
    } catch (error) {
      const told = await this.story(runId);
      throw new Error(`waited for ${runId} ${what}: ${(error as Error).message}\n${told.join('\n')}`);
    }
  }

  /** The node of a step once it stands where it should. */
  async node<S extends NodeState['status']>(runId: string, step: string, status: S) {
    const run = await this.when(runId, `${step} to be ${status}`, (state) => nodeOf(state, step).status === status);
    return nodeOf(run, step) as Extract<NodeState, { status: S }>;
  }

  async events(runId: string): Promise<readonly StoredEvent[]> {
    const { incidentId } = await this.state(runId);
    const all = await this.stream(incidentId);
    return all.filter(({ data }) => data.runId === runId);
  }

  async stream(incidentId: string): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for await (const event of this.app.store.events.readStream(incidentId)) events.push(event);
    return events;
  }

  /** What happened in a run: types of events, each with its step. */
  async story(runId: string): Promise<readonly string[]> {
    return (await this.events(runId)).map(({ type, data }) => ('step' in data ? `${type} ${data.step}` : type));
  }

  /** The request for a decision that a run waits for. */
  async asked(runId: string, step?: string): Promise<Approval> {
    const open = (run: RunState) =>
      Object.values(run.approvals).find(
        (approval) => approval.status === 'open' && (step === undefined || approval.step === step),
      );
    const approval = open(await this.when(runId, 'to ask', (run) => open(run) !== undefined));
    if (!approval) throw new Error('it asked and does not');
    return approval;
  }

  /** A decision by a person; answers the refusal's code if it does not count. */
  async decide(decision: 'approve' | 'deny', approval: Approval, actor: Actor, planDigest?: string): Promise<string> {
    const decided = await this.operations.decideApproval({
      principal: principalOf(actor),
      cause: 'test',
      approvalId: approval.id,
      decision,
      planDigest: planDigest ?? approval.planDigest,
    });
    return decided.ok ? decided.value.approval.status : decided.error.code;
  }

  /** An order by a person; answers the status that the run has then, or the refusal's code. */
  async order(runId: string, order: RunOrder, step?: string): Promise<string> {
    const ordered = await this.operations.orderRun({
      principal: principalOf(ana),
      cause: 'test',
      runId,
      order,
      ...(step === undefined ? {} : { step }),
    });
    return ordered.ok ? ordered.value.status : ordered.error.code;
  }

  /** Delivers alerts of one group in one body; answers the receipt and whether it was new. */
  async deliver(group: string, alerts: readonly GivenAlert[]): Promise<{ receipt: string; status: string }> {
    const answer = await fetch(`${this.app.url}/hooks/alertmanager`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${webhookToken}` },
      body: JSON.stringify({ version: '4', groupKey: group, alerts: alerts.map((alert) => alertBody(group, alert)) }),
    });
    if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { receipt: string; status: string };
  }

  /** Delivers one alert that is a group of its own. */
  alert(alert: GivenAlert): Promise<{ receipt: string; status: string }> {
    return this.deliver(alert.id ?? alert.alertname, [alert]);
  }

  /** Resolves when nothing of a delivery is left to do. */
  async dealtWith(receipt: string): Promise<void> {
    await this.until(
      `delivery ${receipt} to be dealt with`,
      async () => !(await this.app.store.deliveries.isOpen(receipt)),
    );
  }

  /** All runs of a playbook, oldest first. */
  async runsOf(playbook: string): Promise<readonly RunState[]> {
    const runs: RunState[] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await this.app.store.reads.runs({ limit: 200, cursor, playbook });
      runs.unshift(...page.items.map(({ state }) => state).reverse());
      cursor = page.cursor;
      if (cursor === null) return runs;
    }
  }

  /** Runs of a playbook once there are so many. */
  async started(playbook: string, count = 1): Promise<readonly RunState[]> {
    return this.until(`${count} runs of ${playbook}`, async () => {
      const runs = await this.runsOf(playbook);
      return runs.length >= count && runs;
    });
  }
}
