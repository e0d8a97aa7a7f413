// What becomes of traces when the collector is none, over real sockets: nothing waits for it, what waits is bounded, the end is not held up,
// and the log says so once. And what is sampled.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRedactor } from '../../src/core/redact.ts';
import { createKnownSecrets } from '../../src/core/secret/known-secrets.ts';
import { tracePlaceOf } from '../../src/core/trace/place.ts';
import type { TraceSpan } from '../../src/core/trace/span.ts';
import { openTracing } from '../../src/platform/tracing/open.ts';
import type { OpenTracing } from '../../src/ports/tracing.ts';
import { type Collector, type Manner, startCollector } from '../support/tracing/collector.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const spanOf = (id: string, more: Partial<TraceSpan> = {}): TraceSpan => ({
  place: tracePlaceOf(id),
  parent: null,
  links: [],
  name: 'a span',
  kind: 'internal',
  startMs: 1_000,
  endMs: 2_500,
  attributes: {},
  error: null,
  ...more,
});

type World = OpenTracing & {
  readonly lines: readonly { readonly level: number; readonly [member: string]: unknown }[];
};

async function opened(url: string, known: readonly { name: string; value: string }[] = []): Promise<World> {
  const lines: World['lines'][number][] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const redact = createRedactor(createKnownSecrets(known));
  const to = { url: `${url}/v1/traces`, headers: {}, timeoutMs: 400 };
  return { ...(await openTracing(to, { log, redact, version: '1.2.3' })), lines };
}

const collectors: Collector[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const collector of collectors.splice(0)) collector.close();
});
const collectorThat = async (manner: Manner) => {
  const collector = await startCollector(manner);
  collectors.push(collector);
  return collector;
};

describe('a collector', () => {
  it('gets spans as they were told: ids, times, kind, links, attributes, error', async () => {
    const collector = await collectorThat('takes');
    const { tracing, close } = await opened(collector.url);
    const links = [tracePlaceOf('dlv_1')];
    tracing.record(
      spanOf('run_1', { kind: 'server', links, attributes: { 'a.b': 'c', n: 1, is: true }, error: 'broken' }),
    );
    tracing.record(
      spanOf('run_1', {
        place: { traceId: tracePlaceOf('run_1').traceId, spanId: 'c'.repeat(16) },
        parent: 'd'.repeat(16),
      }),
    );
    await close();
    expect(collector.spans).toEqual([
      {
        ...{
          ...tracePlaceOf('run_1'),
          parent: null,
          name: 'a span',
          kind: 'server',
          startMs: 1_000,
          endMs: 2_500,
          links,
        },
        ...{ attributes: { 'a.b': 'c', n: 1, is: true }, error: 'broken' },
      },
      expect.objectContaining({ spanId: 'c'.repeat(16), parent: 'd'.repeat(16), error: null, kind: 'internal' }),
    ]);
  });

  it('gets no secret, wherever in a span it stands', async () => {
    const collector = await collectorThat('takes');
    const secret = 'a-secret-of-somebody';
    const { tracing, close } = await opened(collector.url, [{ name: 'x', value: secret }]);
    tracing.record(spanOf('run_1', { name: `call ${secret}`, attributes: { to: `x${secret}x` }, error: secret }));
    await close();
    expect(collector.spans).toHaveLength(1);
    expect(JSON.stringify(collector.spans)).not.toContain(secret);
  });

  it('gets whole traces of what is sampled and nothing of the others, and whoever is called is told which', async () => {
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'parentbased_traceidratio');
    vi.stubEnv('OTEL_TRACES_SAMPLER_ARG', '0.5');
    const collector = await collectorThat('takes');
    const { tracing, close } = await opened(collector.url);
    const runs = Array.from({ length: 40 }, (_, n) => `run_${n}`);
    for (const run of runs) {
      const { traceId } = tracePlaceOf(run);
      tracing.record(spanOf(run, { place: { traceId, spanId: 'e'.repeat(16) }, parent: tracePlaceOf(run).spanId }));
      tracing.record(spanOf(run));
    }
    await close();
    const sampled = runs.filter((run) => tracing.traceparent(tracePlaceOf(run))?.endsWith('-01'));
    expect(sampled.length).toBeGreaterThan(5);
    expect(sampled.length).toBeLessThan(35);
    expect(collector.spans.map(({ traceId }) => traceId).sort()).toEqual(
      sampled.flatMap((run) => [tracePlaceOf(run).traceId, tracePlaceOf(run).traceId]).sort(),
    );
  });
});

describe('a collector that is none', () => {
  const away = async () => {
    const collector = await startCollector();
    collector.close();
    return collector.url;
  };
  const places: readonly (readonly [string, () => Promise<string>])[] = [
    ['is away', away],
    ['refuses', async () => (await collectorThat('refuses')).url],
    ['never answers', async () => (await collectorThat('hangs')).url],
    ['answers without end', async () => (await collectorThat('drips')).url],
    ['answers nonsense', async () => (await collectorThat('nonsense')).url],
  ];

  it.each(places)('and %s keeps nobody waiting, not at the end either, and is told of once', async (_, place) => {
    const world = await opened(await place());
    // More than may wait, so that most of them are dropped.
    for (let n = 0; n < 5_000; n++) world.tracing.record(spanOf(`run_${n}`));
    const ends = world.close();
    const late = new Promise((resolve) => setTimeout(() => resolve('late'), 3_000).unref());
    expect(await Promise.race([ends.then(() => 'ended'), late])).toBe('ended');
    expect(world.lines.filter(({ level }) => level > 40)).toEqual([]);
    expect(world.lines.length).toBeLessThanOrEqual(1);
  });

  it('holds no more spans than may wait, and drops the rest', async () => {
    vi.stubEnv('OTEL_BSP_MAX_QUEUE_SIZE', '50');
    vi.stubEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '50');
    const collector = await collectorThat('takes');
    const { tracing, close } = await opened(collector.url);
    for (let n = 0; n < 500; n++) tracing.record(spanOf(`run_${n}`));
    await close();
    expect(collector.spans.length).toBeGreaterThan(0);
    expect(collector.spans.length).toBeLessThanOrEqual(100);
  });

  it('is told of with how many spans are lost', async () => {
    const world = await opened(await away());
    world.tracing.record(spanOf('run_1'));
    await world.close();
    expect(world.lines).toMatchObject([{ level: 40, spans: 1, msg: expect.stringContaining('collector') }]);
  });
});

/** What a process prints that does this with the built program. */
function inProcess(script: string, env: { [name: string]: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const given = { cwd: root, env: { PATH: process.env['PATH'] ?? '', ...env } };
    execFile(process.execPath, ['--input-type=module', '-e', script], given, (error, stdout, stderr) =>
      error ? reject(new Error(stderr)) : resolve(stdout),
    );
  });
}

describe('a process', () => {
  it.each(['hangs', 'drips'] as const)(
    'ends soon after its tracing, whatever holds the collector that %s',
    async (manner) => {
      const { url } = await collectorThat(manner);
      const printed = await inProcess(
        `
      import pino from 'pino';
      import { openTraces } from './dist/adapters.js';
      import { readConfig } from './dist/config/environment.js';
      const { tracing, close } = await openTraces(readConfig().value, pino({ level: 'silent' }));
      const place = (n) => ({ traceId: n.toString(16).padStart(32, '1'), spanId: n.toString(16).padStart(16, '1') });
      const span = { parent: null, links: [], name: 'x', kind: 'internal', startMs: 1, endMs: 2, attributes: {}, error: null };
      for (let n = 0; n < 3000; n++) tracing.record({ ...span, place: place(n) });
      const begun = performance.now();
      process.on('exit', () => console.log(Math.round(performance.now() - begun)));
      await close();`,
        { OTEL_EXPORTER_OTLP_ENDPOINT: url },
      );
      // A batch has two seconds; without the end of its connections it would be half a minute, or for ever.
      expect(Number(printed)).toBeLessThan(5_000);
    },
  );
});

/** A process that opens tracing as the environment says; what of OpenTelemetry is loaded in it then. */
async function loadedWith(env: { [name: string]: string }): Promise<readonly string[]> {
  const script = `
    import { createRequire } from 'node:module';
    import pino from 'pino';
    import { openTraces } from './dist/adapters.js';
    import { readConfig } from './dist/config/environment.js';
    import './dist/serve.js';
    const config = readConfig();
    const { close } = await openTraces(config.value, pino({ level: 'silent' }));
    const loaded = Object.keys(createRequire(import.meta.url + '/x').cache);
    console.log(JSON.stringify([...new Set(loaded.flatMap((file) => /@opentelemetry\\/[^/]+/.exec(file)?.[0] ?? []))]));
    await close();`;
  return JSON.parse(await inProcess(script, env)) as readonly string[];
}

describe('where tracing is off', () => {
  it('nothing of OpenTelemetry is loaded but the interface that the metrics bring along', async () => {
    // The library of the metrics asks the interface whether somebody traces; it does nothing by itself.
    const [off, on] = await Promise.all([
      loadedWith({}),
      loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }),
    ]);
    expect(off).toEqual(['@opentelemetry/api']);
    expect(on).toContain('@opentelemetry/exporter-trace-otlp-http');
  });
});
