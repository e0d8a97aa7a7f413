// Past decisions under other policies, as the API answers them and the command prints them: of runs that whoever asks may know of alone.
import { expect, it } from 'vitest';
import { compileRulebook } from '../../src/core/policy/judge.ts';
import { policyDiff } from '../../src/http/api/policy-diff.ts';
import { playbook, Story } from '../support/given/given.ts';
import { policy, rulebook, ruledBy } from '../support/given/rules.ts';

const head = 'apiVersion: firebreak/v1\nname: p\nrules:\n';
const asks = (quorum: number) =>
  `  - { id: r, when: target == "prod-db", effect: { requireApproval: { from: ["@lead"], quorum: ${quorum} } } }\n`;

/** One run whose step was judged, and what is asked of it. */
function given() {
  const told = new Story(playbook('  - { id: a, uses: shell.run, with: { command: [/bin/true] }, target: prod-db }\n'));
  told.governance = ruledBy(rulebook([policy(asks(2))]));
  told.when({ type: 'advance' });
  const { runId, incidentId } = told.state;
  const judged = told.events.map((event) => ({ ...event, at: told.at }));
  const pages: (number | string | null)[] = [];
  const reads = {
    async runs({ limit, cursor }: { limit: number; cursor: string | null }) {
      pages.push(limit, cursor);
      return cursor === null
        ? { items: [{ state: { runId, incidentId } }], cursor: 'next' }
        : { items: [{ state: { runId: 'run_2', incidentId } }], cursor: null };
    },
    async *events(id: string) {
      if (id === incidentId) yield* judged;
    },
  } as never;
  const diff = (policies: readonly string[], since = '2026-01-01T00:00:00.000Z') =>
    policyDiff(reads, compileRulebook(rulebook([policy(asks(2))])), { policies, since, limit: 300 });
  return { diff, runId, pages };
}

it('says of each decision what was said and what would be, each incident read once', async () => {
  const { diff, runId, pages } = given();
  const item = { run: runId, step: 'a', judgedAt: 'step', outcome: 'differs', missing: [] };
  const before = ['Policy p asks two people of @lead'];
  expect(await diff([head + asks(3)])).toMatchObject({
    ok: true,
    value: { judged: 1, items: [{ ...item, before, after: ['Policy p asks three people of @lead'] }] },
  });
  expect(pages).toEqual([200, null, 200, 'next']);
  expect(await diff([])).toMatchObject({ ok: true, value: { judged: 1, items: [{ ...item, before, after: [] }] } });
  expect(await diff([head + asks(2)])).toEqual({ ok: true, value: { judged: 1, items: [] } });
  expect(await diff([head + asks(3)], '2027-01-01T00:00:00.000Z')).toEqual({
    ok: true,
    value: { judged: 0, items: [] },
  });
});

it('says which input was not recorded', async () => {
  const { diff } = given();
  const more = '  - { id: s, when: incident.severity < 3, effect: { deny: closed } }\n';
  expect(await diff([head + asks(2) + more])).toMatchObject({
    ok: true,
    value: { items: [{ outcome: 'unknown', missing: ['incident'] }] },
  });
});

it('refuses what is no policy, with its place, and two of one name', async () => {
  const { diff } = given();
  expect(await diff([`${head}  - { id: r, effect: { allow: all } }\n`])).toMatchObject({
    ok: false,
    error: { code: 'invalid', message: expect.stringMatching(/^policies\.0 \d+:\d+ /) },
  });
  expect(await diff([head + asks(1), head + asks(2)])).toMatchObject({
    ok: false,
    error: { message: 'policies p is the name of two policies' },
  });
});
