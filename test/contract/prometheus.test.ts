// prometheus.query_range against a stand-in that answers as Prometheus does by its HTTP API (https://prometheus.io/docs/prometheus/latest/querying/api/).
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chart } from '../../src/core/evidence/chart.ts';
import type { Json } from '../../src/core/json.ts';
import { actionsResolving, contextOf } from '../support/given/called-action.ts';

const asked: URL[] = [];
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://prometheus');
  asked.push(url);
  const json = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (!url.pathname.endsWith('/api/v1/query_range')) return void response.writeHead(404).end('404 page not found');
  switch (url.searchParams.get('query')) {
    case 'sum(':
      return json(400, {
        status: 'error',
        errorType: 'bad_data',
        error: '1:5: parse error: unclosed left parenthesis',
      });
    case 'html':
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>sign in</html>');
    case 'away':
      return json(503, { status: 'error', errorType: 'unavailable', error: 'the server is starting' });
    case 'many':
      return answer(
        json,
        Array.from({ length: 60 }, (_, n) => ({ metric: { n: String(n) }, values: [[1000, '1']] })),
      );
    default:
      return answer(json, [
        {
          metric: { __name__: 'up', instance: 'db-1:9100', note: '=cmd|"x"' },
          values: [
            [1000, '1'],
            [1015.5, 'NaN'],
            [1030, '+Inf'],
            [1045, '0.25'],
          ],
        },
      ]);
  }
});
const answer = (json: (status: number, body: unknown) => void, result: unknown) =>
  json(200, { status: 'success', data: { resultType: 'matrix', result }, warnings: ['PromQL info: …'] });

let base = '';
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (input: { readonly [key: string]: Json }, allow: readonly string[] = ['127.0.0.1']) =>
  actionsResolving({ http: { allow } }, async () => ['127.0.0.1'])
    .get('prometheus.query_range')
    ?.run({ url: base, query: 'up', ...input }, contextOf());

describe('a range query', () => {
  it('asks for the time and the distance of points that the API wants', async () => {
    await ask({ url: `${base}/prom/`, range: '1h', end: '2026-03-01T00:00:00Z' });
    const url = asked.at(-1);
    expect(url?.pathname).toBe('/prom/api/v1/query_range');
    expect(Object.fromEntries(url?.searchParams ?? [])).toEqual({
      ...{ query: 'up', start: '1772319600', end: '1772323200', step: '15' },
    });
    await ask({ range: '7d', end: 1_772_323_200 });
    expect(asked.at(-1)?.searchParams.get('step')).toBe('2520');
  });

  it('gives series, a chart, and CSV that no spreadsheet calculates; what is no number is null', async () => {
    const result = await ask({ end: 1060 });
    if (result?.outcome !== 'succeeded') throw new Error(JSON.stringify(result));
    const output = result.output as { chart: unknown; csv: string; [name: string]: unknown };
    expect(output).toMatchObject({
      series: [{ labels: { instance: 'db-1:9100' }, last: 0.25 }],
      ...{ left: 0, warnings: ['PromQL info: …'] },
    });
    const chart = Chart.parse(output.chart);
    expect(chart.series[0]?.points).toEqual([
      [1000, 1],
      [1015.5, null],
      [1030, null],
      [1045, 0.25],
    ]);
    expect(output.csv.split('\n')[0]).toBe('series,time,value');
    expect(output.csv).toContain(',1970-01-01T00:16:40.000Z,1\n');
  });

  it('leaves series out beyond fifty, and says how many', async () => {
    expect(await ask({ query: 'many' })).toMatchObject({ output: { left: 10 } });
  });

  it('says why in the words of the server, and whether another try may help', async () => {
    expect(await ask({ query: 'sum(' })).toMatchObject({
      error: { class: 'invalid', message: expect.stringContaining('unclosed left parenthesis') },
    });
    expect(await ask({ query: 'away' })).toMatchObject({ error: { class: 'transient' } });
    expect(await ask({ query: 'html' })).toMatchObject({ error: { class: 'invalid', code: 'unexpected_answer' } });
    expect(await ask({ step: '1s', range: '1d' })).toMatchObject({ error: { class: 'invalid' } });
  });

  it('reaches no server that the settings of http do not allow', async () => {
    expect(await ask({}, [])).toMatchObject({ error: { class: 'denied', code: 'address_refused' } });
  });
});
