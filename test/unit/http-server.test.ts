// The server's routes without a network: all of them described, and what only a broken part brings about.

import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { formatId } from '../../src/core/ids.ts';
import { type ApiDeps, addApi } from '../../src/http/api/api.ts';
import { type AppPageDeps, addAppPages } from '../../src/http/app-pages.ts';
import type { IngestDeps } from '../../src/http/ingest/ingest.ts';
import { addWebhooks } from '../../src/http/ingest/webhooks.ts';
import { addPage } from '../../src/http/page.ts';
import { createServer } from '../../src/http/server.ts';
import { addSignIn, type SignInDeps } from '../../src/http/session/sign-in/routes.ts';
import { noTracing } from '../../src/ports/tracing.ts';
import { alertmanager } from '../../src/sources/alertmanager.ts';
import { none } from '../../src/sources/auth/none.ts';
import type { Source } from '../../src/spi/source.ts';
import { noMetrics } from '../support/given/metrics.ts';

const log = pino({ level: 'silent' });
let n = 0;
const host = {
  nowMs: () => 1_772_323_200_000 + n,
  monotonicMs: () => n,
  random: () => 0.5,
  newId: (prefix: Parameters<typeof formatId>[0]) => formatId(prefix, n++, Buffer.alloc(10)),
};

function server() {
  return createServer({
    ...{
      runtime: host,
      log,
      ready: async () => null,
      metrics: noMetrics,
      parts: () => [],
      slack: () => undefined,
      countRefused: () => undefined,
      metricsArePublic: true,
    },
  });
}

/** Deliveries of one source; what is kept as dead is listed. */
function hooks(source: Source, accept: IngestDeps['deliveries']['accept']) {
  const dead: { error: string; body: string }[] = [];
  const app = server();
  addWebhooks(app, {
    sources: new Map([[source.id, source]]),
    integrations: [{ name: source.id, source: source.id, auth: { scheme: none, settings: {} }, settings: {} }],
    deliveries: {
      accept,
      async keepDead({ error, body }) {
        dead.push({ error, body: body.toString() });
        return { receipt: 'dlv_kept' };
      },
    },
    tracing: noTracing,
    notes: { refused: () => undefined, faulty: () => undefined, flush: async () => undefined },
    ...{ runtime: host, log, metrics: { countDelivery: () => undefined, countDeliveryFault: () => undefined } },
  });
  return { app, dead };
}

const deliver = (app: ReturnType<typeof server>) =>
  app.inject({ method: 'POST', url: '/hooks/alertmanager', payload: alertmanager.sample.body });

describe('the description', () => {
  it('has every route there is', async () => {
    const { app } = hooks(alertmanager, async () => ({ receipt: 'dlv_1', status: 'accepted' }));
    // Nothing is asked of the API here: it only stands there.
    addApi(app, {} as ApiDeps);
    addPage(app);
    addAppPages(app, {} as AppPageDeps);
    addSignIn(app, { providers: [] } as unknown as SignInDeps);
    await app.ready();
    const { paths } = (await app.inject('/api/openapi.json')).json() as { paths: Record<string, object> };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    const missing = described.filter((route) => {
      const [method = '', url = ''] = route.split(' ');
      return !app.hasRoute({ method: method as 'GET', url });
    });
    expect(missing).toEqual([]);
    // The router's own list, read from the tree it prints.
    const printed = [...app.printRoutes({ commonPrefix: false }).matchAll(/\((.+)\)$/gm)];
    const registered = printed.flatMap(([, methods = '']) => methods.split(', ')).filter((name) => name !== 'HEAD');
    expect(described).toHaveLength(registered.length);
  });
});

describe('a delivery', () => {
  it('on which its source fails is a bug of ours: 500, and kept', async () => {
    const broken: Source = {
      ...alertmanager,
      parse() {
        throw new Error('secret details');
      },
    };
    const { app, dead } = hooks(broken, async () => ({ receipt: 'dlv_1', status: 'accepted' }));
    const answer = await deliver(app);
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'internal', receipt: 'dlv_kept' });
    expect(answer.body).not.toContain('secret details');
    expect(dead).toEqual([
      { error: expect.stringContaining('failed on this delivery'), body: JSON.stringify(alertmanager.sample.body) },
    ]);
  });

  it('that cannot be stored is to be sent again', async () => {
    const { app, dead } = hooks(alertmanager, async () => {
      throw new Error('the database is away');
    });
    const answer = await deliver(app);
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('10');
    expect(answer.json()).toMatchObject({ code: 'not_stored' });
    expect(dead).toEqual([]);
  });
});
