// What hangs around commands, steps and appends: each interceptor alone, and all of them in their order.

import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { systemPrincipal } from '../../src/core/authority/principal.ts';
import type { TimelineEvent } from '../../src/core/events.ts';
import type { FaultPoint } from '../../src/engine/fault-points.ts';
import { nudgeFeed } from '../../src/engine/interceptors/change-feed.ts';
import { faultPointsAround } from '../../src/engine/interceptors/fault-points.ts';
import { type Interceptor, intercept } from '../../src/engine/interceptors/interceptor.ts';
import { countWork } from '../../src/engine/interceptors/metrics.ts';
import { logRefusals } from '../../src/engine/interceptors/refusals.ts';
import { wakeNotifier } from '../../src/engine/interceptors/slack-notifier.ts';
import { horizonMs, wakeRuns } from '../../src/engine/interceptors/wake-runs.ts';
import { type Outcome, refused } from '../../src/engine/outcome.ts';
import type { Attempt, AttemptResult } from '../../src/engine/runs/run-step.ts';
import { createStepAbort } from '../../src/engine/runs/step-abort.ts';
import type { Appended, IncidentChange } from '../../src/ports/ledger.ts';
import { changeFrom } from '../support/engine/append-events.ts';
import { ana, playbook, Story, start } from '../support/given/given.ts';
import { lastingHold } from '../support/given/hold.ts';
import { opened, stateOf } from '../support/given/incident.ts';
import { silentMetrics } from '../support/given/metrics.ts';
import { principalOf } from '../support/given/principals.ts';

const before = { incident: stateOf('inc_1', opened), head: { version: 1, hash: '00' } };
const book = playbook('  - { id: a, uses: shell.run, with: { command: [/bin/true] } }');
const changeOf = (...events: readonly TimelineEvent[]): IncidentChange =>
  changeFrom({ incidentId: 'inc_1', before, events: events.map((event) => ({ ...event, actor: ana })), at: start });
const note: TimelineEvent = { type: 'note.added', data: { text: 'x' } };
const noted = changeOf(note);

const attempt: Attempt = {
  playbook: book,
  run: new Story(book).state,
  step: 'a',
  attempt: 1,
  idempotencyKey: 'key',
  channelId: null,
  abort: createStepAbort(),
  hold: lastingHold,
  acted: async () => undefined,
};
const succeeded: AttemptResult = { outcome: 'succeeded', output: null, artifacts: [], uncaptured: [] };
const failed: AttemptResult = {
  outcome: 'failed',
  error: { class: 'invalid', code: 'x', message: 'x' },
  artifacts: [],
  uncaptured: [],
};
const unchanged: Outcome<string> = { outcome: 'unchanged', loaded: 'x' };
const command = { name: 'retry', caller: { principal: principalOf(ana), cause: 'req_1' }, right: 'order' as const };

/** Appends inside one interceptor. */
const appendIn = (interceptor: Interceptor, changes: readonly IncidentChange[], appended: Appended) =>
  intercept([interceptor]).append(changes, async () => appended);

/** An interceptor that tells when it is entered and left. */
const telling = (name: string, told: string[]): Interceptor => {
  const around = async <T>(what: string, next: () => Promise<T>): Promise<T> => {
    told.push(`${name} ${what}`);
    const answer = await next();
    told.push(`${what} ${name}`);
    return answer;
  };
  return {
    name,
    command: (_, next) => around('command', next),
    step: (given, next) => around('step', () => next({ ...given, idempotencyKey: `${given.idempotencyKey} ${name}` })),
    append: (_, next) => around('append', next),
  };
};

describe('interceptors', () => {
  it.each(['command', 'step', 'append'] as const)('are entered once around a %s, the first outermost', async (what) => {
    const told: string[] = [];
    const around = intercept([telling('a', told), { name: 'idle' }, telling('b', told)]);
    const within = async <T>(answer: T): Promise<T> => {
      told.push('within');
      return answer;
    };
    const answers = {
      command: () => around.command(command, () => within(unchanged)),
      step: () => around.step(attempt, () => within(succeeded)),
      append: () => around.append([noted], () => within('appended' as const)),
    };
    const expected = { command: unchanged, step: succeeded, append: 'appended' };
    expect(await answers[what]()).toEqual(expected[what]);
    expect(told).toEqual([`a ${what}`, `b ${what}`, 'within', `${what} b`, `${what} a`]);
  });

  it('may change the attempt that those within see', async () => {
    const around = intercept([telling('a', []), telling('b', [])]);
    const seen: string[] = [];
    await around.step(attempt, async ({ idempotencyKey }) => {
      seen.push(idempotencyKey);
      return succeeded;
    });
    expect(seen).toEqual(['key a b']);
  });

  it('are nothing where there are none', async () => {
    expect(await intercept([]).command(command, async () => unchanged)).toEqual(unchanged);
  });
});

describe('the log of refusals', () => {
  const lines: string[] = [];
  const interceptor = logRefusals(
    pino({ base: null, timestamp: false }, { write: (line: string) => lines.push(line) }),
  );
  const log = async (
    caller: Parameters<NonNullable<Interceptor['command']>>[0]['caller'],
    outcome: Outcome<string>,
  ) => {
    lines.splice(0);
    await intercept([interceptor]).command({ ...command, caller }, async () => outcome);
    return lines.map((line) => JSON.parse(line));
  };
  const refusal = refused('not_allowed', 'only @sre may');

  it('has who was refused what, and why', async () => {
    expect(await log(command.caller, refusal)).toEqual([
      {
        level: 40,
        command: 'retry',
        right: 'order',
        by: 'ana',
        cause: 'req_1',
        code: 'not_allowed',
        reason: 'only @sre may',
        msg: 'refused',
      },
    ]);
    const token = { type: 'token' as const, name: 'ci', rights: [], owner: null, via: 'api' as const };
    expect(await log({ principal: token, cause: 'req_2' }, refusal)).toMatchObject([{ by: 'token:ci' }]);
  });

  it('has neither what was done nor what Firebreak refused itself', async () => {
    expect(await log(command.caller, unchanged)).toEqual([]);
    expect(await log({ principal: systemPrincipal, cause: 'wake' }, refusal)).toEqual([]);
  });
});

describe('after an append', () => {
  /** What an interceptor did, for each way in which an append may end. */
  const forEach = async (make: (told: string[]) => Interceptor) => {
    const did: { [appended: string]: readonly string[] } = {};
    for (const appended of ['appended', 'conflict', 'locked'] as const) {
      const told: string[] = [];
      expect(await appendIn(make(told), [noted, changeOf(note, note)], appended)).toBe(appended);
      did[appended] = told;
    }
    return did;
  };

  it('the events that became durable are counted, and no others', async () => {
    const did = await forEach((told) =>
      countWork({
        metrics: { ...silentMetrics, countChange: ({ events }) => told.push(events.map(({ type }) => type).join()) },
        runtime: { monotonicMs: () => 0 },
        pool: 'default',
      }),
    );
    expect(did).toEqual({ appended: ['note.added', 'note.added,note.added'], conflict: [], locked: [] });
  });

  it('the change feed is told once', async () => {
    const did = await forEach((told) => nudgeFeed(() => told.push('nudged')));
    expect(did).toEqual({ appended: ['nudged'], conflict: [], locked: [] });
  });

  it('the Slack notifier is woken for each incident and its version', async () => {
    const did = await forEach((told) => wakeNotifier({ wakeNotifier: (id, version) => told.push(`${id} ${version}`) }));
    expect(did).toEqual({ appended: ['inc_1 2', 'inc_1 3'], conflict: [], locked: [] });
  });
});

describe('fault points', () => {
  const { runId } = attempt.run;
  const stepDone: TimelineEvent = { type: 'run.paused', data: { runId } };
  const reachedBy = async (use: (interceptor: Interceptor) => Promise<unknown>): Promise<FaultPoint[]> => {
    const reached: FaultPoint[] = [];
    await use(faultPointsAround((point) => reached.push(point)));
    return reached;
  };
  const acted: TimelineEvent = { type: 'step.acted', data: { runId, step: 'a', attempt: 1, output: null } };
  const withRun = changeFrom({
    incidentId: 'inc_1',
    before,
    runs: [attempt.run],
    playbooks: [book],
    events: [acted, stepDone].map((event) => ({ ...event, actor: ana })),
    at: start,
  });

  it('lie after events that are durable, and after nothing else', async () => {
    expect(await reachedBy((interceptor) => appendIn(interceptor, [withRun, noted], 'appended'))).toEqual([
      'step.acted',
    ]);
    expect(await reachedBy((interceptor) => appendIn(interceptor, [withRun], 'conflict'))).toEqual([]);
  });

  const performed = (step: string, within: (given: Attempt) => Promise<AttemptResult>) =>
    reachedBy((interceptor) => intercept([interceptor]).step({ ...attempt, step }, within));

  it('lie before an attempt and after its action', async () => {
    expect(await performed('a', async () => succeeded)).toEqual(['step.started', 'action.done']);
    expect(await performed('a', async () => failed)).toEqual(['step.started']);
    expect(await performed('a~undo', async () => failed)).toEqual(['step.started', 'compensation.started']);
  });

  it('lie once after an action that is verified later, before that is written down', async () => {
    const verified = async (given: Attempt) => {
      await given.acted('done');
      return succeeded;
    };
    expect(await performed('a', verified)).toEqual(['step.started', 'action.done']);
  });
});

describe('the wake-up rule', () => {
  const { run } = attempt;
  const soon = new Date(Date.parse(start) + 5000).toISOString();
  const snapshot = (wakeAt: string | null, state = run) => ({ state, wakeAt, pools: ['gpu'] });
  const woken = async (runs: IncidentChange['runs'], appended: Appended = 'appended') => {
    const told: string[] = [];
    const lines: string[] = [];
    const interceptor = wakeRuns({
      driver: () => ({ term: () => 1, follow: ({ head }) => told.push(`follow ${head.version}`) }),
      dispatcher: () => ({
        async notifyDependents({ runId, status }) {
          told.push(`notify ${runId === run.runId} ${status}`);
          throw new Error('not now');
        },
      }),
      wakeups: {
        async wakeRun({ version, pools, severity }, delayMs) {
          told.push(`wake ${version} ${pools.join()} severity ${severity} in ${delayMs}`);
        },
      },
      runtime: { nowMs: () => Date.parse(start) },
      log: pino({}, { write: (line: string) => lines.push(line) }),
      worker: 'wrk_1',
    });
    await appendIn(interceptor, [{ ...noted, runs }], appended);
    return { told, lines };
  };

  it('begins what was started for this worker, tells dependent runs, and gives what is due soon a job', async () => {
    const { told } = await woken([snapshot(soon)]);
    expect(told).toEqual(['follow 2', 'notify true running', 'wake 2 gpu severity 2 in 5000']);
  });

  it('wakes what is overdue at once', async () => {
    const { told } = await woken([snapshot('2020-01-01T00:00:00.000Z')]);
    expect(told).toContain('wake 2 gpu severity 2 in 0');
  });

  it('leaves what is due later, or never, to the reconciler', async () => {
    const later = new Date(Date.parse(start) + horizonMs + 1).toISOString();
    for (const wakeAt of [null, later]) {
      const { told } = await woken([snapshot(wakeAt)]);
      expect(told).toEqual(['follow 2', 'notify true running']);
    }
  });

  it('gives no job to a run of which this worker performs a step: it is looked at when that step ends', async () => {
    const story = new Story(book);
    story.when({ type: 'advance' }, { worker: 'wrk_1' });
    expect((await woken([snapshot(soon, story.state)])).told).toHaveLength(2);
    const elsewhere = new Story(book);
    elsewhere.when({ type: 'advance' }, { worker: 'wrk_2' });
    expect((await woken([snapshot(soon, elsewhere.state)])).told).toHaveLength(3);
  });

  it('does nothing about what was not appended', async () => {
    expect((await woken([snapshot(soon)], 'conflict')).told).toEqual([]);
  });

  it('keeps in the log that another run could not be told, and fails nothing', async () => {
    const { lines } = await woken([snapshot(null)]);
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
      'another run could not be told; the reconciler will find it',
    ]);
  });
});
