// Random read models with hostile text in every place that others can fill, for the properties of Slack's views.
import fc from 'fast-check';
import type { Alert } from '../../../src/core/alert/alert.ts';
import type { Actor } from '../../../src/core/events.ts';
import type { Json } from '../../../src/core/json.ts';
import type { ApprovalNote } from '../../../src/core/run/approval-note.ts';
import type { Approval, Ending, NodeState, RunState } from '../../../src/core/run/state.ts';
import type { KillSwitch } from '../../../src/ports/admission.ts';
import type { IncidentRow } from '../../../src/ports/reads.ts';
import { anAlert } from './incident.ts';

/** People and groups that really exist; no hostile text names them. */
export const roles = {
  sre: { users: ['U0ANA', 'U0BEN'], groups: ['S0SRE'], people: [], tokens: [] },
  many: { users: Array.from({ length: 300 }, (_, i) => `U0MANY${i}`), groups: [], people: [], tokens: [] },
  empty: { users: [], groups: [], people: [], tokens: [] },
};
export const secret = 'hunter2-is-the-secret-of-the-day';

const nasty = [
  ...['<!channel>', '<!here|here>', '<@U0EVIL>', '<#C0EVIL|x>', '<!subteam^S0EVIL>', '<https://evil.test|click>'],
  ...['`', '```', '```\n<!channel>\n```', '*bold*', '&lt;!channel&gt;', '&amp;', '<', '>>>', '\u202e<!channel>\u202c'],
  ...[
    '\u0000',
    '\u200b',
    '\ud83d\ude00',
    '\ud83d',
    '👩‍👩‍👧‍👦',
    'עברית',
    '   ',
    '\n\n',
    '\r\n<!everyone>',
    '__proto__',
    'constructor',
  ],
  ...[
    'x'.repeat(10_000),
    '<'.repeat(10_000),
    '&'.repeat(3001),
    '\u202e'.repeat(5000),
    '😀'.repeat(2000),
    '`'.repeat(400),
  ],
];
/** Foreign text; with the secret in it here and there. */
export const hostile = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(fc.constantFrom(...nasty), { minLength: 1, maxLength: 4 }).map((all) => all.join('')),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 400 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...nasty), fc.constantFrom(...nasty)).map((all) => all.join(` ${secret} `)),
  },
);

const at = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) }).map((ms) => new Date(ms).toISOString());
const orNull = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null });
const actor: fc.Arbitrary<Actor> = fc.record(
  {
    kind: fc.constantFrom('user', 'api', 'system', 'alert'),
    id: fc.oneof(
      fc.constantFrom('U0ANA', 'U0BEN'),
      hostile.filter((id) => !id.includes(secret)),
    ),
    name: hostile.filter((name) => !name.includes(secret)),
  },
  { requiredKeys: ['kind', 'id'] },
);
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    hostile,
    fc.integer(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(hostile, tie('value'), { maxKeys: 5 }),
  ),
})).value;
/** Whom a playbook may name: roles, people, and what is neither. */
const name = fc.oneof(
  fc.constantFrom('@sre', '@many', '@empty', 'U0ANA', '@nobody', 'constructor'),
  fc.constantFrom(...nasty),
);
const stepId = fc.stringMatching(/^[a-z][a-z0-9_-]{0,40}$/);
const key = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(stepId, fc.boolean()).map(([id, undo]) => (undo ? `${id}~undo` : id)) },
  { weight: 1, arbitrary: fc.constant('~start') },
);
const tail = '0123456789abcdefghjkmnpqrs';
const runId = `run_${tail}`;
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const playbook = fc.record({ name: stepId, version: fc.constant('1.2.3'), digest: fc.constant(digest) });

const note: fc.Arbitrary<ApprovalNote> = fc.oneof(
  fc.record({ type: fc.constant('questioned' as const), by: actor, at, question: hostile }),
  fc.record({
    ...{ type: fc.constant('reassigned' as const), by: actor, at, to: fc.array(name, { minLength: 1, maxLength: 2 }) },
    reason: orNull(hostile),
  }),
  fc.record({ type: fc.constant('reminded' as const), by: actor, at }),
);
const bareApproval: fc.Arbitrary<Approval> = fc.record({
  id: fc.nat(9).map((n) => `apr_${tail}.${n}`),
  step: key,
  plan: fc.record(
    {
      runId: fc.constant(runId),
      playbook,
      step: key,
      round: fc.constant(1),
      uses: fc.constantFrom('http.request', 'shell.run'),
      with: json,
      target: orNull(hostile),
      risk: fc.constantFrom('low', 'medium', 'high'),
      timeoutMs: fc.constant(1000),
      reversible: fc.boolean(),
      undo: orNull(fc.record({ uses: fc.constant('shell.run'), with: json })),
      // Older plans have none.
      summary: hostile,
      undoSummary: hostile,
      name: hostile,
    },
    {
      requiredKeys: [
        'runId',
        'playbook',
        'step',
        'round',
        'uses',
        'with',
        'target',
        'risk',
        'timeoutMs',
        'reversible',
        'undo',
      ],
    },
  ),
  planDigest: fc.constant(digest),
  rule: fc.record({
    from: fc.array(name, { minLength: 1, maxLength: 20 }),
    quorum: fc.integer({ min: 1, max: 20 }),
    expiresInMs: fc.constant(60_000),
    escalate: fc.array(name, { maxLength: 20 }),
    excludeRequester: fc.boolean(),
  }),
  requestedAt: at,
  expiresAt: at,
  escalateAt: orNull(at),
  escalated: fc.boolean(),
  approvals: fc.array(fc.record({ actor, at }), { maxLength: 20 }),
  status: fc.constantFrom('open', 'granted', 'denied', 'expired', 'voided'),
  decidedAt: orNull(at),
  decidedBy: orNull(actor),
  reason: orNull(hostile),
  validUntil: orNull(at),
});
export const approval: fc.Arbitrary<Approval> = fc
  .tuple(bareApproval, fc.array(note, { maxLength: 2 }), fc.option(fc.array(name, { minLength: 1, maxLength: 2 })))
  .map(([one, notes, assigned]) => ({ ...one, notes, ...(assigned && { assigned }) }));

const base = { attempts: fc.nat(9), round: fc.nat(3), tries: fc.nat(9), firstStartedAt: orNull(at) };
const error = fc.record({ class: fc.constantFrom('transient', 'denied'), code: fc.constant('code'), message: hostile });
const held = error.map((one) => ({ ...one, code: 'target_left_alone' }));
const approvalId = fc.constant(null);
const acted = fc.constant(null);
const probe = fc.boolean();
const node = fc.oneof(
  fc.record({ ...base, status: fc.constant('pending') }),
  fc.record({ ...base, status: fc.constant('ready'), approvalId, acted, probe }),
  fc.record({ ...base, status: fc.constant('awaiting_approval'), approvalId: fc.constant(`apr_${tail}.1`) }),
  fc.record({
    ...{ ...base, status: fc.constant('running'), attempt: fc.nat(9), fence: fc.nat(9), startedAt: at, approvalId },
    ...{ worker: fc.constant('host-1.default'), planDigest: fc.constant(digest), acted, probe },
  }),
  fc.record({ ...base, status: fc.constant('waiting'), until: at, since: at, signal: orNull(hostile) }),
  fc.record({ ...base, status: fc.constant('delegated'), childRunId: fc.constant(runId), since: at }),
  fc.record({ ...base, status: fc.constant('unknown'), since: at, reason: hostile, approvalId }),
  fc.record({ ...base, status: fc.constant('succeeded'), output: json, at, artifacts: fc.constant([]) }),
  fc.record({ ...base, status: fc.constant('failed'), error, at, escalated: fc.boolean() }),
  fc.record({ ...base, status: fc.constant('retry_wait'), retryAt: at, error: fc.oneof(error, held), approvalId }),
  fc.record({ ...base, status: fc.constant('skipped'), reason: hostile }),
) as fc.Arbitrary<NodeState>;

type Nodes = { readonly [key: string]: NodeState };
/** Steps that go through items: nodes of some of the items, and how many items there are. */
const forEach = fc
  .tuple(stepId, fc.integer({ min: 0, max: 300 }), fc.array(node, { maxLength: 40 }), fc.boolean())
  .map(([id, more, items, undo]) => ({
    nodes: Object.fromEntries(items.map((item, i) => [`${id}#${i}${undo ? '~undo' : ''}`, item])) as Nodes,
    expansions: { [id]: Array.from({ length: items.length + more }, (_, i) => i) },
  }));
const graph = fc
  .tuple(
    fc.oneof(
      fc.dictionary(key, node, { minKeys: 1, maxKeys: 6 }),
      fc.dictionary(key, node, { minKeys: 40, maxKeys: 70, size: 'max' }),
    ),
    fc.array(forEach, { maxLength: 3 }),
  )
  .map(([nodes, loops]) => ({
    nodes: Object.assign({}, nodes, ...loops.map((loop) => loop.nodes)) as Nodes,
    expansions: Object.assign({}, ...loops.map((loop) => loop.expansions)) as RunState['expansions'],
  }));

const bare = fc.record({
  runId: fc.constant(runId),
  incidentId: fc.constant('inc_1'),
  playbook,
  trigger: fc.constantFrom(
    { type: 'manual' as const },
    { type: 'run' as const, runId: `run_${'z'.repeat(26)}`, step: 'call', depth: 1 },
  ),
  requestedBy: actor,
  inputs: fc.dictionary(hostile, json, { maxKeys: 5 }),
  env: fc.constant({}),
  alert: fc.constant(null),
  incident: fc.record({
    id: fc.constant('inc_1'),
    number: fc.nat(),
    title: hostile,
    severity: fc.integer({ min: 1, max: 4 }),
  }),
  status: fc.constantFrom<RunState['status'][]>(
    ...(['queued', 'running', 'cancelling', 'compensating', 'finishing'] as const),
    ...(['succeeded', 'failed', 'cancelled', 'compensated', 'compensation_failed'] as const),
  ),
  paused: fc.boolean(),
  startedAt: at,
  deadlineAt: at,
  finishedAt: orNull(at),
  reason: orNull(hostile),
  fence: fc.nat(),
  completed: fc.constant([]),
  approvals: fc.array(approval, { maxLength: 2 }).map((all) => Object.fromEntries(all.map((one) => [one.id, one]))),
  signals: fc.constant({}),
  children: fc.constant({}),
  targets: fc.constant([]),
  concurrencyKey: orNull(hostile),
  cooldownKey: fc.constant(null),
  gate: orNull(fc.record({ reason: hostile, from: fc.array(name, { minLength: 1, maxLength: 5 }) })),
  overdueAt: orNull(at),
  ending: orNull(
    fc.record({
      outcome: fc.constantFrom<Ending[]>('succeeded', 'failed', 'cancelled', 'compensated'),
      reason: orNull(hostile),
    }),
  ),
  outputs: fc.constant({}),
  drill: fc.constant(null),
  judged: fc.constant({}),
  exception: fc.constant(null),
});
export const run: fc.Arbitrary<RunState> = fc.tuple(bare, graph).map(([one, nodes]) => ({ ...one, ...nodes }));

/** Kill switches, some of them on everything. */
export const switches: fc.Arbitrary<readonly KillSwitch[]> = fc.array(
  fc.record({ scope: fc.oneof(fc.constant('*'), stepId), by: actor, reason: hostile, at }),
  { maxLength: 5 },
);

const alert = fc.record({
  status: fc.constantFrom('firing', 'resolved'),
  title: hostile,
  source: fc.constant('alertmanager'),
  count: fc.nat(1000),
  startsAt: orNull(at),
  firstAt: at,
  lastAt: at,
});
const links = fc.array(
  fc.record({
    label: fc.oneof(fc.constantFrom('Runbook', 'Dashboard', 'Graph', ''), fc.constantFrom(...nasty)),
    url: fc.oneof(
      fc.webUrl(),
      fc.constantFrom('https://bank.test@evil.test/', 'javascript:alert(1)'),
      fc.constantFrom(...nasty),
    ),
  }),
  { maxLength: 6 },
);
/** An alert as its sender likes, which the card of its incident shows. */
export const openingAlert: fc.Arbitrary<Alert> = fc
  .record({
    title: hostile,
    description: hostile,
    service: orNull(hostile),
    links,
    labels: fc.dictionary(hostile, hostile, { maxKeys: 20 }),
  })
  .map((told) => ({ ...anAlert('a'), ...told }));

export const incident: fc.Arbitrary<IncidentRow> = fc.record({
  id: fc.constant('inc_1'),
  number: fc.nat(),
  title: hostile,
  severity: fc.integer({ min: 0, max: 9 }),
  status: fc.constantFrom('open', 'resolved', 'closed'),
  groupKey: orNull(hostile),
  openedAt: at,
  resolvedAt: orNull(at),
  closedAt: orNull(at),
  acknowledgedBy: orNull(actor),
  acknowledgedAt: orNull(at),
  mergedInto: orNull(fc.record({ id: fc.constant('inc_2'), number: fc.nat() })),
  channel: fc.constant(null),
  roles: fc.dictionary(hostile, fc.oneof(fc.constant('U0ANA'), fc.constantFrom(...nasty)), {
    maxKeys: 30,
  }),
  alerts: fc.dictionary(fc.uuid(), alert, { maxKeys: 40, size: 'max' }),
  updatedAt: at,
  version: fc.nat(),
});

/** The same at any point of its life: told, led, mitigated, opened again, in a channel or not. */
export const livelyIncident: fc.Arbitrary<IncidentRow> = fc
  .tuple(
    incident,
    fc.record(
      {
        channel: fc.constant({ id: 'C0INC', name: 'inc' }),
        formerChannel: fc.constant({ id: 'C0INC', name: 'inc' }),
        vacantAt: at,
        updateDueAt: at,
        mitigatedAt: at,
        update: fc.record({ text: hostile, by: actor, at }),
        handedOver: fc.record({ role: hostile, from: fc.constantFrom('U0ANA', ...nasty), to: name, at }),
        handling: fc.record({ escalation: fc.array(name, { maxLength: 3 }) }),
        shadowed: fc.array(
          fc.record({
            playbook: stepId,
            shadow: hostile,
            live: hostile,
            fingerprint: hostile,
            receipt: fc.constant('dlv_1'),
            liveStarts: fc.boolean(),
            differences: fc.array(hostile, { minLength: 1, maxLength: 3 }),
            count: fc.nat(20),
          }),
          { maxLength: 3 },
        ),
        lapsed: fc.record({ by: actor, at }),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([row, life]) => ({ ...row, ...life }));
