// Orders about silences and windows over the API whose answer got lost after they were carried out: the same request sent again is the same
// request.
import { describe, expect, it } from 'vitest';
import { addMutes } from '../../src/http/api/mutes.ts';
import type { KeyedCommand } from '../../src/http/api/once.ts';
import type { ServeRoutes } from '../../src/http/api/serve-routes.ts';
import { alertStory } from '../support/engine/alert-story.ts';
import { ana } from '../support/given/given.ts';
import { minute } from '../support/given/incident.ts';
import { principalOf } from '../support/given/principals.ts';

type Order = (asked: object, command: KeyedCommand) => Promise<{ ok: boolean; value?: unknown; error?: unknown }>;

/** The routes on an engine in memory; `order` sends a request, `again`: the one before once more, under its key. */
function given(yaml = '') {
  const story = alertStory(yaml);
  const orders = new Map<string, Order>();
  const serve = { read: () => undefined, order: (route: string, handler: Order) => void orders.set(route, handler) };
  addMutes(serve as unknown as ServeRoutes, { operations: story.engine.operations });
  let requests = 0;
  const order = async (route: string, asked: { params?: object; body?: object }, again = false) => {
    if (!again) requests += 1;
    const ids = { run: `run_${requests}`, incident: `inc_${requests}` };
    const command = { cause: `api/cmd_${requests}`, ids, again };
    const answer = await orders.get(route)?.({ principal: principalOf(ana), params: {}, body: {}, ...asked }, command);
    return answer ?? { ok: false };
  };
  const until = new Date(story.world.ms + 60 * minute).toISOString();
  const types = () => story.events().flatMap(({ type }) => (/^(?:silence|window)/.test(type) ? [type] : []));
  return { order, types, until, startsAt: story.world.at };
}

describe('an order about silences and windows that comes again', () => {
  it('makes one window, and is answered with it', async () => {
    const { order, types, until: endsAt, startsAt } = given();
    const body = { name: 'move', mode: 'quiet', reason: 'the database moves', startsAt, endsAt };
    const first = await order('POST /windows', { body });
    expect(first).toMatchObject({ ok: true, value: { name: 'move', mode: 'quiet' } });
    expect(await order('POST /windows', { body }, true)).toEqual(first);
    expect(types()).toEqual(['window.created', 'window.started']);
  });

  it('is refused where another window has the name', async () => {
    const { order, until: endsAt, startsAt } = given();
    const body = { name: 'move', mode: 'quiet', reason: 'the database moves', startsAt, endsAt };
    await order('POST /windows', { body });
    expect(await order('POST /windows', { body })).toMatchObject({ error: { code: 'wrong_state' } });
  });

  it('makes one silence, and is answered with it', async () => {
    const { order, types, until } = given();
    const body = { sets: [{ service: 'checkout' }], endsAt: until, reason: 'deploy' };
    const first = await order('POST /silences', { body });
    expect(await order('POST /silences', { body }, true)).toEqual(first);
    expect(types()).toEqual(['silence.created', 'silence.started']);
  });

  it('ends one once, and is answered as it would have been; of another request there is nothing to end', async () => {
    const { order, types, until: endsAt, startsAt } = given();
    await order('POST /silences', { body: { sets: [{ service: 'checkout' }], endsAt, reason: 'deploy' } });
    await order('POST /windows', { body: { name: 'move', mode: 'quiet', reason: 'move', startsAt, endsAt } });
    for (const [route, id] of [
      ['DELETE /silences/:id', 'sil_1'],
      ['DELETE /windows/:id', 'move'],
    ] as const) {
      const first = await order(route, { params: { id } });
      expect(first).toMatchObject({ ok: true });
      expect(await order(route, { params: { id } }, true)).toEqual(first);
      expect(await order(route, { params: { id } })).toMatchObject({ error: { code: 'not_found' } });
    }
    expect(types().filter((type) => /expired|removed/.test(type))).toEqual(['silence.expired', 'window.removed']);
  });

  it('ends nothing of the configuration, however often it comes', async () => {
    const times = 'startsAt: 2026-01-01T00:00:00Z, endsAt: 2099-01-01T00:00:00Z, owner: ana, reason: move';
    const { order } = given(
      `silences: [{ name: noisy, sets: [{ service: a }], ${times} }]\nwindows: [{ name: weekly, ${times} }]`,
    );
    for (const again of [false, true]) {
      const silence = await order('DELETE /silences/:id', { params: { id: 'file:noisy' } }, again);
      expect(silence).toMatchObject({ error: { code: 'not_found' } });
      const window = await order('DELETE /windows/:id', { params: { id: 'weekly' } }, again);
      expect(window).toMatchObject({ error: { code: 'not_found' } });
    }
  });
});
