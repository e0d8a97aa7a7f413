// An engine in memory with a playbook whose one step takes a passkey, and people who have some or none.
import type { Caller, Principal } from '../../../src/core/authority/principal.ts';
import type { Refusal } from '../../../src/core/refusal.ts';
import type { Result } from '../../../src/core/result.ts';
import type { Approval } from '../../../src/core/run/state.ts';
import type { Assertion } from '../../../src/core/step-up/assertion.ts';
import type { EngineOptions, EnginePorts } from '../../../src/engine/engine-ports.ts';
import { MemoryEngines } from '../engine/memory-engines.ts';
import { playbook } from '../given/given.ts';
import { Authenticator } from './authenticator.ts';

/** Where these passkeys count. */
export const site = { rpId: 'fb.example.com', origin: 'https://fb.example.com' };

type Person = Extract<Principal, { type: 'person' }>;

/** Somebody as the page knows him or her after a sign-in at an instant. */
export const onPage = (id: string, at: string, provider: 'oidc' | 'slack' = 'oidc'): Person => ({
  type: 'person',
  id,
  name: id,
  person: null,
  via: 'web',
  proof: 'session',
  signedIn: { at, with: provider },
});

/** `ok`, or the code of a refusal. */
export const codeOf = (answer: Result<unknown, Refusal>): string => (answer.ok ? 'ok' : answer.error.code);
/** The value of what must not have been refused. */
export function given<T>(answer: Result<T, Refusal>): T {
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
  return answer.value;
}

/** The world. `rule`: more of the rule of the step; `roles`: those whose members need a passkey for high risk. */
export class StepUpWorld {
  readonly engines = new MemoryEngines();
  readonly engine;
  #causes = 0;

  constructor(
    {
      rule = 'stepUp: true',
      roles = [],
      risk = 'high',
    }: {
      rule?: string;
      roles?: readonly string[];
      risk?: string;
    } = {},
    ports: Partial<EnginePorts> = {},
    options: Partial<EngineOptions> = {},
  ) {
    const approval = `approval: { from: ["@sre"], expiresIn: 30m, ${rule} }`;
    const step = `  - { id: a, uses: shell.run, with: { command: [/bin/true] }, risk: ${risk}, ${approval} }`;
    this.engines.publish({ ...playbook(step), name: 'risky' });
    const page = `${site.origin}/approvals/`;
    this.engine = this.engines.engine({ stepUp: { roles, site, page }, ...options }, ports);
  }

  get at(): string {
    return this.engines.at;
  }

  by(principal: Principal): Caller {
    this.#causes += 1;
    return { principal, cause: `req_${this.#causes}` };
  }

  /** Begins and ends registering an authenticator. */
  async register(principal: Principal, key: Authenticator, lies: Parameters<Authenticator['made']>[1] = {}) {
    const { operations } = this.engine;
    const begun = await operations.beginPasskey({ principal });
    if (!begun.ok) return begun;
    const { nonce, challenge } = begun.value;
    return operations.registerPasskey({ ...this.by(principal), name: 'key', nonce, ...key.made(challenge, lies) });
  }

  /** Somebody with a passkey that counts. */
  async personWithKey(id: string, options?: ConstructorParameters<typeof Authenticator>[1]) {
    const principal = onPage(id, this.at);
    const key = new Authenticator(site, options);
    given(await this.register(principal, key));
    return { principal, key };
  }

  /** Starts a run, and answers the request that its step waits with. */
  async asked(): Promise<Approval> {
    const started = given(
      await this.engine.operations.startRun({
        ...this.by(onPage('U0STARTER', this.at)),
        playbook: 'risky',
        inputs: {},
        incidentId: null,
      }),
    );
    await this.engines.deliver(this.engine);
    const run = (await this.engines.store.loadRun(started.run.runId))?.run;
    const approval = Object.values(run?.approvals ?? {}).find(({ status }) => status === 'open');
    if (!approval) throw new Error('nothing was asked');
    return approval;
  }

  async begin(principal: Principal, { id: approvalId, planDigest, plan: { runId } }: Approval) {
    const loaded = await this.engines.store.loadRun(runId);
    if (!loaded) throw new Error(`there is no run ${runId}`);
    return this.engine.operations.beginStepUp({ principal, approvalId, planDigest, run: loaded.run });
  }

  approve(principal: Principal, { id: approvalId, planDigest }: Approval, assertion?: Assertion) {
    const { operations } = this.engine;
    return operations.decideApproval({
      ...this.by(principal),
      approvalId,
      decision: 'approve',
      planDigest,
      ...(assertion && { assertion }),
    });
  }

  breakGlass(principal: Principal, { id: approvalId, planDigest }: Approval, assertion?: Assertion) {
    const order = { ...this.by(principal), approvalId, planDigest, reason: 'the region burns' };
    return this.engine.operations.breakGlass({ ...order, ...(assertion && { assertion }) });
  }

  /** The whole way of somebody who approves with a passkey. */
  async approveWith(
    { principal, key }: { principal: Principal; key: Authenticator },
    approval: Approval,
    lies: Parameters<Authenticator['signs']>[1] = {},
  ) {
    const begun = await this.begin(principal, approval);
    return begun.ok ? this.approve(principal, approval, key.signs(begun.value, lies)) : begun;
  }

  /** The events of the incident of a request. */
  async eventsOf({ plan: { runId } }: Approval) {
    const incidentId = (await this.engines.store.loadRun(runId))?.incident.id ?? '';
    return this.engines.tables.events.get(incidentId) ?? [];
  }
}
