// `GET /access/check`: who may ask about whom, and what is said of what is not there or may not be known of.
import { describe, expect, it } from 'vitest';
import { Access } from '../../src/core/authority/access.ts';
import type { Principal } from '../../src/core/authority/principal.ts';
import { err, ok } from '../../src/core/result.ts';
import { type AccessRouteDeps, addAccess } from '../../src/http/api/access.ts';
import type { ServeRoutes } from '../../src/http/api/serve-routes.ts';
import { playbook, Story } from '../support/given/given.ts';

const person = (id: string, name: string): Principal => ({
  type: 'person',
  id,
  name,
  person: name,
  via: 'slack',
  proof: 'slack_signature',
});
const ana = person('U0ANA', 'ana');
const ben = person('U0BEN', 'ben');
const labelled = { ...playbook('  - { id: a, uses: assert, with: { that: true } }'), labels: { team: 'cart' } };

/** A run that ana started waits for `@cart`. */
const rule = 'approval: { from: ["@cart"] }';
const asking = new Story(playbook(`  - { id: a, uses: assert, with: { that: true }, ${rule} }`));
asking.when({ type: 'advance' });

/** Ana may administer; ben belongs to `@cart`; incident 7 is private, and ben may not know of it. */
async function check(principal: Principal, query: object, sees = true) {
  const handlers = new Map<string, (asked: object) => Promise<unknown>>();
  const serve = { read: (name: string, handler: (asked: object) => Promise<unknown>) => handlers.set(name, handler) };
  const deps = {
    named: {
      access: Access.parse({ grants: [{ to: ['@cart'], rights: ['start'], labels: { team: 'cart' } }] }),
      roles: {},
      people: { ana: { slack: 'U0ANA' }, ben: { slack: 'U0BEN' } },
      oncall: [],
    },
    directory: () => ({
      belongsTo: async (who: Principal, names: readonly string[]) =>
        names.filter((name) => name === '@cart' && 'person' in who && who.person === 'ben'),
    }),
    catalog: { byName: (name: string) => (name === 'test' ? labelled : undefined), all: () => [labelled] },
    operations: {
      tokens: async ({ principal: who }: { principal: Principal }) =>
        who === ana
          ? ok([
              { name: 'live', rights: ['start'], owner: null, revoked: null, expiresAt: '2026-02-01T00:00:00Z' },
              { name: 'over', rights: ['start'], owner: null, revoked: null, expiresAt: '2026-01-01T00:00:00Z' },
            ])
          : err({ code: 'not_allowed', message: 'no', right: 'administer' }),
    },
    readsFor: (who: Principal) => ({ sees: async () => sees || who === ana }),
    nowMs: () => Date.parse('2026-01-15T00:00:00Z'),
  };
  addAccess(serve as unknown as ServeRoutes, deps as unknown as AccessRouteDeps);
  const reads = {
    run: async (id: string) => (id === asking.state.runId && sees ? { state: asking.state } : null),
    incident: async (id: string) => (id === '7' && principal === ana ? { id: 'inc_7', number: 7 } : null),
  };
  return handlers.get('GET /access/check')?.({ principal, query, reads });
}

describe('GET /access/check', () => {
  it('answers anybody about himself or herself, by the labels of the playbook in force', async () => {
    const allowed = { ok: true, value: { allowed: true, by: [{ at: 'access.grants[0]' }] } };
    for (const user of [undefined, 'U0BEN', 'ben'])
      expect(await check(ben, { user, right: 'start', playbook: 'test' })).toMatchObject(allowed);
    expect(await check(ben, { right: 'start' })).toMatchObject({ ok: true, value: { allowed: false } });
  });

  it('answers about somebody else only to who may administer', async () => {
    const refused = { ok: false, error: { code: 'not_allowed', right: 'administer' } };
    expect(await check(ben, { user: 'ana', right: 'start' })).toMatchObject(refused);
    const asked = { user: 'ben', right: 'start', playbook: 'test' };
    expect(await check(ana, asked)).toMatchObject({ ok: true, value: { actor: { id: 'U0BEN' }, allowed: true } });
  });

  it('takes a token that has run out for nobody', async () => {
    expect(await check(ana, { user: 'token:live', right: 'start' })).toMatchObject({ ok: true });
    const nobody = { ok: false, error: { code: 'not_found' } };
    expect(await check(ana, { user: 'token:over', right: 'start' })).toMatchObject(nobody);
  });

  it('says no where somebody may not know of the incident, and not that it is there to who asks and may not', async () => {
    const asked = { user: 'ben', right: 'start', playbook: 'test', incident: '7' };
    const unseen = { allowed: false, incident: { number: 7, seen: false } };
    expect(await check(ana, asked, false)).toMatchObject({ ok: true, value: unseen });
    expect(await check(ana, asked, true)).toMatchObject({ ok: true, value: { allowed: true } });
    const none = { ok: false, error: { code: 'not_found', message: 'there is no incident 7' } };
    expect(await check(ben, { right: 'start', incident: '7' }, false)).toMatchObject(none);
  });

  it('names the playbooks that are near to one that is not there', async () => {
    const message = 'there is no playbook tests; did you mean `test`?';
    const none = { ok: false, error: { code: 'not_found', message } };
    expect(await check(ben, { right: 'start', playbook: 'tests' })).toMatchObject(none);
  });

  it('says of one request who may approve it, and what is missing of who may not', async () => {
    const [open] = Object.values(asking.state.approvals);
    const about = { right: 'approve', run: asking.state.runId };
    expect(await check(ben, about)).toMatchObject({ ok: true, value: { allowed: true, approval: open?.id } });
    const missing = ['ana is none of @cart', expect.stringMatching(/started the run may not approve/)];
    const refused = { ok: true, value: { allowed: false, tried: [{ missing }] } };
    expect(await check(ana, { right: 'approve', approval: open?.id })).toMatchObject(refused);
    expect(await check(ben, { right: 'approve' })).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(await check(ben, about, false)).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });
});
