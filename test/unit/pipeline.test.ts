// The one way in, alone: what happens in which order, what is decided again, who is told what.
import { describe, expect, it } from 'vitest';
import { Access } from '../../src/core/authority/access.ts';
import { type Principal, systemPrincipal } from '../../src/core/authority/principal.ts';
import type { AppendOutcome } from '../../src/engine/append.ts';
import { intercept } from '../../src/engine/interceptors/interceptor.ts';
import { createKeyedMutex } from '../../src/engine/keyed-mutex.ts';
import { refused } from '../../src/engine/outcome.ts';
import { type Command, type CommandDecision, createPipeline } from '../../src/engine/pipeline.ts';
import { changeFrom } from '../support/engine/append-events.ts';
import { ana, start } from '../support/given/given.ts';
import { opened, stateOf } from '../support/given/incident.ts';
import { principalOf } from '../support/given/principals.ts';

const anas = principalOf(ana);
const before = { incident: stateOf('inc_1', opened), head: { version: 1, hash: '00' } };
const note = { type: 'note.added' as const, actor: ana, data: { text: 'x' } };
const proposed: CommandDecision = {
  outcome: 'proposed',
  proposals: [{ stream: 'incident', incidentId: 'inc_1', before, incident: before.incident, events: [note], runs: [] }],
};
const change = changeFrom({ incidentId: 'inc_1', before, events: [note], at: start });
const appended: AppendOutcome = { outcome: 'appended', changes: [change] };
const conflict: AppendOutcome = { outcome: 'conflict' };

/** What is stored, in the order of the reads; the last one stays. */
type Stored = { readonly name: string };
type Given = {
  readonly stored?: readonly (Stored | null)[];
  readonly cached?: Stored;
  readonly decide?: (loaded: Stored) => CommandDecision;
  readonly appends?: readonly AppendOutcome[];
  readonly principal?: Principal;
  readonly right?: Command<Stored>['right'];
};

/** Executes one command; `told`: everything that happened on the way. */
async function executed({
  stored = [{ name: 'stored' }],
  cached,
  decide = () => proposed,
  appends = [appended],
  principal = anas,
  right = 'order',
}: Given) {
  const told: string[] = [];
  const next = <T>(list: readonly T[], n: number): T => {
    const found = list[Math.min(n, list.length - 1)];
    if (found === undefined) throw new Error('nothing is given');
    return found;
  };
  let reads = 0;
  let writes = 0;
  const pipeline = createPipeline({
    access: Access.parse({ order: ['@sre'] }),
    directory: {
      async belongsTo({ type }, names) {
        told.push(`who ${type} is of ${names.join()}`);
        return principal === anas ? names : [];
      },
    },
    runtime: { nowMs: () => Date.parse(start) },
    clock: { settle: () => null },
    mutex: createKeyedMutex(),
    async append(_, { at, caller }) {
      told.push(`append at ${at} for ${caller.cause}`);
      return next(appends, writes++);
    },
    around: intercept([]),
    sight: async () => true,
  });
  const command: Command<Stored> = {
    name: 'try',
    caller: { principal, cause: 'req_1' },
    right,
    resourceOf: () => ({ approvers: ['@lead'] }),
    about: () => [],
    missing: 'there is nothing',
    ...(cached === undefined ? {} : { cached }),
    async load() {
      told.push('load');
      return next(stored, reads++);
    },
    keyOf: () => 'inc_1',
    decide(loaded, { belongsTo }) {
      told.push(`decide on ${loaded.name} as ${belongsTo.join()}`);
      return decide(loaded);
    },
  };
  return { outcome: await pipeline.execute(command), told };
}

const stranger = principalOf({ kind: 'user', id: 'U0X' });

describe('a command', () => {
  it('is authorised on what was loaded, then decided, then appended, at one instant and for its cause', async () => {
    const { outcome, told } = await executed({});
    expect(outcome).toEqual({ outcome: 'committed', loaded: { name: 'stored' }, changes: [change] });
    expect(told).toEqual(['load', 'who person is of @sre', 'decide on stored as @sre', `append at ${start} for req_1`]);
  });

  it('is neither decided nor appended without the right, and the refusal names it', async () => {
    const { outcome, told } = await executed({ principal: stranger });
    expect(outcome).toMatchObject({ outcome: 'refused', refusal: { code: 'not_allowed', right: 'order' } });
    expect(told).toEqual(['load', 'who person is of @sre']);
  });

  it('asks who may decide an approval of the approval itself', async () => {
    const { told } = await executed({ right: 'approve' });
    expect(told).toContain('decide on stored as @lead');
  });

  it('of the system is asked of nobody', async () => {
    const { told } = await executed({ principal: systemPrincipal });
    expect(told).toEqual(['load', 'decide on stored as ', `append at ${start} for req_1`]);
  });

  it('on what is not there is told so to those who have the right, and to nobody else', async () => {
    const nothing = { stored: [null] };
    const { outcome } = await executed(nothing);
    expect(outcome).toEqual(refused('not_found', 'there is nothing'));
    const { outcome: other } = await executed({ ...nothing, principal: stranger });
    expect(other).toMatchObject({ refusal: { code: 'not_allowed' } });
  });

  it('that changes nothing appends nothing', async () => {
    const { outcome, told } = await executed({ decide: () => ({ outcome: 'unchanged' }) });
    expect(outcome).toEqual({ outcome: 'unchanged', loaded: { name: 'stored' } });
    expect(told.at(-1)).toBe('decide on stored as @sre');
  });
});

describe('the optimistic loop', () => {
  it('decides on what this process remembers and reads nothing for it', async () => {
    const { outcome, told } = await executed({ cached: { name: 'remembered' } });
    expect(outcome).toMatchObject({ outcome: 'committed', loaded: { name: 'remembered' } });
    expect(told).not.toContain('load');
  });

  it('refuses only on what is stored: what was remembered is looked up first', async () => {
    const decide = ({ name }: Stored) => (name === 'remembered' ? refused('wrong_state', 'no') : proposed);
    const { outcome, told } = await executed({ cached: { name: 'remembered' }, decide });
    expect(outcome).toMatchObject({ outcome: 'committed', loaded: { name: 'stored' } });
    expect(told.filter((line) => !line.startsWith('who'))).toEqual([
      'decide on remembered as @sre',
      'load',
      'decide on stored as @sre',
      `append at ${start} for req_1`,
    ]);
    const no = await executed({ cached: { name: 'remembered' }, decide: () => refused('wrong_state', 'no') });
    expect(no.outcome).toEqual(refused('wrong_state', 'no'));
    expect(no.told.filter((line) => line === 'load')).toHaveLength(1);
  });

  it('loads and decides again when another process was faster, and asks for the right once', async () => {
    const stored = [{ name: 'first' }, { name: 'second' }, { name: 'third' }];
    const { outcome, told } = await executed({ stored, appends: [conflict, conflict, appended] });
    expect(outcome).toMatchObject({ outcome: 'committed', loaded: { name: 'third' } });
    expect(told.filter((line) => line.startsWith('decide'))).toEqual(
      ['first', 'second', 'third'].map((name) => `decide on ${name} as @sre`),
    );
    expect(told.filter((line) => line.startsWith('who'))).toHaveLength(1);
  });

  it('says that it is gone when it has gone in the meantime', async () => {
    const { outcome } = await executed({ stored: [{ name: 'first' }, null], appends: [conflict] });
    expect(outcome).toEqual(refused('not_found', 'there is nothing'));
  });

  it('ends with a fault when every try is overtaken', async () => {
    await expect(executed({ appends: [conflict] })).rejects.toThrow('the stream changed under every one of 50 tries');
  });

  it('tells which key another run holds, and does not try again', async () => {
    const { outcome, told } = await executed({ appends: [{ outcome: 'locked', key: 'db-1' }] });
    expect(outcome).toEqual(refused('locked', 'another run is at work on db-1; try again when it has ended'));
    expect(told.filter((line) => line.startsWith('append'))).toHaveLength(1);
  });
});

describe('questions', () => {
  it('are answered with the names that gave the right, or a refusal', async () => {
    const parts = {
      access: Access.parse({ view: ['@sre', 'U0ANA'] }),
      runtime: { nowMs: () => 0 },
      clock: { settle: () => null },
      mutex: createKeyedMutex(),
      append: () => Promise.reject(new Error('nothing is appended')),
      around: intercept([]),
      sight: async () => true,
    };
    const ofAnas = createPipeline({ ...parts, directory: { belongsTo: async () => ['U0ANA'] } });
    expect(await ofAnas.authorised(anas, 'view', {})).toEqual({ ok: true, value: { belongsTo: ['U0ANA'] } });
    const ofNone = createPipeline({ ...parts, directory: { belongsTo: async () => [] } });
    expect(await ofNone.authorised(anas, 'view', {})).toMatchObject({ ok: false, error: { code: 'not_allowed' } });
    expect(await ofNone.authorised(systemPrincipal, 'bypass', {})).toEqual({ ok: true, value: { belongsTo: [] } });
  });
});

describe('two commands of one process about the same thing', () => {
  it('take turns, and the second is decided on what the first has left', async () => {
    let version = 1;
    const decidedOn: number[] = [];
    const pipeline = createPipeline({
      access: Access.parse({ order: 'everyone' }),
      directory: { belongsTo: async (_, names) => names },
      runtime: { nowMs: () => 0 },
      clock: { settle: () => null },
      mutex: createKeyedMutex(),
      async append() {
        version += 1;
        return appended;
      },
      around: intercept([]),
      sight: async () => true,
    });
    const command: Command<number> = {
      name: 'try',
      caller: { principal: anas, cause: 'req_1' },
      right: 'order',
      resourceOf: () => ({}),
      about: () => [],
      missing: '',
      load: async () => version,
      keyOf: () => 'same',
      decide(loaded) {
        decidedOn.push(loaded);
        return proposed;
      },
    };
    await Promise.all([1, 2, 3].map(() => pipeline.execute(command)));
    expect(decidedOn).toEqual([1, 2, 3]);
  });
});
