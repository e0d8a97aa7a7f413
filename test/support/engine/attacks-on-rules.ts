// Attacks on what a rule says: distinct people, break-glass, tokens, membership, hand-overs, checks; threats 24 to 28. None may get past it.
import { ana, ben } from '../given/given.ts';
import { cem, decide, handOn, join, linked, one, type Trial, token, two, user } from './approval-attack.ts';
import { as, cto, starter } from './asked-approval.ts';

export const twice = '{ allOf: [{ of: ["@sre"] }, { of: ["@lead"] }] }';
export const same: Trial[] = [
  [
    '24 the same person twice',
    two,
    async (asked) => {
      await decide(asked, ana);
      return decide(asked, ana);
    },
  ],
  [
    '24 the same person from two surfaces',
    two,
    async (asked) => {
      await decide(asked, ana);
      return decide(asked, { ...ana, via: 'web' });
    },
  ],
  ...['local:ana', 'oidc:a'].map(
    (id): Trial => [
      `24 the same person as ${id} too`,
      two,
      async (asked) => {
        join(asked, '@sre', id);
        await decide(asked, ana);
        return decide(asked, user(id));
      },
      linked,
    ],
  ),
  [
    '24 a person and a token that belongs to that person',
    two,
    async (asked) => {
      join(asked, '@sre', 'token:ci');
      await decide(asked, { ...ana, person: 'ana' });
      return decide(asked, token('ci', 'ana'));
    },
    linked,
  ],
  [
    '24 one person in both roles of a threshold',
    twice,
    async (asked) => {
      join(asked, '@lead', ana.id);
      await decide(asked, ana);
      return decide(asked, ana);
    },
  ],
  [
    '24 one person in both roles, by two identities',
    twice,
    async (asked) => {
      join(asked, '@lead', 'local:ana');
      await decide(asked, ana);
      return decide(asked, user('local:ana'));
    },
    linked,
  ],
  [
    '24 two people of one role for two roles',
    twice,
    async (asked) => {
      await decide(asked, ana);
      return decide(asked, ben);
    },
  ],
  [
    '24 two people of one group where two groups are asked for',
    '{ allOf: [{ n: 2, of: ["@sre", "@lead"], groups: 2 }] }',
    async (asked) => {
      await decide(asked, ana);
      return decide(asked, ben);
    },
  ],
  [
    '24 one person in two groups where two groups are asked for',
    '{ allOf: [{ n: 2, of: ["@sre", "@lead"], groups: 2 }] }',
    async (asked) => {
      join(asked, '@lead', ana.id);
      await decide(asked, ana);
      return decide(asked, ana);
    },
  ],
  [
    '24 fewer people than a rule that lets them stand for several factors says',
    '{ allOf: [{ n: 2, of: ["@sre"] }, { of: ["@lead"] }], people: 3 }',
    async (asked) => {
      join(asked, '@lead', ana.id);
      await decide(asked, ana);
      return decide(asked, ben);
    },
  ],
  [
    '24 somebody of the role of whom the expression does not hold',
    '{ allOf: [{ of: ["@sre"], where: "via == \'web\'" }] }',
    (asked) => decide(asked, { ...ana, via: 'slack' }),
  ],
];

export const glass: Trial[] = [
  ...['', ' ', '\n\t', '\u200b', '…', '!!!'].map(
    (reason): Trial => [
      `26 a broken glass with the reason ${JSON.stringify(reason)}`,
      one,
      (asked) => asked.breakGlass(cto, reason),
    ],
  ),
  ...[ana, starter, cem].map(
    (actor): Trial => [
      `26 a broken glass by ${actor.id}, who does not hold bypass`,
      one,
      (asked) => asked.breakGlass(actor),
    ],
  ),
  [
    '26 a broken glass over another plan',
    one,
    ({ engine, request }) =>
      engine.operations.breakGlass({ ...as(cto), approvalId: request().id, planDigest: 'sha256:0', reason: 'now' }),
  ],
  [
    '26 a broken glass by a token that nobody named',
    one,
    ({ engine, request }) => {
      const principal = {
        type: 'token',
        name: 'ci',
        rights: ['bypass'].slice(1) as [],
        owner: null,
        via: 'api',
      } as const;
      const { id: approvalId, planDigest } = request();
      return engine.operations.breakGlass({ principal, cause: 'x', approvalId, planDigest, reason: 'now' });
    },
  ],
  [
    '26 a broken glass by the user of the machine',
    one,
    ({ engine, request }) => {
      const principal = { type: 'local', name: 'root', person: null, via: 'cli' } as const;
      const { id: approvalId, planDigest } = request();
      return engine.operations.breakGlass({ principal, cause: 'x', approvalId, planDigest, reason: 'now' });
    },
  ],
  ['27 an approval by a token that no role names', one, (asked) => decide(asked, token('ci'))],
  [
    '27 an approval by a sender of alerts',
    one,
    ({ engine, request }) => {
      const principal = { type: 'sender', source: 'alertmanager', integration: 'x' } as const;
      const { id: approvalId, planDigest } = request();
      return engine.operations.decideApproval({ principal, cause: 'x', approvalId, planDigest, decision: 'approve' });
    },
  ],
];

export const moves: Trial[] = [
  [
    '28 somebody who left the role between request and click',
    one,
    async (asked) => {
      asked.world.roles['@sre'] = [ben.id];
      return decide(asked, ana);
    },
  ],
  [
    '28 somebody of a rung that was not called yet',
    '{ from: ["@sre"], escalate: ["@lead"] }',
    (asked) => decide(asked, user('U0LEA')),
  ],
  [
    '28 somebody of a fallback that does not hold',
    '{ from: ["@sre"], fallback: ["@lead"] }',
    async (asked) => {
      await asked.pass(10_000);
      return decide(asked, user('U0LEA'));
    },
  ],
  [
    '28 somebody of a fallback while it cannot be told who belongs to the group',
    '{ from: ["@none"], fallback: ["@lead"] }',
    async (asked) => {
      asked.world.isSure = false;
      await asked.pass(10_000);
      return decide(asked, user('U0LEA'));
    },
  ],
  [
    'a hand-over to somebody outside of the rule',
    one,
    async (asked) => {
      await handOn(asked, ana, cem.id);
      return decide(asked, cem);
    },
  ],
  [
    'a hand-over by a stranger to himself',
    one,
    async (asked) => {
      await handOn(asked, cem, cem.id);
      return decide(asked, cem);
    },
  ],
  [
    'a decision by who handed it on',
    one,
    async (asked) => {
      await handOn(asked, ana, ben.id);
      return decide(asked, ana);
    },
  ],
  [
    'a decision after the end of a hand-over, by who left the role',
    one,
    async (asked) => {
      await handOn(asked, ana, ben.id, new Date(asked.made.ms + 60_000).toISOString());
      asked.world.roles['@sre'] = [ana.id];
      asked.made.ms += 60_000;
      return decide(asked, ben);
    },
  ],
  [
    'a hand-over to who left the role since',
    one,
    async (asked) => {
      await handOn(asked, ana, ben.id);
      asked.world.roles['@sre'] = [ana.id];
      return decide(asked, ben);
    },
  ],
];

export const gated =
  '{ from: ["@sre"], expiresIn: 5m, gates: [{ name: cab, http: { url: "https://x.test" }, expect: "body.ok == true" }] }';
export const gates: Trial[] = [
  ...(
    [
      [null, null],
      [500, { ok: true, but: 'x' }],
      [200, { ok: false }],
      [200, { ok: 'true' }],
      [200, 'ok'],
      [200, null],
      [200, []],
    ] as const
  ).map(([status, body]): Trial => {
    const rule = status === 500 ? gated.replace('"body.ok == true"', '"status == 200"') : gated;
    return [
      `a check that answers ${status} ${JSON.stringify(body)}`,
      rule,
      async (asked) => {
        asked.world.gate = { status, body: body as never };
        await decide(asked, ana);
        return asked.pass(6 * 60_000);
      },
    ];
  }),
  ['a check that says yes, and nobody who does', gated, (asked) => asked.pass(120_000)],
  [
    'an endpoint of a ladder that is told, and answers',
    '{ from: ["@sre"], ladder: [{ after: 1m, to: { webhook: pager } }] }',
    (asked) => asked.pass(120_000),
  ],
];
