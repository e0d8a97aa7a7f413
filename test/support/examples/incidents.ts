// Two incidents whose postmortems are shown in docs/examples: what the demo does, and a large one. The real engine tells them, with a clock and ids that are given.
import type { Actor, StoredEvent } from '../../../src/core/events.ts';
import { addMs } from '../../../src/core/time.ts';
import { Scene } from '../../replay/scene.ts';
import { alertOf } from '../../replay/stories/alert.ts';

const ana: Actor = { kind: 'user', id: 'U0ANA', name: 'Ana Duarte' };
const ben: Actor = { kind: 'user', id: 'U0BEN', name: 'Ben Okafor' };
const cem: Actor = { kind: 'user', id: 'U0CEM', name: 'Cem Yildiz' };

const restart = (service: string, rest = '') =>
  `id: restart, name: Restart, uses: shell.run, with: { command: [servicectl, restart, ${service}] }, risk: high, approval: { from: ["@sre"], expiresIn: 15m }, timeout: 60s${rest}`;

/** All events of its first incident. */
const eventsOf = (scene: Scene): readonly StoredEvent[] => scene.tables.events.get(scene.incidentId) ?? [];

const said = (scene: Scene, author: Actor, ts: string, text: string) => ({
  channelId: 'C01',
  ts,
  saidAt: scene.at,
  author: { id: author.id, name: author.name ?? null },
  text,
  permalink: null,
  files: [],
  how: 'reaction' as const,
});

/** What `npm run demo` shows: an alert, a restart that is approved, a service that is up again. */
export async function demoIncident(): Promise<readonly StoredEvent[]> {
  const scene = new Scene();
  scene.book(
    'restart-service',
    [
      'id: snapshot, uses: http.request, with: { url: "http://127.0.0.1:8080/checkout-api/status" }',
      restart('checkout-api', ', needs: [snapshot]'),
      'id: verify, needs: [restart], uses: http.request, with: { url: "http://127.0.0.1:8080/checkout-api/health" }',
    ],
    'triggers: [ { source: alertmanager, when: "true" } ]\n',
  );
  const alert = alertOf('checkout-api', {
    ...{ title: '5xx rate of checkout-api over 5 %', startsAt: addMs(scene.at, -45_000), fingerprint: 'prod/8f2c41d0' },
    description: 'checkout-api answers one request in eight with an error',
  });
  await scene.deliver(alert);
  const run = scene.run('restart-service');
  await scene.succeed(run, 'snapshot', { status: 500 });
  await scene.later(108_000);
  await scene.decide('approve', scene.run('restart-service'), ana, 'the last deploy leaks connections');
  await scene.later(2500);
  await scene.succeed(scene.run('restart-service'), 'restart', { stdout: 'restarted' });
  await scene.succeed(scene.run('restart-service'), 'verify', { status: 200 });
  await scene.later(20_000);
  await scene.deliver({ ...alert, status: 'resolved', endsAt: scene.at });
  return eventsOf(scene);
}

/** One in which much goes wrong: a denied step, one that expires, one that is undone, several services, an hour and a half. */
export async function largeIncident(): Promise<readonly StoredEvent[]> {
  const scene = new Scene();
  publish(scene);
  const began = scene.at;
  await scene.later(210_000);
  const alert = (name: string, more = {}) => alertOf(name, { startsAt: began, groupKey: 'payments', ...more });
  const first = alert('checkout-api', {
    title: 'Checkout: error budget burns 14 times too fast',
    fingerprint: 'prod/c1d2',
    severity: 'error',
  });
  await scene.deliver(first);
  await scene.later(25_000);
  const others = ['payments-api', 'orders-worker', 'cart', 'ledger-db'].map((name, index) =>
    alert(name, {
      title: `${name}: queue of connections is full`,
      severity: 'error',
      startsAt: addMs(began, 60_000 * index),
    }),
  );
  await scene.deliver(...others);
  const { incidentId, operations } = scene;
  const as = (who: Actor) => ({ ...scene.caller(who), incidentId });
  await scene.ask(operations.acknowledge(as(ana)));
  await scene.ask(operations.assignRole({ ...as(ana), role: 'lead', user: 'U0ANA' }));
  await scene.ask(operations.assignRole({ ...as(ana), role: 'communications', user: 'U0CEM' }));
  await scene.later(60_000);
  await scene.ask(operations.setSeverity({ ...as(ana), severity: 1, reason: 'customers cannot pay' }));
  await scene.ask(
    operations.giveUpdate({
      ...as(cem),
      text: 'Payments fail for some customers since 00:00 UTC. We are working on it; next update in 30 minutes.',
    }),
  );
  await theRestart(scene, as);
  await theFailover(scene, as);
  await thePool(scene, as);
  await scene.later(180_000);
  await scene.deliver(...others.map((one) => ({ ...one, status: 'resolved' as const, endsAt: scene.at })));
  await scene.ask(operations.mitigate({ ...as(ana), reason: 'payments succeed again; the backlog drains' }));
  await scene.ask(
    operations.giveUpdate({ ...as(cem), text: 'Payments work again. Orders that were held are being sent out.' }),
  );
  await scene.later(14 * 60_000);
  await scene.deliver({ ...first, status: 'resolved', endsAt: scene.at });
  await scene.later(3 * 3_600_000);
  await whatPeopleWrote(scene, as);
  return eventsOf(scene);
}

type As = (who: Actor) => ReturnType<Scene['caller']> & { readonly incidentId: string };

function publish(scene: Scene): void {
  scene.book('restart-service', [
    'id: snapshot, uses: http.request, with: { url: "https://checkout.internal.example.com/status" }',
    restart('checkout-api', ', needs: [snapshot]'),
  ]);
  scene.book('fail-over-database', [
    'id: lag, uses: http.request, with: { url: "https://ledger-db.internal.example.com/replication" }',
    'id: switch, needs: [lag], uses: shell.run, with: { command: [dbctl, promote, ledger-db-2] }, risk: high, approval: { from: ["@sre"], expiresIn: 10m }, compensate: { uses: shell.run, with: { command: [dbctl, promote, ledger-db-1] } }',
    'id: warm, needs: [switch], uses: shell.run, with: { command: [dbctl, warm, ledger-db-2] }, retry: { maxAttempts: 3, baseDelay: 20s, maxDelay: 20s, on: [transient] }, onFailure: compensate',
  ]);
  scene.book('widen-pool', [
    'id: widen, uses: shell.run, with: { command: [poolctl, set, payments, "400"] }, risk: high, approval: { from: ["@sre"], expiresIn: 15m }, compensate: { uses: shell.run, with: { command: [poolctl, set, payments, "200"] } }',
    'id: check, needs: [widen], uses: http.request, with: { url: "https://payments.internal.example.com/health" }',
  ]);
}

/** A restart that nobody answers in time, and that helps nothing when it is done. */
async function theRestart(scene: Scene, as: As): Promise<void> {
  const { operations } = scene;
  await scene.ask(
    operations.startRun({ ...as(ben), playbook: 'restart-service', inputs: {}, reason: 'the usual remedy' }),
  );
  await scene.succeed(scene.run('restart-service'), 'snapshot', { status: 503 });
  await scene.later(4 * 60_000);
  await scene.ask(
    operations.keepMessage({
      ...as(ana),
      message: said(
        scene,
        ben,
        '1772323500.0001',
        'the pods are fine, it is the connections: 200 of 200 in use since midnight',
      ),
    }),
  );
  await scene.later(12 * 60_000);
  await scene.ask(
    operations.note({ ...as(ana), text: 'The nightly reconciliation job was moved from 02:00 to 00:00 yesterday.' }),
  );
}

/** A fail-over that is denied first, then approved, and undone. */
async function theFailover(scene: Scene, as: As): Promise<void> {
  const { operations } = scene;
  const start = () =>
    scene.ask(
      operations.startRun({
        ...as(ben),
        playbook: 'fail-over-database',
        inputs: {},
        reason: 'the database looks saturated',
      }),
    );
  await start();
  await scene.succeed(scene.run('fail-over-database'), 'lag', { seconds: 41 });
  await scene.later(90_000);
  await scene.decide(
    'deny',
    scene.run('fail-over-database'),
    ana,
    'the replica lags 41 s behind: we would lose payments',
  );
  await scene.later(11 * 60_000);
  await start();
  await scene.succeed(scene.run('fail-over-database'), 'lag', { seconds: 0 });
  await scene.attend(scene.run('fail-over-database'), ana, {
    order: 'question',
    question: 'is the replica sized like the primary?',
  });
  await scene.later(6 * 60_000);
  await scene.decide('approve', scene.run('fail-over-database'), ana);
  await scene.succeed(scene.run('fail-over-database'), 'switch', { stdout: 'promoted' });
  await scene.fail(scene.run('fail-over-database'), 'warm', 'transient');
  await scene.later(21_000);
  await scene.fail(scene.run('fail-over-database'), 'warm', 'transient');
  await scene.later(21_000);
  await scene.fail(scene.run('fail-over-database'), 'warm', 'invalid');
  await scene.later(2000);
  await scene.succeed(scene.run('fail-over-database'), 'switch~undo', { stdout: 'promoted' });
}

/** The pool is widened, after seven minutes of waiting for somebody who may say yes. */
async function thePool(scene: Scene, as: As): Promise<void> {
  const { operations } = scene;
  await scene.later(3 * 60_000);
  await scene.ask(
    operations.keepMessage({
      ...as(ana),
      message: said(scene, cem, '1772326500.0001', 'support counts 1,140 failed payments so far'),
    }),
  );
  await scene.ask(
    operations.startRun({
      ...as(ben),
      playbook: 'widen-pool',
      inputs: {},
      reason: 'the reconciliation holds 160 of 200 connections',
    }),
  );
  await scene.later(7 * 60_000);
  await scene.decide('approve', scene.run('widen-pool'), ana);
  await scene.succeed(scene.run('widen-pool'), 'widen', { stdout: '400' });
  await scene.succeed(scene.run('widen-pool'), 'check', { status: 200 });
}

async function whatPeopleWrote(scene: Scene, as: As): Promise<void> {
  const { operations, incidentId } = scene;
  const seqOf = (type: string, nth = 0) => eventsOf(scene).filter((event) => event.type === type)[nth]?.seq ?? 1;
  const ref = (type: string, nth = 0) => ({ stream: incidentId, seq: seqOf(type, nth) });
  const sections = {
    summary:
      'On the night of 1 March a share of our customers could not pay for about an hour. The pool of database connections of the payments service was used up by the nightly reconciliation, which had been moved to midnight the day before and met the peak of the month’s first orders.\n\nWe first wanted to restart, and then failed over to the second database and back. Neither could have helped: both assumed that a machine was ill. Payments worked again two minutes after the pool was widened. No payment was lost or taken twice; 1,140 were refused and most customers tried again.\n\nThe reconciliation has a pool of its own since then, and a full pool now pages us by itself.',
    impact: {
      who: 'About 900 customers who tried to pay; support had 130 contacts.',
      what: '1,140 payments were refused (some 22 % of those that were tried). Orders of others were held back and sent out later. Nothing was lost or charged twice.',
      measured:
        'Refused payments by the payments service’s own counter; contacts by the support desk; the error budget of checkout for the month is used up by 61 %.',
    },
    factors: [
      {
        type: 'configuration' as const,
        text: 'The reconciliation and live payments shared one pool of 200 connections, without a share for either.',
        refs: [ref('chat.kept')],
      },
      {
        type: 'change' as const,
        text: 'The reconciliation was moved from 02:00 to 00:00 without a look at what else runs then; the schedule is not part of any review.',
        refs: [ref('note.added')],
      },
      {
        type: 'monitoring' as const,
        text: 'No alert told of the pool: it was full for three minutes before the error budget said so.',
        refs: [ref('alert.received')],
      },
      {
        type: 'procedure' as const,
        text: 'At night one single group may approve, and the first request expired while all of it was in the call.',
        refs: [ref('approval.requested'), ref('approval.expired')],
      },
    ],
    surprise:
      'We took the pool for a limit that protects the database, and never for something that two of our own programs compete for. The dashboards show the database, which was bored.',
    followUps: 'Two of these were done the same day. The rest is planned with the platform team for this month.',
  };
  await scene.ask(operations.editPostmortem({ ...as(ana), expectedVersion: 0, sections }));
  const items = [
    {
      text: 'Give the reconciliation a pool of its own, of 40 connections',
      owner: 'U0BEN',
      due: '2026-03-02',
      factor: 'f1',
      verify: 'a run at peak hour in the load test leaves payments untouched',
    },
    {
      text: 'Alert on a pool that is full for 30 s',
      owner: 'U0BEN',
      due: '2026-03-04',
      factor: 'f3',
      verify: 'the drill of 12 March sets it off',
    },
    {
      text: 'Have changes of schedules reviewed like changes of code',
      owner: 'U0ANA',
      due: '2026-03-20',
      factor: 'f2',
      verify: 'the next change of a schedule has a review',
    },
    {
      text: 'A second group that may approve at night',
      owner: 'U0CEM',
      due: '2026-03-13',
      factor: 'f4',
      verify: 'time to approve at night under 3 minutes in the next two incidents',
    },
  ];
  for (const item of items) await scene.ask(operations.addActionItem({ ...as(ana), ...item }));
  await scene.ask(operations.endActionItem({ ...as(ben), id: '1-1', outcome: 'done', reason: 'deployed at 09:40' }));
  await scene.ask(operations.setPostmortemStatus({ ...as(ana), to: 'in_review', reviewers: ['U0CEM'] }));
  await scene.later(3_600_000);
  const { postmortem } = scene.tables.incidents.get(incidentId)?.incident ?? {};
  const expectedVersion = postmortem?.version ?? 0;
  await scene.ask(operations.reviewPostmortem({ ...as(cem), verdict: 'approves', expectedVersion }));
  await scene.ask(operations.setPostmortemStatus({ ...as(ana), to: 'reviewed' }));
}
