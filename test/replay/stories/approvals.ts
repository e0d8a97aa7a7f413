// Every way in which a request for a decision ends.
import { ana, ben, cem, type Story } from '../scene.ts';
import { alertOf } from './alert.ts';
import { shell, undo } from './ends.ts';

const asked = (rule: string) => `${shell}, risk: high, approval: { from: ["@sre"], ${rule} }`;

export const approvals: readonly Story[] = [
  {
    name: 'denied',
    about: 'Somebody says no, with a reason.',
    async tell(scene) {
      scene.book('drop', [`id: a, ${asked('expiresIn: 10m')}`, `id: b, ${shell}`]);
      await scene.start('drop');
      await scene.decide('deny', scene.run(), ben, 'not during business hours');
    },
  },
  {
    name: 'quorum-of-two',
    about: 'Two people who did not start the run agree to it.',
    async tell(scene) {
      const rule = 'quorum: 2, excludeRequester: true, escalate: ["@lead"], expiresIn: 20m';
      scene.book('drop', [`id: a, ${asked(rule)}, ${undo}`]);
      await scene.start('drop');
      await scene.decide('approve', scene.run(), ben, 'looked at the graphs');
      await scene.later(10 * 60_000);
      await scene.decide('approve', scene.run(), cem);
      await scene.succeed(scene.run(), 'a');
    },
  },
  {
    name: 'approved-with-a-passkey',
    about: 'A step whose rule demands a passkey is approved with one: the assertion stands in the record.',
    async tell(scene) {
      scene.book('drop', [`id: a, ${asked('expiresIn: 10m, stepUp: true')}`]);
      await scene.start('drop');
      await scene.approveByPasskey(scene.run(), ben);
      await scene.succeed(scene.run(), 'a');
    },
  },
  {
    name: 'escalated-and-expired',
    about: 'Nobody decides: others are called, then the request expires and the step fails.',
    async tell(scene) {
      scene.book('drop', [`id: a, ${asked('expiresIn: 10m, escalate: ["@lead"]')}`]);
      await scene.start('drop');
      await scene.later(11 * 60_000);
    },
  },
  {
    name: 'voided-by-another-plan',
    about: 'After the yes the plan changes: the approval is withdrawn and asked for anew.',
    async tell(scene) {
      const plan = 'uses: shell.run, with: { command: [/bin/act, "${{ steps.a.status }}"] }';
      scene.book('drop', [
        `id: a, ${shell}, onFailure: continue`,
        `id: b, ${plan}, risk: high, approval: { from: ["@sre"] }`,
      ]);
      await scene.start('drop');
      await scene.fail(scene.run(), 'a', 'denied');
      await scene.workersGo();
      await scene.decide('approve', scene.run(), ana);
      await scene.command('retry', scene.run(), { step: 'a' });
      await scene.workersCome();
      await scene.succeed(scene.run(), 'a');
      await scene.decide('approve', scene.run(), ben);
      await scene.succeed(scene.run(), 'b');
    },
  },
  {
    name: 'voided-by-time',
    about: 'The approval is no longer valid when a worker comes at last; a step that is nothing but a decision.',
    async tell(scene) {
      scene.book('drop', [
        `id: a, ${asked('expiresIn: 10m')}`,
        'id: b, uses: approval, approval: { from: ["@sre"], expiresIn: 30m }',
      ]);
      await scene.start('drop');
      await scene.workersGo();
      await scene.decide('approve', scene.run(), ana);
      await scene.later(11 * 60_000);
      await scene.workersCome();
      await scene.decide('approve', scene.run(), ana);
      await scene.succeed(scene.run(), 'a');
      await scene.decide('approve', scene.run(), ben);
    },
  },
  {
    name: 'gate',
    about: 'The same alert again within its cooldown: people agree to one run, and not to another.',
    async tell(scene) {
      const cooldown = 'cooldown: { key: "${{ alert.service }}", window: 2h }';
      scene.book('restart', [`id: a, ${shell}`], `triggers: [{ source: alertmanager }]\n${cooldown}\n`);
      const episode = async () => {
        await scene.deliver(alertOf('checkout', { status: 'resolved', startsAt: null, endsAt: scene.at }));
        await scene.deliver(alertOf('checkout', { startsAt: scene.at }));
      };
      await episode();
      await scene.succeed(scene.run(), 'a');
      await scene.later(600_000);
      await episode();
      await scene.decide('approve', scene.run(), cem);
      await scene.succeed(scene.run(), 'a');
      await scene.later(600_000);
      await episode();
      await scene.later(60 * 60_000);
    },
  },
  {
    name: 'request-that-is-seen-to',
    about: 'Somebody asks about it, hands it on within its rule, reminds; then another decides.',
    async tell(scene) {
      scene.book('drop', [`id: a, ${asked('escalate: ["@lead"], expiresIn: 40m')}`]);
      await scene.start('drop');
      await scene.attend(scene.run(), ben, { order: 'question', question: 'is the other region up?' });
      await scene.later(60_000);
      await scene.attend(scene.run(), ben, { order: 'reassign', to: '@lead', reason: 'she knows it best' });
      await scene.later(60_000);
      await scene.attend(scene.run(), ben, { order: 'remind' });
      await scene.attend(scene.run(), ben, { order: 'refresh' });
      await scene.decide('approve', scene.run(), cem, 'it is');
      await scene.succeed(scene.run(), 'a');
    },
  },
  {
    name: 'request-that-climbs',
    about:
      'Of a group nobody may decide, so others may; two rungs are called, one of them outside; a check says no, then yes.',
    async tell(scene) {
      const factors = 'allOf: [{ of: ["@sre"] }, { of: ["@empty"] }], fallback: ["@lead"], expiresIn: 20m';
      const ladder = 'ladder: [{ after: 2m, to: ["@lead"] }, { after: 4m, to: { webhook: pager } }]';
      const gates = 'gates: [{ name: cab, http: { url: "https://cab.example.com" }, expect: "body.ok == true" }]';
      scene.book('drop', [`id: a, ${shell}, risk: high, approval: { ${factors}, ${ladder}, ${gates} }`]);
      await scene.start('drop');
      await scene.lookOutside();
      await scene.later(4 * 60_000);
      await scene.lookOutside();
      await scene.decide('approve', scene.run(), ben);
      await scene.decide('approve', scene.run(), cem);
      scene.gatesSayYes = false;
      await scene.lookOutside();
      scene.gatesSayYes = true;
      await scene.later(60_000);
      await scene.lookOutside();
      await scene.succeed(scene.run(), 'a');
    },
  },
  {
    name: 'broken-glass',
    about: 'Somebody who may lets the step go on without those who would have to agree, and says why.',
    async tell(scene) {
      scene.book('drop', [`id: a, ${asked('quorum: 2, excludeRequester: true')}`]);
      await scene.start('drop');
      await scene.decide('approve', scene.run(), ben);
      await scene.breakGlass(scene.run(), cem, 'the region burns');
      await scene.succeed(scene.run(), 'a');
    },
  },
  {
    name: 'hand-over-that-ends',
    about: 'Others are asked for a while; when that is over, those of the rule are asked again.',
    async tell(scene) {
      scene.book('drop', [`id: a, ${asked('escalate: ["@lead"], expiresIn: 40m')}`]);
      await scene.start('drop');
      const until = new Date(Date.parse(scene.at) + 300_000).toISOString();
      await scene.attend(scene.run(), ben, { order: 'reassign', to: '@lead', until });
      await scene.later(300_000);
      await scene.decide('approve', scene.run(), ana);
      await scene.succeed(scene.run(), 'a');
    },
  },
];
