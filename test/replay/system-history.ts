// What a history of the system stream is: the recorded stream and the state that it leads to. Makes one from a story.
import { z } from 'zod';
import { JsonValue } from '../../src/core/alert/alert.ts';
import type { Right } from '../../src/core/authority/right.ts';
import { StoredEvent } from '../../src/core/events.ts';
import type { Json } from '../../src/core/json.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { systemStreamId } from '../../src/core/system/events.ts';
import { ana, ben, playbook, Story } from '../support/given/given.ts';
import { policy, rulebook } from '../support/given/rules.ts';
import { countedRuns } from '../support/given/slo.ts';
import { Authenticator } from '../support/step-up/authenticator.ts';
import { onPage, site } from '../support/step-up/world.ts';
import { SystemScene } from './system-scene.ts';

/** The file. The state is plain JSON: what it holds is what the version that wrote it knew of. */
export const SystemHistory = z.strictObject({
  /** The version that wrote it. */
  firebreak: z.string(),
  about: z.string(),
  events: z.array(StoredEvent.strict()).min(1),
  end: z.strictObject({ state: z.record(z.string(), JsonValue) }),
});
export type SystemHistory = z.infer<typeof SystemHistory>;

/** A story of the system stream. */
type SystemStory = {
  readonly name: string;
  readonly about: string;
  readonly tell: (scene: SystemScene) => Promise<void>;
};

const day = 24 * 60 * 60_000;

/** Silences and windows of people and of the file, told from begin to end. */
async function tellMutes(scene: SystemScene): Promise<void> {
  const { operations } = scene;
  const asked = { ...scene.caller(ana), reason: 'deploy' };
  const minute = 60_000;
  const silence = (endsAt: string, startsAt?: string) =>
    scene.ask(
      operations.createSilence({ ...asked, sets: [{ service: 'checkout', match: ['env="prod"'] }], startsAt, endsAt }),
    );
  const window = (name: string, times: { [name: string]: Json }) =>
    scene.ask(operations.createWindow({ ...asked, window: { name, reason: 'patches', mode: 'quiet', ...times } }));
  await silence(scene.in(5 * minute));
  await silence(scene.in(90 * day), scene.in(2 * minute));
  const { id } = await silence(scene.in(day));
  await scene.ask(operations.expireSilence({ ...scene.caller(ben), id, reason: 'it is done' }));
  await window('move', { where: { service: 'db' }, startsAt: scene.in(minute), endsAt: scene.in(9 * minute) });
  await window('nightly', {
    during: [{ times: [{ start: '02:00', end: '04:00' }], location: 'Europe/Berlin' }],
    until: scene.in(2 * day),
  });
  await window('never', { startsAt: scene.in(day), endsAt: scene.in(2 * day) });
  await scene.ask(operations.removeWindow({ ...scene.caller(ben), name: 'never' }));
  for (let n = 0; n < 12; n++) {
    await scene.engine.reconcile();
    scene.world.ms += n < 6 ? 2 * minute : 7 * 60 * minute;
  }
  scene.world.ms += 40 * day;
  await scene.engine.reconcile();
}

/** Passkeys are registered, one waits and is confirmed by somebody else, and one is revoked. */
async function tellPasskeys(scene: SystemScene): Promise<void> {
  const { operations } = scene.world.engine({ people: { ana: {} }, stepUp: { roles: [], site, page: null } });
  const register = async (key: Authenticator, provider: 'oidc' | 'slack') => {
    const principal = onPage(ana.id, scene.in(0), provider);
    const { nonce, challenge } = await scene.ask(operations.beginPasskey({ principal }));
    const made = { name: 'key', nonce, ...key.made(challenge) };
    await scene.ask(operations.registerPasskey({ principal, cause: 'cmd_story', ...made }));
  };
  const [first, second] = [new Authenticator(site, { seed: 'one' }), new Authenticator(site, { seed: 'two' })];
  await register(first, 'oidc');
  await register(second, 'slack');
  const { credentialId } = second;
  await scene.ask(operations.confirmPasskey({ ...scene.caller(ben), credentialId }));
  const lost = { credentialId: first.credentialId, reason: 'lost on a train' };
  await scene.ask(operations.revokePasskey({ ...scene.caller(ben), ...lost }));
  await scene.ask(operations.revokePasskey({ ...scene.caller(ana), credentialId }));
}

/** A playbook that fails one run in three, gets better, and is taken away. */
async function tellSlos(scene: SystemScene): Promise<void> {
  const runs = { good: 20, bad: 10 };
  const sloTallies = countedRuns(() => runs);
  const engine = scene.world.engine({ people: { ana: {} } }, { sloTallies });
  await engine.watchSlo();
  scene.world.ms += 5 * 60_000;
  await engine.watchSlo();
  Object.assign(runs, { good: 90_000, bad: 10 });
  scene.world.ms += day;
  await engine.watchSlo();
  Object.assign(runs, { good: 20, bad: 10 });
  scene.world.ms += day;
  await engine.watchSlo();
  scene.world.books.delete('restart');
  scene.world.ms += day;
  await engine.watchSlo();
}

/** A playbook that fails one run in three, ends well twenty times while people are asked, and fails its drill. */
async function tellTrust(scene: SystemScene): Promise<void> {
  const run = new Story(playbook('  - { id: a, uses: assert, with: { that: true } }')).state;
  const trigger = { type: 'alert' as const, fingerprint: 'f', source: 's', receipt: 'dlv_1' };
  const clean: readonly RunState[] = Array(20).fill({ ...run, trigger, status: 'succeeded' });
  const failed = (): RunState => ({
    ...run,
    playbook: { ...run.playbook, name: 'restart' },
    drill: { undoingSince: null, outcome: 'failed', endedAt: scene.in(0), reason: 'it broke', undone: [] },
  });
  let drills: readonly RunState[] = [];
  const engine = scene.world.engine(
    { people: { ana: {} } },
    {
      sloTallies: countedRuns(() => ({ good: 20, bad: 10 })),
      trustReads: {
        reads: {
          marks: async () => new Map([['restart', `${drills.length} drills`]]),
          drills: async () => drills,
          ended: async () => clean,
        },
        history: { list: async () => [], find: async () => null },
      },
    },
  );
  const order = (type: 'lower_trust' | 'raise_trust' | 'review_playbook') =>
    scene.ask(engine.operations.orderTrust({ ...scene.caller(ana), type, playbook: 'restart', reason: 'we looked' }));
  const later = async (): Promise<void> => {
    scene.world.ms += 60_000;
    await engine.watchTrust();
  };
  await engine.watchSlo();
  await later();
  await later();
  await order('raise_trust');
  scene.world.ms += 60_000;
  drills = [failed()];
  await later();
  await order('raise_trust');
  await order('lower_trust');
  await order('review_playbook');
}

/** What leaked into a note, and into a halt itself, is taken out. */
async function tellRedactions(scene: SystemScene): Promise<void> {
  const { operations } = scene;
  const { id: streamId } = await scene.ask(
    operations.declare({ ...scene.caller(ana), title: 'nobody can pay', severity: 2 }),
  );
  await scene.ask(operations.note({ ...scene.caller(ana), incidentId: streamId, text: 'the key is 4711-4711' }));
  await scene.ask(operations.halt({ ...scene.caller(ana), scope: '*', reason: 'the key is 4711-4711' }));
  const because = { ...scene.caller(ben), reason: 'it leaked' };
  const event = { type: 'event' as const, streamId, seq: 2, text: '4711-4711' };
  await scene.ask(operations.redact({ ...because, where: event }));
  await scene.ask(operations.redact({ ...because, where: { ...event, text: undefined, path: '/text' } }));
  await scene.ask(operations.redact({ ...because, where: { ...event, streamId: 'system', seq: 1 } }));
  const evidence = { content: Buffer.from('a key'), type: 'text/plain', cutBytes: 0 };
  const { digest } = await scene.artifacts.put({ name: 'key.txt', incidentId: streamId, evidence });
  await scene.ask(operations.redact({ ...because, where: { type: 'evidence', digest } }));
  // The history is of the system stream alone.
  scene.world.tables.events.delete(streamId);
}

/** A schedule that asks: a slot on time, a crash before its run, one that cannot start, slots that are missed, another version, and none. */
async function tellSchedules(scene: SystemScene): Promise<void> {
  const { world } = scene;
  const hour = 60 * 60_000;
  const minute = 60_000;
  const publish = (version: string, schedule: string) =>
    world.publish({
      ...playbook('  - { id: a, uses: assert, with: { that: true } }', `schedule:\n${schedule}`),
      name: 'nightly',
      version,
    });
  /** A process comes, and looks after each of these times. */
  async function looks(...afterMs: readonly number[]): Promise<void> {
    const engine = world.engine();
    for (const ms of afterMs) {
      world.ms += ms;
      await engine.lookAtSchedules();
    }
  }
  publish(
    '1.0.0',
    '  - { name: hourly, cron: "0 * * * *", timezone: Europe/Berlin, catchUp: latest, approval: { from: ["@sre"] } }\n',
  );
  await looks(minute, hour, 2 * minute);
  const asked = [...world.tables.runs.values()].find(({ state }) => state.status === 'running')?.state;
  const open = Object.values(asked?.approvals ?? {})[0];
  const approve = { approvalId: open?.id ?? '', decision: 'approve' as const, planDigest: open?.planDigest ?? '' };
  await scene.ask(scene.operations.decideApproval({ ...scene.caller(ana), ...approve }));
  await scene.ask(scene.operations.orderRun({ ...scene.caller(ana), runId: asked?.runId ?? '', order: 'cancel' }));
  await looks(3 * hour);
  publish('2.0.0', '  - { name: hourly, cron: "0 * * * *", timezone: Europe/Berlin, catchUp: skip }\n');
  await looks(hour, minute);
  publish('3.0.0', '  - { name: weekdays, cron: "0 * * * 0-6" }\n');
  world.versions.clear();
  await looks(hour, 56 * minute);
  world.books.clear();
  await looks(hour);
  for (const id of [...world.tables.events.keys()]) if (id !== systemStreamId) world.tables.events.delete(id);
}

/** Every story of the system stream. A new event type of it needs a story here. */
export const systemStories: readonly SystemStory[] = [
  {
    name: 'redactions',
    about:
      'A text is taken out of a note, then all of it; out of the system stream itself; the content out of evidence.',
    tell: tellRedactions,
  },
  {
    name: 'switches',
    about: 'A halt older than the record is taken over; people halt, halt anew, release with and without a reason.',
    async tell(scene) {
      const { operations } = scene;
      const engaged = { scope: '*', by: ben, reason: 'the core network', at: scene.in(-day) };
      scene.world.tables.switches.set('*', engaged);
      await scene.engine.takeOverSwitches();
      await scene.ask(operations.halt({ ...scene.caller(ana), scope: 'restart', reason: 'it loops' }));
      await scene.ask(operations.halt({ ...scene.caller(ben), scope: 'restart', reason: 'it still loops' }));
      await scene.ask(operations.release({ ...scene.caller(ana), scope: '*' }));
      await scene.ask(operations.release({ ...scene.caller(ana), scope: 'restart', reason: 'fixed in 1.2' }));
      await scene.ask(operations.halt({ ...scene.caller(ana), scope: '*', reason: 'once more' }));
    },
  },
  {
    name: 'tokens',
    about: 'Tokens with and without rights and owner; one is revoked and made anew, one has expired and is made anew.',
    async tell(scene) {
      const { operations } = scene;
      const make = (name: string, rights: readonly Right[], forMs: number, owner?: string) =>
        scene.ask(
          operations.createToken({
            ...scene.caller(ana),
            name,
            rights,
            expiresAt: scene.in(forMs),
            ...(owner === undefined ? {} : { owner }),
          }),
        );
      const revoke = (name: string, reason?: string) =>
        scene.ask(operations.revokeToken({ ...scene.caller(ben), name, ...(reason === undefined ? {} : { reason }) }));
      await make('ci', ['view', 'start', 'order'], 30 * day, 'ana');
      await make('wall-screen', ['view'], day);
      await make('robot', [], 365 * day);
      await revoke('ci', 'it stood in a log');
      await make('ci', ['view'], 30 * day);
      scene.world.ms += 2 * day;
      await make('wall-screen', ['view', 'respond', 'operate', 'design', 'administer'], day);
      await revoke('robot');
    },
  },
  {
    name: 'restores',
    about: 'A database that went back in time is accepted: once with a checkpoint left, once with none.',
    async tell(scene) {
      for (const [number, kept] of [
        [7, 5],
        [9, null],
      ] as const)
        await scene.ask(
          scene.lacking(number, kept).acceptRestore({ ...scene.caller(ana), reason: `the disk failed at ${number}` }),
        );
    },
  },
  {
    name: 'archives',
    about: 'Incidents leave for archives: one with alerts and a reason, one with neither.',
    async tell(scene) {
      const { operations } = scene;
      await scene.ask(operations.halt({ ...scene.caller(ben), scope: '*', reason: 'while we archive' }));
      await scene.archive(['f1', 'f2'], 'the year is over');
      await scene.archive([]);
    },
  },
  {
    name: 'deliveries',
    about: 'Dead deliveries are replayed, with a reason and without.',
    async tell(scene) {
      const { deliveries } = scene.world;
      await scene.ask(scene.operations.halt({ ...scene.caller(ben), scope: '*', reason: 'until they are dealt with' }));
      const about = { source: 'generic', integration: 'deploys', headers: {}, fault: 'sender' as const };
      for (const reason of ['the mapping is mended', undefined]) {
        const dead = { ...about, body: Buffer.from('[]'), error: 'fingerprint gives nothing' };
        const { receipt } = await deliveries.keepDead(dead);
        await scene.ask(scene.operations.replayDelivery({ ...scene.caller(ana), receipt, reason }));
      }
    },
  },
  {
    name: 'slos',
    about:
      'Error budgets of a playbook and of Firebreak as a whole are used up; one is whole again, one is promised no more.',
    tell: tellSlos,
  },
  {
    name: 'trust',
    about:
      'A playbook loses trust by its error budget and by people, shows itself worthy of more, is raised, loses it by a failed drill, and is reviewed.',
    tell: tellTrust,
  },
  {
    name: 'passkeys',
    about:
      'Passkeys are registered, one after a sign-in with Slack; that one is confirmed by somebody else, and both are revoked.',
    tell: tellPasskeys,
  },
  {
    name: 'rules',
    about: 'Policies come into force, change, and refuse a change of them.',
    async tell({ engine }) {
      const guard =
        '  - { id: guard, at: policyChange, when: change.removed.size() > 0, effect: { deny: nothing is taken away } }';
      await engine.takeOverRules(rulebook([policy(guard, { name: 'guard' })]), 'the folder of policies');
      const more = rulebook([policy(guard, { name: 'guard' }), policy('  - { id: a, effect: { note: x } }')]);
      await engine.takeOverRules(more, 'the folder of policies');
      await engine.takeOverRules(rulebook([]), 'the folder of policies');
    },
  },
  {
    name: 'mutes',
    about: 'Silences and windows begin and end by themselves and by people; one looks forgotten.',
    tell: tellMutes,
  },
  {
    name: 'schedules',
    about:
      'A schedule starts, asks, is caught up, misses slots, changes and is taken away; one slot cannot be started.',
    tell: tellSchedules,
  },
];

/** Tells a story from its beginning; the same code gives the same history. */
export async function recordSystem(story: SystemStory, version: string): Promise<SystemHistory> {
  const scene = new SystemScene();
  await story.tell(scene);
  const { events, system } = scene.world.tables;
  if (events.size !== 1) throw new Error(`the story ${story.name} writes ${events.size} streams, not one`);
  const history = {
    firebreak: version,
    about: story.about,
    events: events.get(systemStreamId),
    end: { state: system?.state },
  };
  // Through JSON, as in a database: members that are undefined do not exist.
  return SystemHistory.parse(JSON.parse(JSON.stringify(history)));
}
