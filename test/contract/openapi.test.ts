// The published description of the API: what it says is kept in a file, so that no change of it goes unnoticed, and every good
// answer of a route has a schema.

import { pino } from 'pino';
import { expect, it } from 'vitest';
import { apiPrefix, partsOf, type RouteName, routes } from '../../src/contract/routes.ts';
import { type ApiDeps, addApi } from '../../src/http/api/api.ts';
import { createServer } from '../../src/http/server.ts';
import { noMetrics } from '../support/given/metrics.ts';

type Schema = { readonly [member: string]: unknown };
type Operation = {
  readonly responses: {
    readonly [status: string]: { readonly content?: { readonly [type: string]: { readonly schema: Schema } } };
  };
};
type Description = {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components: { readonly schemas: { readonly [name: string]: Schema } };
};

async function describeApi(): Promise<{ readonly text: string; readonly description: Description }> {
  const app = createServer({
    runtime: { nowMs: () => 0, monotonicMs: () => 0, random: () => 0.5, newId: () => 'req_1' },
    log: pino({ level: 'silent' }),
    ready: async () => null,
    metrics: noMetrics,
    parts: () => [],
    slack: null,
    countRefused: () => undefined,
    metricsArePublic: true,
  });
  // Nothing is asked of the API here: it only stands there.
  addApi(app, {} as ApiDeps);
  await app.ready();
  const { body } = await app.inject('/api/openapi.json');
  return { text: `${JSON.stringify(JSON.parse(body), null, 2)}\n`, description: JSON.parse(body) as Description };
}

it('is what the file beside this test says', async () => {
  const { text } = await describeApi();
  await expect(text).toMatchFileSnapshot('./openapi.json');
});

it('has a schema for every good answer of every route of the API', async () => {
  const { paths } = (await describeApi()).description;
  const bare = (Object.keys(routes) as RouteName[]).flatMap((name) => {
    const { method, path } = partsOf(name);
    const { responses = {} } =
      paths[`${apiPrefix}${path.replace(/:([A-Za-z]+)/g, '{$1}')}`]?.[method.toLowerCase()] ?? {};
    const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
    const schemas = good.flatMap(([, { content = {} }]) => Object.values(content).map(({ schema }) => schema));
    return schemas.length > 0 && schemas.every((schema) => schema.$ref ?? schema.properties ?? schema.type)
      ? []
      : [name];
  });
  expect(bare).toEqual([]);
});

it('names no schema that is not there, and none that nothing uses', async () => {
  const { text, description } = await describeApi();
  const used = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
  expect([...new Set(used)].sort()).toEqual(Object.keys(description.components.schemas).sort());
});
