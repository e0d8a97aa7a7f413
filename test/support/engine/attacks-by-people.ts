// Attacks on approvals by whoever clicks, whatever is sent, and whenever: threats 19 to 23. None may get past the rule.
import { ana, ben } from '../given/given.ts';
import { cem, decide, handOn, join, linked, one, orderRun, type Trial, token, two, user } from './approval-attack.ts';
import { as, cto, starter } from './asked-approval.ts';

export const who: Trial[] = [
  ...[cem, starter, user('U0BOT'), user('local:root'), user('oidc:someone'), user('everyone'), user('constructor')].map(
    (actor): Trial => [`19 a click by ${actor.id}, whom the rule does not name`, one, (asked) => decide(asked, actor)],
  ),
  [
    '19 the requester, who belongs to the role',
    one,
    async (asked) => {
      join(asked, '@sre', starter.id);
      return decide(asked, starter);
    },
  ],
  ...['local:ops', 'oidc:ops'].map(
    (id): Trial => [
      `19 the requester as ${id}`,
      one,
      async (asked) => {
        join(asked, '@sre', id);
        return decide(asked, user(id, 'ops'));
      },
      linked,
    ],
  ),
  [
    '19 the requester as another identity that nothing in the click links',
    one,
    async (asked) => {
      join(asked, '@sre', 'local:ops');
      return decide(asked, user('local:ops'));
    },
    linked,
  ],
  [
    '19 the requester by a token that belongs to him',
    one,
    async (asked) => {
      join(asked, '@sre', 'token:ci');
      return decide(asked, token('ci', 'ops'));
    },
    linked,
  ],
  [
    '19 the requester although the rule of the playbook says nothing of it',
    '{ from: ["@sre"], excludeRequester: false }',
    async (asked) => {
      join(asked, '@sre', starter.id);
      return decide(asked, starter);
    },
  ],
  [
    '19 the requester as a part of a threshold',
    '{ allOf: [{ of: ["@sre"] }] }',
    async (asked) => {
      join(asked, '@sre', starter.id);
      return decide(asked, starter);
    },
  ],
  [
    '19 the requester by a rung of the ladder',
    '{ from: ["@sre"], expiresIn: 10m, ladder: [{ after: 1m, to: ["@lead"] }] }',
    async (asked) => {
      join(asked, '@lead', starter.id);
      await asked.pass(60_000);
      return decide(asked, starter);
    },
  ],
  [
    '19 the requester by a fallback',
    '{ from: ["@none"], fallback: ["@lead"] }',
    async (asked) => {
      join(asked, '@lead', starter.id);
      await asked.pass(10_000);
      return decide(asked, starter);
    },
  ],
  [
    '19 the requester, to whom the request was handed on',
    one,
    async (asked) => {
      join(asked, '@sre', starter.id);
      await handOn(asked, ana, starter.id);
      return decide(asked, starter);
    },
  ],
];

export const sent: Trial[] = [
  ...['', 'constructor', '__proto__', 'apr_1', 'apr_00000000000000000000000000.1', '../apr'].map(
    (approvalId): Trial => [
      `20 the id ${JSON.stringify(approvalId)}`,
      one,
      (asked) => decide(asked, ana, { approvalId }),
    ],
  ),
  ...['', 'sha256:', `sha256:${'0'.repeat(64)}`, '*', 'undefined'].map(
    (planDigest): Trial => [
      `20 the digest ${JSON.stringify(planDigest)}`,
      one,
      (asked) => decide(asked, ana, { planDigest }),
    ],
  ),
  [
    '20 the digest of another run with the same playbook',
    one,
    async (asked) => {
      const other = await asked.engine.operations.startRun({
        ...as(starter),
        playbook: 'gate',
        inputs: {},
        incidentId: null,
      });
      const [approval] = other.ok ? Object.values(other.value.run.approvals) : [];
      return decide(asked, ana, { planDigest: approval?.planDigest ?? '' });
    },
  ],
  [
    '20 the second request of a run that has one',
    one,
    (asked) => decide(asked, ana, { approvalId: asked.request().id.replace(/1$/, '2') }),
  ],
];

export const late: Trial[] = [
  [
    '22 after it has expired',
    two,
    async (asked) => {
      await decide(asked, ana);
      await asked.pass(11 * 60_000);
      return decide(asked, ben);
    },
  ],
  [
    '22 at the very instant of its end',
    two,
    async (asked) => {
      await decide(asked, ana);
      asked.made.ms = Date.parse(asked.request().expiresAt);
      return decide(asked, ben);
    },
  ],
  [
    '22 after the run was cancelled',
    one,
    async (asked) => {
      await orderRun(asked, 'cancel');
      return decide(asked, ana);
    },
  ],
  [
    '22 after somebody said no',
    one,
    async (asked) => {
      const { id: approvalId } = asked.request();
      await asked.engine.operations.decideApproval({ ...as(ben), approvalId, decision: 'deny' });
      return decide(asked, ana);
    },
  ],
  [
    '22 by a broken glass after it has expired',
    two,
    async (asked) => {
      await asked.pass(11 * 60_000);
      return asked.breakGlass(cto);
    },
  ],
  [
    '23 a no and a yes at once, the no first',
    one,
    async (asked) => {
      const { id: approvalId } = asked.request();
      const no = asked.engine.operations.decideApproval({ ...as(ben), approvalId, decision: 'deny' });
      return Promise.all([no, decide(asked, ana)]);
    },
  ],
  [
    '23 a hundred clicks of one person at once for a quorum of two',
    two,
    (asked) => Promise.all(Array.from({ length: 100 }, () => decide(asked, ana))),
  ],
  [
    '23 a hundred clicks of one person by two identities at once',
    two,
    async (asked) => {
      join(asked, '@sre', 'local:ana');
      return Promise.all(Array.from({ length: 100 }, (_, i) => decide(asked, i % 2 === 0 ? ana : user('local:ana'))));
    },
    linked,
  ],
];
